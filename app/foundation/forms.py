"""Form fields that say what to do when something is wrong, and never repeat what was typed.

Each field states its longest length; every text is brought to one Unicode form and
refused when it holds control characters.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.foundation import text
from app.foundation.office import LOS_ANGELES


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form of ours: protected against forgery, its texts in one form."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """What a form that only narrows a list, by GET, takes over and changes."""


class ActForm(Form):
    """A button that does one thing, with its protection against forgery."""


def _tidy(value: str | None) -> str | None:
    return text.tidy(value) if value else value


def _plain_text(form: FlaskForm, field: Field) -> None:
    if field.data and text.has_forbidden_characters(field.data):
        raise ValidationError(_l("Take out the hidden characters. Type the words again."))


def _text_rules(max_length: int, missing: Any) -> list[Any]:
    needed = [DataRequired(missing)] if missing else [Optional()]  # spaces alone are nothing
    too_long = _l("Make this shorter: at most %(max)d letters.")
    return [*needed, Length(max=max_length, message=too_long), _plain_text]


class Line(StringField):
    """One line of text. `missing` is what to say when it is empty; without it, it may be."""

    def __init__(self, label: Any, max_length: int, missing: Any = None, **kwargs: Any) -> None:
        rules = [*_text_rules(max_length, missing), *kwargs.pop("validators", [])]
        super().__init__(label, validators=rules, filters=[_tidy], **kwargs)
        self.max_length = max_length

    def pre_validate(self, form: Any) -> None:
        if self.data and "\n" in self.data:
            raise ValidationError(_l("Write this on one line."))


class Words(TextAreaField):
    """A person's own words, on as many lines as they like."""

    def __init__(self, label: Any, max_length: int, missing: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators=_text_rules(max_length, missing), filters=[_tidy], **kwargs)
        self.max_length = max_length


_CHOOSE = _l("Choose one.")


class Choice(RadioField):
    """One of a few, all in sight. `choices` come from `i18n.choices(labels)`."""

    def __init__(self, label: Any, choices: Sequence[Any], missing: Any = _CHOOSE, **kwargs: Any) -> None:
        rules = [InputRequired(missing)] if missing else [Optional(strip_whitespace=False)]
        super().__init__(label, choices=list(choices), validators=rules, **kwargs)

    def pre_validate(self, form: Any) -> None:
        if self.data and self.data not in {str(choice[0]) for choice in self.iter_choices()}:
            raise ValidationError(_CHOOSE)


class Pick(SelectField):
    """One of many, from a list that opens. An empty first choice means "not chosen"."""

    def __init__(self, label: Any, choices: Sequence[Any] = (), missing: Any = None, **kwargs: Any) -> None:
        rules = [InputRequired(missing)] if missing else [Optional(strip_whitespace=False)]
        super().__init__(label, choices=list(choices), validators=rules, **kwargs)

    def pre_validate(self, form: Any) -> None:
        if self.data and self.data not in {str(choice[0]) for choice in self.iter_choices()}:
            raise ValidationError(_CHOOSE)


class PickSome(SelectMultipleField):
    """Any number of a few, each with its own box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        offered = {str(choice[0]) for choice in self.iter_choices()}
        if any(value not in offered for value in self.data or ()):
            raise ValidationError(_l("Choose from the list."))


class Tick(BooleanField):
    """Yes, said by ticking. `missing` is what to say where it must be ticked."""

    def __init__(self, label: Any, missing: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators=[InputRequired(missing)] if missing else [], **kwargs)


class Whole(IntegerField):
    """A whole number from `least` to `most`; `words` say so, for any length of digits."""

    data: int | None

    def __init__(self, label: Any, least: int, most: int, words: Any, **kwargs: Any) -> None:
        self.least, self.most, self.words = least, most, words
        rules = kwargs.pop("validators", [Optional(strip_whitespace=False)])
        super().__init__(label, validators=rules, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(self.words) from None
        if self.data is not None and not self.least <= self.data <= self.most:
            self.data = None
            raise ValueError(self.words)


class Day(DateField):
    """A day, between 2000 and 2100."""

    def __init__(self, label: Any, missing: Any = None, **kwargs: Any) -> None:
        rules = [InputRequired(missing)] if missing else [Optional(strip_whitespace=False)]
        super().__init__(label, validators=[*rules, *kwargs.pop("validators", [])], **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_l("Write the day as year-month-day.")) from None
        if isinstance(self.data, date) and not 2000 <= self.data.year <= 2100:
            self.data = None
            raise ValueError(_l("Write a year between 2000 and 2100."))


class Moment(DateTimeLocalField):
    """A day and an hour on a Los Angeles clock; its data is aware, in UTC."""

    def __init__(self, label: Any, missing: Any = None, **kwargs: Any) -> None:
        rules = [InputRequired(missing)] if missing else [Optional(strip_whitespace=False)]
        super().__init__(label, validators=rules, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_l("Write the day and the hour.")) from None
        if isinstance(self.data, datetime):
            if not 2000 <= self.data.year <= 2100:
                self.data = None
                raise ValueError(_l("Write a year between 2000 and 2100."))
            self.data = self.data.replace(tzinfo=LOS_ANGELES).astimezone(UTC)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if isinstance(self.data, datetime):
            return self.data.astimezone(LOS_ANGELES).strftime("%Y-%m-%dT%H:%M")
        return ""
