"""Forms of the board: why a call goes back, and who is sent."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from app.assignments.rules import Ranked
from app.board.labels import HAND_BACK_LABELS, RETURN_LABELS
from app.foundation.forms import Choice, Form, Pick
from app.foundation.i18n import choices
from app.referrals.models import Referral
from app.referrals.transitions import WAITING_STATES


class GiveBackForm(Form):
    """Why the call goes back: a code, which dispatch gets."""

    reason = Pick(_l("Why does it go back?"), missing=_l("Choose why. Dispatch is told."))

    def __init__(self, referral: Referral, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        before_our_yes = referral.state in WAITING_STATES
        reasons = RETURN_LABELS if before_our_yes else HAND_BACK_LABELS
        # Nothing is chosen beforehand: dispatch must never get a reason that nobody gave.
        self.reason.choices = choices({"": _l("Choose a reason"), **reasons})


class SendForm(Form):
    """Who goes, among those who may."""

    account_id = Choice(_l("Who goes?"), choices=(), missing=_l("Choose who goes."))

    def __init__(self, ranked: Sequence[Ranked], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.account_id.choices = choices({one.account_id: one.name for one in ranked if one.may_go})
        best = next((one.account_id for one in ranked if one.may_go), None)
        if not self.is_submitted():
            self.account_id.data = best
