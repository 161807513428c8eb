"""The forms of being asked again: what was said, and how."""

from flask_babel import lazy_gettext as _l

from app.cases import labels
from app.cases.consent_models import SaidHow
from app.cases.consent_rules import DAYS
from app.foundation.forms import Choice, Form
from app.foundation.i18n import choices

NO = "no"
_ANSWERS = {str(days): _l("Yes, up to %(days)s days after the case is closed", days=days) for days in DAYS}


class TakeBackForm(Form):
    """How did they take it back?"""

    how = Choice(
        _l("How did they say it?"), choices(labels.SAID_HOW_LABELS), missing=_l("Choose how they said it.")
    )

    def said_how(self) -> SaidHow:
        return SaidHow(self.how.data)


class AskAgainForm(TakeBackForm):
    """What did they say, in their own hearing?"""

    answer = Choice(
        _l("May we ask them again after the case is closed?"),
        choices({**_ANSWERS, NO: _l("No, or they took it back")}),
        missing=_l("Choose what they said."),
    )

    def for_days(self) -> int | None:
        """For how many days; None is no."""
        return None if self.answer.data == NO else int(self.answer.data)
