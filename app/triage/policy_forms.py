"""The forms by which office staff change the policy and try it. Each error says what to do."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import InputRequired, ValidationError

from app.foundation.forms import Choice, Form, Line, Pick, PickSome, Whole, Words
from app.foundation.i18n import choices
from app.referrals.natures import NATURE_LABELS, Nature
from app.roster.lanes import LANE_LABELS
from app.triage.policy import READ_WHOLE, Kind
from app.triage.policy_changes import DANGER, AddPhrase, AddTypeWord, SetLimits, SetNature
from app.triage.policy_documents import LIMIT_RANGES, LONGEST_MINUTES
from app.triage.policy_labels import (
    KIND_LABELS,
    LANGUAGE_LABELS,
    QUESTION_NAMES,
    TELLS_OF,
)
from app.triage.signs import Answer

PHRASE_MAX, EXAMPLE_MAX, WHY_MAX, WORD_MAX, TRIED_MAX = 300, 200, 300, 40, 8_192
_TELLS = {
    f"{kind}:{reason}": _l("%(kind)s: %(reason)s", kind=KIND_LABELS[kind], reason=words)
    for kind, reasons in TELLS_OF.items()
    for reason, words in reasons.items()
}


class WhyForm(Form):
    """A change or a step, and why."""

    why = Line(_l("Why?"), WHY_MAX, missing=_l("Write why, in one sentence. Others will read it."))


class SearchForm(Form):
    """Narrow the phrases, by GET."""

    class Meta(Form.Meta):
        csrf = False

    q = Line(_l("Words in it"), EXAMPLE_MAX)
    kind = Pick(_l("What it does"), choices=choices({"": _l("Everything"), **KIND_LABELS}))
    language = Pick(_l("Language"), choices=choices({"": _l("Every language"), **LANGUAGE_LABELS}))


class Example(Line):
    """A sentence that somebody made up: it is kept for good, and everybody who reads the policy reads it."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        never = _l("Make one up. Never write about real people here.")
        missing = _l("Write such a sentence.")
        super().__init__(label, EXAMPLE_MAX, missing, description=never, **kwargs)


class PhraseForm(WhyForm):
    """A new phrase with its two examples."""

    tells_of = Pick(
        _l("What does it tell of?"),
        choices=choices({"": _l("Choose"), **_TELLS}),
        missing=_l("Choose what the phrase tells of."),
    )
    language = Choice(_l("In which language?"), choices=choices(LANGUAGE_LABELS))
    text = Line(_l("The phrase"), PHRASE_MAX, missing=_l("Write the words to look for."))
    example = Example(_l("A sentence in which it is found"))
    counter_example = Example(_l("A sentence in which it must not be found"))

    def validate_language(self, field: Field) -> None:
        kind = (self.tells_of.data or "").partition(":")[0]
        if kind and kind not in {Kind.DANGER, Kind.DOUBT} and field.data not in READ_WHOLE:
            raise ValidationError(_l("In this language only dangers and doubts are looked for."))

    def change(self) -> AddPhrase:
        kind, _, reason = (self.tells_of.data or "").partition(":")
        told = (self.language.data, self.text.data, self.example.data, self.counter_example.data)
        return AddPhrase(kind, reason, *map(str, told))


class Minutes(Whole):
    """A number of minutes, up to two weeks."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        words = _l("Write a number of minutes, from 0 to %(most)d.", most=LONGEST_MINUTES)
        super().__init__(label, 0, LONGEST_MINUTES, words, validators=[InputRequired(words)], **kwargs)


class NatureForm(WhyForm):
    """Who may answer a nature of call, what must be asked and what we promise."""

    lanes = PickSome(_l("Who may answer it?"), choices=choices(LANE_LABELS))
    settle = PickSome(_l("What must be asked or denied before?"), choices=choices(QUESTION_NAMES))
    call_back_minutes = Minutes(_l("We call back within, in minutes"))
    arrive_minutes = Minutes(_l("We are there within, in minutes"))

    def change(self, nature: Nature) -> SetNature:
        return SetNature(
            nature.value,
            list(self.lanes.data or ()),
            list(self.settle.data or ()),
            self.call_back_minutes.data or 0,
            self.arrive_minutes.data or 0,
        )


class Limit(Whole):
    """One figure of the policy, within its range."""

    def __init__(self, label: Any, figure: str, **kwargs: Any) -> None:
        least, most = LIMIT_RANGES[figure]
        words = _l("Write a number from %(least)d to %(most)d.", least=least, most=most)
        super().__init__(label, least, most, words, validators=[InputRequired(words)], **kwargs)


class LimitsForm(WhyForm):
    """How much has to be told, and how much has to speak for calm."""

    narrative_words = Limit(_l("Fewer words than this tell too little"), "narrative_words")
    evidence = Limit(_l("So many things have to speak for calm"), "evidence")
    evidence_unasked = Limit(_l("And so many where a question of danger was not asked"), "evidence_unasked")

    def validate_evidence_unasked(self, field: Field) -> None:
        if field.data is not None and self.evidence.data is not None and field.data < self.evidence.data:
            raise ValidationError(_l("Write at least the number above."))

    def change(self) -> SetLimits:
        figures = (self.narrative_words.data, self.evidence.data, self.evidence_unasked.data)
        return SetLimits(*(figure or 0 for figure in figures))


TYPE_NATURES = tuple(
    one for one in NATURE_LABELS if one not in {Nature.DANGER, Nature.OTHER, Nature.TENSION, Nature.PAST_HARM}
)


class TypeWordForm(WhyForm):
    """A word of a centre's call types, and what it says."""

    word = Line(_l("The word, as it stands in their call types"), WORD_MAX, missing=_l("Write one word."))
    nature = Pick(
        _l("What does it say?"),
        choices=choices(
            {
                "": _l("Choose"),
                DANGER: _l("Danger: the call goes back"),
                **{one: NATURE_LABELS[one] for one in TYPE_NATURES},
            }
        ),
        missing=_l("Choose what the word says."),
    )

    def validate_word(self, field: Field) -> None:
        if not (field.data or "").isalnum() or not (field.data or "").isascii():
            raise ValidationError(_l("Write one word of letters and figures, without spaces."))

    def change(self) -> AddTypeWord:
        return AddTypeWord(str(self.word.data).lower(), str(self.nature.data))


_SAID = {
    Answer.NOT_ASKED.value: _l("not asked"),
    Answer.NO.value: _l("no"),
    Answer.YES.value: _l("yes"),
    Answer.UNKNOWN.value: _l("asked, not known"),
}


class TryForm(Form):
    """An invented call to read by the policy. Nothing of it is kept."""

    narrative = Words(_l("What the call taker writes"), TRIED_MAX, missing=_l("Write a sentence or two."))
    call_type = Line(_l("Call type"), 120)
    weapons = Pick(_l("Weapons?"), choices=choices(_SAID))
    injuries = Pick(_l("Injuries?"), choices=choices(_SAID))
    threats = Pick(_l("Threats?"), choices=choices(_SAID))
