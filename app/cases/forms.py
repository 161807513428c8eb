"""The forms of a case: short, kind to a thumb, and each error says what to do."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField
from wtforms.validators import InputRequired, Optional, Regexp, ValidationError

from app.cases import labels, rules
from app.cases.agreement_models import Said
from app.cases.contact_models import Contact, Heat, How, Result
from app.cases.models import Party
from app.cases.payloads import ContactSaid, Identity, Promise
from app.foundation import clock
from app.foundation.forms import Choice, Day, Form, Line, Moment, Pick, PickSome, Whole, Words
from app.foundation.i18n import choices
from app.foundation.ids import new_id

SOMEONE_NEW = "new"
EVERYONE = ""
WORDS_MAX = 4000
PROMISE_MAX = 500
MINUTES_MAX = 24 * 60
PEOPLE_MAX = 500
AGAIN = {"1": _l("Tomorrow"), "7": _l("In 7 days"), "30": _l("In 30 days"), "0": _l("Not needed")}


def _birds(parties: Sequence[Party]) -> dict[Any, Any]:
    return {party.id: party.bird for party in parties}


class Count(Whole):
    """A whole number between 0 and `most`."""

    def __init__(self, label: Any, most: int, missing: Any = None, **kwargs: Any) -> None:
        words = _l("Write a number from 0 to %(most)s.", most=most)
        needed = InputRequired(missing) if missing else Optional(strip_whitespace=False)
        super().__init__(label, 0, most, words, validators=[needed], **kwargs)


class ContactForm(Form):
    """Log a contact in under a minute: four taps, and words when they help."""

    client_key = HiddenField(validators=[InputRequired(), Regexp(r"^[0-9a-z]{8,40}$")], default=new_id)
    result = Choice(_l("What happened?"), choices(labels.RESULT_LABELS), missing=_l("Choose what happened."))
    parties = PickSome(_l("With whom?"))
    heat = Choice(_l("How is it now?"), choices(labels.HEAT_LABELS), missing=None)
    words = Words(_l("In your words"), WORDS_MAX)
    again = Choice(_l("Look again"), choices(AGAIN), missing=None)
    how = Choice(_l("How?"), choices(labels.HOW_LABELS), default=How.VISIT.value)
    at = Moment(_l("When?"), missing=_l("Write the day and the hour."))
    minutes = Count(_l("How many minutes?"), MINUTES_MAX)

    @classmethod
    def of(cls, parties: Sequence[Party], contact: Contact | None = None, words: str = "") -> Self:
        """The form for these people: empty, or with a contact to correct."""
        if contact is None:
            form = cls(at=clock.now())
        else:
            form = cls(obj=contact, words=words, parties=[party.id for party in contact.parties])
        someone_new = {} if contact else {SOMEONE_NEW: _l("Someone new")}
        form.parties.choices = choices(_birds(parties) | someone_new)
        return form

    def validate_at(self, field: Field) -> None:
        """What is logged has happened."""
        if field.data:
            try:
                rules.require_passed(field.data, clock.now())
            except rules.NotYet:
                raise ValidationError(_l("Choose a time that has passed.")) from None

    def said(self) -> ContactSaid:
        """The contact as the form tells it."""
        return ContactSaid(
            at=self.at.data or clock.now(),
            how=How(self.how.data),
            result=Result(self.result.data),
            party_ids=frozenset(self.parties.data or ()) - {SOMEONE_NEW},
            heat=Heat(self.heat.data) if self.heat.data else None,
            minutes=self.minutes.data,
            words=self.words.data or "",
        )

    def met_someone_new(self) -> bool:
        return SOMEONE_NEW in (self.parties.data or ())

    def look_again_on(self, today: date) -> date | None:
        """The day to look again, when one was chosen."""
        days = int(self.again.data or 0)
        return today + timedelta(days=days) if days else None


class PartyForm(Form):
    """Add a person. The name is sealed; what is needed outside is the side and the language."""

    side = Choice(_l("Where do they stand?"), choices(labels.SIDE_LABELS), missing=_l("Choose one."))
    language = Pick(_l("Language"), choices({"": _l("Not known yet"), **labels.LANGUAGE_LABELS}))
    name = Line(_l("Name"), 120)
    contact = Line(_l("How to reach them"), 200)

    def identity(self) -> Identity:
        return Identity(name=self.name.data or "", contact=self.contact.data or "")


class NamePartyForm(Form):
    """What we learned later of who somebody is."""

    name = Line(_l("Name"), 120, missing=_l("Write the name you know them by."))
    contact = Line(_l("How to reach them"), 200)

    def identity(self) -> Identity:
        return Identity(name=self.name.data or "", contact=self.contact.data or "")


class PromiseForm(Form):
    """One promise: who, to whom, what, until when."""

    text = Words(_l("The promise, in their words"), PROMISE_MAX, missing=_l("Write what was promised."))
    by_party = Pick(_l("Who promises?"))
    to_party = Pick(_l("To whom?"))
    until_on = Day(_l("Until when?"))

    def offer(self, parties: Sequence[Party]) -> None:
        """Let a promise be made by and to these people, or by everyone."""
        for field in (self.by_party, self.to_party):
            field.choices = choices({EVERYONE: _l("Everyone")} | _birds(parties))

    def promise(self) -> Promise:
        return Promise(
            text=self.text.data or "",
            by_party_id=self.by_party.data or None,
            to_party_id=self.to_party.data or None,
            until_on=self.until_on.data,
        )


class AgreementForm(PromiseForm):
    """An agreement begins with its first promise."""

    reached_on = Day(_l("On which day did they agree?"), missing=_l("Choose the day they agreed."))

    def day(self) -> date:
        return self.reached_on.data or rules.day_of(clock.now())

    def validate_reached_on(self, field: Field) -> None:
        if field.data and field.data > rules.day_of(clock.now()):
            raise ValidationError(_l("Choose today or a day that has passed."))


class SayingForm(Form):
    """What one side says of a promise."""

    party = Choice(_l("Who says so?"), (), missing=_l("Choose who says so."))
    said = Choice(_l("What do they say?"), choices(labels.SAID_LABELS), missing=_l("Choose what they say."))

    def offer(self, parties: Sequence[Party]) -> None:
        self.party.choices = choices(_birds(parties))

    def value(self) -> Said:
        return Said(self.said.data)


class FollowUpForm(Form):
    """Plan a day to look again."""

    due_on = Day(_l("On which day?"), missing=_l("Choose a day."))

    def day(self) -> date:
        return self.due_on.data or rules.day_of(clock.now())

    def validate_due_on(self, field: Field) -> None:
        if field.data and field.data < rules.day_of(clock.now()):
            raise ValidationError(_l("Choose today or a later day."))


class SignsForm(Form):
    """Four signs of danger, each for itself."""

    harm = Choice(
        _l("If nobody does anything, how likely is harm?"),
        choices(labels.CHANCE_LABELS),
        missing=_l("Choose how likely."),
    )
    payback = Choice(
        _l("Does anyone speak of paying back?"), choices(labels.PAYBACK_LABELS), missing=_l("Choose one.")
    )
    people_now = Count(_l("How many people are in it now?"), PEOPLE_MAX, missing=_l("Write a number."))
    weapon = Choice(
        _l("Did you ask about a weapon?"), choices(labels.WEAPON_LABELS), missing=_l("Choose one.")
    )


class CloseForm(Form):
    """Close a case: how did it end?"""

    outcome = Choice(
        _l("How did it end?"), choices(labels.OUTCOME_LABELS), missing=_l("Choose how it ended.")
    )


class EmergencyForm(Form):
    """Ask to open a case in an emergency: why?"""

    reason = Choice(_l("Why now?"), choices(labels.EMERGENCY_LABELS), missing=_l("Choose why."))
