"""Forms of the teams page."""

from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.foundation.forms import Form, Moment, Pick
from app.roster.rules import ShiftNotPossible


class ShiftForm(Form):
    """A person and their hours."""

    account_id = Pick(_l("Who"), missing=_l("Choose who stands this shift."))
    starts_at = Moment(_l("From"), missing=_l("Write when the shift begins."))
    ends_at = Moment(_l("Until"), missing=_l("Write when the shift ends."))

    @property
    def hours(self) -> tuple[datetime, datetime]:
        """From when until when; a form that was sent in full has both."""
        if self.starts_at.data is None or self.ends_at.data is None:
            raise ShiftNotPossible("Write when the shift begins and ends.")
        return self.starts_at.data, self.ends_at.data


class TieForm(Form):
    """An area where a responder has ties."""

    area_id = Pick(_l("Area"), missing=_l("Choose an area."))
