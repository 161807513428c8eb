"""The form by which a legal hold is proposed. Each error says what to do."""

from datetime import date, datetime, time
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import Regexp, ValidationError

from app.foundation.errors import DomainError
from app.foundation.forms import Choice, Day, Form, Line, Words
from app.foundation.i18n import choices
from app.foundation.office import LOS_ANGELES
from app.vault import hold_rules
from app.vault.hold_models import Subject
from app.vault.labels import REASON_LABELS, SUBJECT_LABELS

_MOST_LETTERS = hold_rules.MOST_RECORDS * 30


class HoldForm(Form):
    """Exactly which records, why, under which number of the register, until when."""

    subject = Choice(_l("What is asked for?"), choices=choices(SUBJECT_LABELS))
    ids = Words(
        _l("The id of each record"),
        _MOST_LETTERS,
        missing=_l("Write the id of each record, one on a line."),
        description=_l("One on a line, as it stands in the address of its page. No names and no “all”."),
    )
    reason = Choice(_l("Who asks, and how?"), choices=choices(REASON_LABELS))
    register_number = Line(
        _l("Number in the legal register"),
        40,
        missing=_l("Write the number under which the demand stands in the legal register."),
        validators=[
            Regexp(r"[A-Za-z0-9][A-Za-z0-9 ./-]*$", message=_l("Write the number as the register has it."))
        ],
    )
    ends_on = Day(
        _l("Until when?"),
        missing=_l("Choose the day on which the hold ends by itself."),
        description=_l("At most 180 days from now. Whoever needs longer asks again."),
    )

    def validate_ids(self, field: Field) -> None:
        try:
            hold_rules.read_ids(field.data or "")
        except DomainError as refused:
            raise ValidationError(str(refused)) from None

    def wanted(self) -> dict[str, Any]:
        """What to propose; call it only when the form is valid."""
        ends_on = cast(date, self.ends_on.data)  # the form asks for it
        return {
            "subject": Subject(self.subject.data),
            "ids": hold_rules.read_ids(self.ids.data or ""),
            "reason": self.reason.data,
            "register_number": self.register_number.data or "",
            "ends_at": datetime.combine(ends_on, time(23, 59), LOS_ANGELES),
        }
