"""Forms of a service referral. None of them has a field that sends without a yes."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import ValidationError

from app.cases import labels as case_labels
from app.cases.models import Party
from app.cases.photo_models import CasePhoto
from app.directory.actions import MOST_PLACES
from app.directory.labels import CAPACITY_LABELS, ROOM_LABELS
from app.directory.models import CapacityState, Service
from app.directory.rules import RoomNow
from app.foundation import clock
from app.foundation.forms import Choice, Day, Form, Line, Pick, PickSome, Whole, Words
from app.foundation.i18n import choices
from app.handoffs import labels, rules
from app.handoffs.actions import Terms
from app.handoffs.models import How, SaidBy, Share

NOT_YET = "not_yet"
NEED_MAX, LINE_MAX = 1000, 200
_ANSWERS: dict[str, Any] = {
    NOT_YET: _l("Not asked yet"),
    **{how.value: words for how, words in labels.HOW_LABELS.items()},
}
_HOW = _l("How did they say it?")
_IN_THE_PACKET = {share: words for share, words in labels.SHARE_LABELS.items() if share is not Share.PICTURES}


def _until() -> Any:
    return rules.day_of(clock.now()) + rules.USUAL_CONSENT


def _check_day(form: Form, field: Field) -> None:
    today = rules.day_of(clock.now())
    if field.data and not today <= field.data <= today + rules.LONGEST_CONSENT:
        raise ValidationError(_("Choose a day from today to a year ahead."))


class ConsentForm(Form):
    """What the person agreed to, in their own hearing."""

    shares = PickSome(_l("What did they agree to share?"), choices=choices(_IN_THE_PACKET))
    pictures = PickSome(_l("Which pictures may they see?"), choices=())
    said_by = Choice(
        _l("Who said yes?"),
        choices(labels.SAID_BY_LABELS),
        missing=_l("Choose who said it."),
        default=SaidBy.PERSON.value,
    )
    how = Choice(
        _l("How did they say it?"), choices(labels.HOW_LABELS), missing=_l("Choose how they said it.")
    )
    until_on = Day(
        _l("Until which day?"), missing=_l("Choose the last day."), default=_until, validators=[_check_day]
    )

    def validate_shares(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("Choose at least one thing they agreed to share."))

    def offer_pictures(self, photos: Sequence[CasePhoto]) -> None:
        """The pictures of the case, none of them ticked: each is a choice of its own."""
        self.pictures.choices = choices({photo.id: case_labels.PHOTO_LABELS[photo.kind] for photo in photos})

    def offer_shares(self, packet: Collection[Share]) -> None:
        """Only what was written down can be agreed to."""
        self.shares.choices = choices({share.value: labels.SHARE_LABELS[share] for share in packet})

    def terms(self) -> Terms:
        """What was agreed, for the action."""
        shares = frozenset(Share(code) for code in self.shares.data or ())
        until_on = self.until_on.data or rules.day_of(clock.now())
        said_by, how = SaidBy(self.said_by.data), How(self.how.data)
        return Terms(said_by, how, shares, until_on, frozenset(self.pictures.data or ()))


class NewHandoffForm(ConsentForm):
    """Who, to which service, what for, and what they agreed to share."""

    party_id = Choice(_l("Who is it for?"), choices=(), missing=_l("Choose the person."))
    service_id = Pick(_l("Which service?"), missing=_l("Choose a service."))
    need = Words(_l("What do they need?"), NEED_MAX, missing=_l("Write what they need, in a sentence."))
    name = Line(_l("The name to call them by"), LINE_MAX)
    contact = Line(_l("How to reach them safely"), LINE_MAX)
    how = Choice(_l("Did they say yes?"), choices(_ANSWERS), missing=_l("Choose one."), default=NOT_YET)

    def offer(
        self, parties: Sequence[Party], services: Sequence[Service], rooms: Mapping[str, RoomNow]
    ) -> None:
        """The people of the case, and the services that somebody here answers for."""
        offered = {each.id: _said(each, rooms[each.id]) for each in services}
        self.party_id.choices = choices({party.id: party.bird for party in parties})
        self.service_id.choices = choices({"": _("Choose a service"), **offered})

    def validate_shares(self, field: Field) -> None:
        if self.has_yes:
            super().validate_shares(field)

    def validate(self, extra_validators: Any = None) -> bool:
        """What is ticked must be written: an empty field alone would pass."""
        is_fine = super().validate(extra_validators)
        for field, share in ((self.name, Share.NAME), (self.contact, Share.CONTACT)):
            if share.value in (self.shares.data or ()) and not field.data:
                field.errors = [*field.errors, _("Write it, or take it out of what is shared.")]
                is_fine = False
        if self.pictures.data and not self.has_yes:
            self.pictures.errors = [*self.pictures.errors, _("Choose pictures once they have said yes.")]
            is_fine = False
        return bool(is_fine)

    @property
    def has_yes(self) -> bool:
        return bool(self.how.data != NOT_YET)

    def packet(self, party: Party, area_name: str, language: str) -> dict[Share, str]:
        """Only what was ticked; the rest of what was typed is forgotten."""
        meant = {
            Share.NEED: self.need.data or "",
            Share.NAME: self.name.data or "",
            Share.CONTACT: self.contact.data or "",
            Share.LANGUAGE: language,
            Share.AREA: area_name,
        }
        wanted = {Share(code) for code in self.shares.data or ()} or {Share.NEED}
        return {share: words for share, words in meant.items() if share in wanted and words}


def _said(service: Service, room: RoomNow) -> str:
    return f"{service.name}, {service.organization.name} ({ROOM_LABELS[room.room]})"


class WithdrawForm(Form):
    """The person takes it back."""

    said_by = Choice(
        _l("Who took it back?"),
        choices(labels.SAID_BY_LABELS),
        missing=_l("Choose who said it."),
        default=SaidBy.PERSON.value,
    )
    how = Choice(
        _l("How did they say it?"), choices(labels.HOW_LABELS), missing=_l("Choose how they said it.")
    )


class RefuseForm(Form):
    """Why a partner says no: a code, and when there may be room again."""

    reason = Choice(_l("Why not?"), choices(labels.REFUSAL_LABELS), missing=_l("Choose why."))
    room_again_on = Day(_l("Room again on"))


class OutcomeForm(Form):
    """What came of it."""

    met = Choice(_l("What came of it?"), choices(labels.MET_LABELS), missing=_l("Choose what came of it."))


class CapacityForm(Form):
    """Whether a service can take people now."""

    state = Choice(_l("Can you take people now?"), choices(CAPACITY_LABELS), missing=_l("Choose one."))
    places = Whole(_l("How many places?"), 1, MOST_PLACES, _l("Write a number from 1 up."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Open means how many; waitlist and full need no number."""
        is_fine = super().validate(extra_validators)
        if is_fine and self.state.data == CapacityState.OPEN and self.places.data is None:
            self.places.errors = [_("Write how many places are open, from 1 up.")]
            return False
        return bool(is_fine)
