"""Words on the screen for decisions, reasons and questions of the screening."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.triage.rules import Decision

DECISION_LABELS: dict[Decision, LazyString] = {
    Decision.OFFER: _l("Offer"),
    Decision.REVIEW: _l("Review"),
    Decision.RETURN: _l("Return"),
}

REASON_LABELS: dict[str, LazyString] = {
    "weapons_yes": _l("A weapon was seen or spoken of."),
    "injuries_yes": _l("Somebody is hurt."),
    "threats_yes": _l("Somebody was threatened."),
    "children_at_risk_yes": _l("A child may be in danger."),
    "word_weapon": _l("The words name a weapon."),
    "word_violence": _l("The words tell of violence."),
    "word_threat": _l("The words tell of a threat."),
    "word_medical": _l("The words tell of a body in trouble."),
    "word_self_harm": _l("The words tell of self-harm."),
    "word_child": _l("The words tell of a child in danger."),
    "word_fire": _l("The words tell of fire or gas."),
    "word_crime": _l("The words tell of a crime under way."),
    "word_group": _l("More people may be coming."),
    "call_type_danger": _l("The call type itself means danger."),
    "priority_urgent": _l("Dispatch gave it an urgent priority."),
    "wants_police": _l("The caller wants police."),
    "wants_ambulance": _l("The caller wants an ambulance."),
    "answer_not_understood": _l("An answer came that we do not know. It counts as danger."),
    "out_of_area": _l("The place is outside our city."),
    "weapons_unknown": _l("Weapon not known. Unknown never counts as none."),
    "injuries_unknown": _l("Injury not known. Unknown never counts as none."),
    "threats_unknown": _l("Threats not known. Unknown never counts as none."),
    "partners": _l("A couple, now or before. An advocate calls back in private."),
    "relation_unknown": _l("Not known how they stand to each other."),
    "children_unknown": _l("Not known whether children are safe."),
    "too_many_at_once": _l("Too many calls came at once. A person looks at this one first."),
    "nature_other": _l("We have no word for this kind of call."),
    "nature_tension": _l("Tension between groups needs a person's reading."),
    "no_place": _l("No place that we can use."),
    "narrative_too_short": _l("Too few words to judge by."),
    "language_not_covered": _l("We need an interpreter for this language."),
    "no_team_covers": _l("No team covers this place at this hour."),
    "no_one_free": _l("Nobody who covers this place is free now."),
    "screening_failed": _l("Our screening failed. The call stays with dispatch."),
    "weapons_no": _l("Asked about weapons: none."),
    "injuries_no": _l("Asked about injuries: none."),
    "threats_no": _l("Asked about threats: none."),
    "words_only": _l("Words only, so far."),
    "wants_mediator": _l("The caller wants a mediator."),
    "children_at_risk_no": _l("Children are safe."),
    "clock_ran_out": _l("Nobody answered in time."),
    "no_create": _l("An update came, and its call never did."),
    "no_contact_yet": _l("Nobody has reached the people yet. It was offered again."),
    "no_contact": _l("Nobody of ours reached the people in time."),
    "risk_told_before": _l("Danger was told of this incident before."),
    "not_confirmed": _l("Dispatch did not confirm in time."),
    "declined": _l("A coordinator gave it back."),
    "judged_unsafe": _l("A coordinator judged it not safe for us."),
    "no_team_free": _l("No team can come in time."),
    "danger_on_scene": _l("Danger seen or heard on scene."),
    "help_asked": _l("The team asked for help."),
    "cancelled_by_dispatch": _l("Dispatch took it back."),
    "risk_raised": _l("An update raised the risk."),
}

# What to ask next, by the reason that an answer would settle.
QUESTION_LABELS: dict[str, LazyString] = {
    "weapons_unknown": _l("Is anything in anyone's hands, or has a weapon been spoken of?"),
    "injuries_unknown": _l("Is anyone hurt, or short of breath?"),
    "threats_unknown": _l("Has anyone said they will hurt somebody?"),
    "relation_unknown": _l("Are the two a couple, or have they been?"),
    "children_unknown": _l("Are there children, and where are they now?"),
    "no_place": _l("Where is it? A corner or a known place is enough."),
}
