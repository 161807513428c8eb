"""Forms of residents and of those who moderate."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, FloatField, HiddenField, IntegerField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError
from wtforms.widgets import HiddenInput

from app.foundation.forms import Choice, Form, Line, Tick, Words
from app.foundation.i18n import choices
from app.inputs.labels import ANSWER_LABELS, KIND_LABELS
from app.inputs.rules import has_private_details
from app.places.queries import NEIGHBORHOOD, locate

LONGEST = 2_000
_ON_EARTH = _l("Set the place on the map again.")


class TellForm(Form):
    """A resident tells us something about `area_id`. No name is asked for."""

    area_id = ""
    form_id = HiddenField(validators=[Regexp(r"^[\w-]{16,40}\Z", message=_l("Load the page again."))])
    kind = Choice(_l("What is it about?"), choices(KIND_LABELS), missing=_l("Choose what it is about."))
    words = Words(_l("In your words"), LONGEST, missing=_l("Write a few words."))
    place = Line(_l("Near where?"), 200)
    lat = FloatField(validators=[Optional(), NumberRange(-90, 90, _ON_EARTH)], widget=HiddenInput())
    lon = FloatField(validators=[Optional(), NumberRange(-180, 180, _ON_EARTH)], widget=HiddenInput())
    no_place = Tick(_l("The place does not matter"))
    may_publish = Choice(
        _l("May we publish your words?"),
        choices({"yes": _l("Yes, without my name"), "no": _l("No, only the plan team reads them")}),
        missing=_l("Choose whether we may publish."),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """A place in words, a point, or "does not matter": one of the three."""
        is_valid = bool(super().validate(extra_validators))
        has_point = self.lat.data is not None and self.lon.data is not None
        if not (self.place.data or has_point or self.no_place.data) and not self.place.errors:
            self.place.errors = [_l("Write a corner or a place, or choose “The place does not matter”.")]
            is_valid = False
        if (
            self.lat.errors
            or self.lon.errors
            or (has_point and not self.no_place.data and self._is_elsewhere())
        ):
            self.place.errors = [*self.place.errors, _ON_EARTH]
            is_valid = False
        return is_valid

    def _is_elsewhere(self) -> bool:
        located = locate(self.lat.data or 0, self.lon.data or 0, NEIGHBORHOOD)
        return located is None or located.area_id != self.area_id


class ReceiptForm(Form):
    """The four words that open an answer."""

    words = Line(
        _l("Your four words"),
        120,
        missing=_l("Write the four words of your receipt."),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )


class CorrectForm(Form):
    """The author writes it anew. The receipt comes along, never by the address."""

    receipt = HiddenField(validators=[Length(max=120)])
    words = Words(_l("In your words"), LONGEST, missing=_l("Write a few words."))


class DeleteForm(Form):
    """The author deletes it, and says so twice: it cannot be undone."""

    receipt = HiddenField(validators=[Length(max=120)])
    sure = Tick(_l("Yes, delete it for good"), missing=_l("Tick this to delete what you sent."))


class DecideForm(Form):
    """A decision on words as they were read: `seen` is their revision."""

    seen = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class SetAsideForm(DecideForm):
    """Not an input. The author reads why."""

    reason = Line(
        _l("Why it is set aside"),
        300,
        missing=_l("Write the reason. The resident reads it."),
        description=_l("The resident reads this with the receipt."),
    )


class PublishForm(DecideForm):
    """The words as they will be published."""

    published = Words(
        _l("Words to publish"),
        LONGEST,
        missing=_l("Write the words to publish."),
        description=_l("Take out names, numbers and anything that could hurt someone. Keep the voice."),
    )

    def validate_published(self, field: Field) -> None:
        """What leads to a person's door or phone is never published."""
        if has_private_details(field.data or ""):
            raise ValidationError(_l("Take out the phone number, e-mail or house number."))


class AnswerForm(Form):
    """Our answer."""

    answer_kind = Choice(_l("What did we do with it?"), choices(ANSWER_LABELS), missing=_l("Choose one."))
    answer_words = Words(
        _l("Our answer"),
        LONGEST,
        missing=_l("Write the answer."),
        description=_l("Write in the resident's language. Say what happens next and who does it."),
    )
