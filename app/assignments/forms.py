"""The forms of an assignment: one step, or the call given back."""

from typing import Any

from flask_babel import lazy_gettext as _l

from app.assignments.labels import STEP_LABELS
from app.assignments.models import Step
from app.foundation.forms import Choice, Form
from app.foundation.i18n import choices

NOT_SAFE: dict[str, Any] = {
    "weapons_yes": _l("Someone has a weapon, or spoke of one"),
    "threats_yes": _l("Someone was threatened"),
    "injuries_yes": _l("Someone is hurt"),
    "danger_on_scene": _l("It does not feel safe"),
}


class StepForm(Form):
    """The step that was pressed. Whether it follows is for the rules to say."""

    step = Choice(_l("Step"), choices(STEP_LABELS))

    def value(self) -> Step:
        return Step(self.step.data)


class NotSafeForm(Form):
    """Why it is not safe, in one tap."""

    reason = Choice(_l("What is it?"), choices(NOT_SAFE), missing=_l("Choose what it is."))
