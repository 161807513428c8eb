"""Words on the screen for the policy itself: its parts, its versions and what was done with them."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.referrals.natures import NATURE_LABELS, Nature
from app.triage.labels import REASON_LABELS
from app.triage.policy import Kind
from app.triage.policy_changes import CALM
from app.triage.version_models import StepKind, VersionState

KIND_LABELS: dict[Kind, LazyString] = {
    Kind.DANGER: _l("Gives the call back"),
    Kind.DOUBT: _l("A person must look"),
    Kind.ALARM: _l("Needs an explanation"),
    Kind.SAFE: _l("Speaks for calm"),
    Kind.BENIGN: _l("Explains a frightening word"),
    Kind.TOPIC: _l("Tells what the call is about"),
    Kind.DESCRIPTOR: _l("Who somebody is"),
    Kind.PRESENCE: _l("Being somewhere"),
    Kind.IDENTITY: _l("A reason that is no conduct"),
    Kind.CONDUCT: _l("Something done"),
}
KIND_HINTS: dict[Kind, LazyString] = {
    Kind.DANGER: _l(
        "Told as it is, the call goes back to dispatch at once. Told as not certain, a person looks."
    ),
    Kind.DOUBT: _l("A coordinator decides, whatever else is told."),
    Kind.ALARM: _l("The second reader has to be surer. Named tools and blades always go to a person."),
    Kind.SAFE: _l("Evidence that an offer needs. It never outweighs a danger."),
    Kind.BENIGN: _l("It explains its own words (“dead battery”) and says nothing of the rest."),
    Kind.TOPIC: _l("From it we know which team fits, where the call type does not say."),
    Kind.DESCRIPTOR: _l("It raises nothing by itself."),
    Kind.PRESENCE: _l("A call that tells only of somebody being there goes to a person."),
    Kind.IDENTITY: _l("“Does not belong here” is no reason to send anybody."),
    Kind.CONDUCT: _l("A call can be about what somebody does."),
}
STATE_LABELS: dict[VersionState, LazyString] = {
    VersionState.DRAFT: _l("Being written"),
    VersionState.SHADOW: _l("Tried in shadow"),
    VersionState.ACTIVE: _l("In force"),
    VersionState.RETIRED: _l("Was in force"),
    VersionState.DROPPED: _l("Given up"),
}
STATE_TAGS = {
    VersionState.DRAFT: "",
    VersionState.SHADOW: "note",
    VersionState.ACTIVE: "good",
    VersionState.RETIRED: "still",
    VersionState.DROPPED: "off",
}
STEP_LABELS: dict[StepKind, LazyString] = {
    StepKind.BEGUN: _l("Begun"),
    StepKind.SHADOWED: _l("Tried in shadow from here"),
    StepKind.WRITTEN_AGAIN: _l("Taken back to writing"),
    StepKind.APPROVED: _l("Approved"),
    StepKind.ACTIVATED: _l("Put in force"),
    StepKind.GONE_BACK_TO: _l("Put in force again"),
    StepKind.RETIRED: _l("No longer in force"),
    StepKind.DROPPED: _l("Given up"),
}
SETTLED_LABELS: dict[str, LazyString] = {
    "weapons": _l("There is no weapon."),
    "injuries": _l("Nobody is hurt."),
    "threats": _l("Nobody was touched or threatened."),
    CALM: _l("People are calm."),
}
LANGUAGE_LABELS: dict[str, LazyString] = {
    "en": _l("English"),
    "es": _l("Spanish"),
    "ko": _l("Korean"),
    "tl": _l("Tagalog"),
    "hy": _l("Armenian"),
    "zh": _l("Chinese"),
    "fa": _l("Farsi"),
}
BY_LABELS: dict[str, LazyString] = {
    "nature": _l("Nature"),
    "language": _l("Language"),
    "area": _l("Area"),
    "hour": _l("Hour of the day"),
    "kind": _l("Kind"),
}
NOT_REPLAYED: dict[str, LazyString] = {
    "set_nature": _l(
        "Replaying calls does not show what other teams or times change: it reads the words of a call, not "
        "who covers its place."
    ),
    "add_type_word": _l(
        "Replaying does not show what this word changes for the calls of dispatch: their types are not "
        "read again. It does for the labelled calls."
    ),
}
_NOBODY_SAID: dict[str, LazyString] = {"area": _l("in no area")}


def group_in_words(by: str, value: str) -> str:
    """What calls are counted by, as a person reads it: a language and a nature by their names."""
    if value in {"", "not told", "no area"}:  # the latter two in results that were kept before
        return str(_NOBODY_SAID.get(by) or _l("not told"))
    if by == "nature":
        return str(NATURE_LABELS[Nature(value)])
    if by == "language":
        return str(LANGUAGE_LABELS.get(value.partition("-")[0].lower(), value))
    return value


QUESTION_NAMES: dict[str, LazyString] = {
    "weapons": _l("weapons"),
    "injuries": _l("injuries"),
    "threats": _l("threats"),
}

# What a phrase may tell of, as a form offers it: "kind:reason". A reason of a kind has one sentence.
_DANGERS = (
    *("word_weapon", "word_violence", "word_threat", "word_partner", "word_sexual", "word_child"),
    *("word_missing", "word_medical", "word_self_harm", "word_fire", "word_crime", "word_group"),
    *("word_covert", "wants_police", "wants_ambulance", "declines_us"),
)
_DOUBTS = (
    *("doubt_object", "doubt_threat", "doubt_history", "doubt_suicidal", "doubt_partners", "doubt_minor"),
    *("doubt_order", "doubt_tension", "doubt_replica", "doubt_within_reach", "doubt_instruction"),
    *("doubt_welfare", "doubt_garbled", "doubt_unknown"),
)
TELLS_OF: dict[Kind, dict[str, LazyString]] = {
    Kind.DANGER: {code: REASON_LABELS[code] for code in _DANGERS},
    Kind.DOUBT: {code: REASON_LABELS[code] for code in _DOUBTS},
    Kind.ALARM: {"unexplained": REASON_LABELS["unexplained"]},
    Kind.SAFE: SETTLED_LABELS,
    Kind.BENIGN: {"harmless": _l("A harmless use of a frightening word.")},
    Kind.TOPIC: {
        nature.value: label
        for nature, label in NATURE_LABELS.items()
        if nature.value not in {"danger", "partner", "other", "tension"}
    },
}
