"""Words on the screen for steps and for the reasons of a ranking."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.assignments.models import Step

STEP_LABELS: dict[Step, LazyString] = {
    Step.ASSIGNED: _l("Asked"),
    Step.ACKNOWLEDGED: _l("Yes"),
    Step.EN_ROUTE: _l("On the way"),
    Step.ON_SCENE: _l("There"),
    Step.CONTACT_MADE: _l("Contact"),
    Step.NOT_FOUND: _l("Nobody there"),
    Step.REFUSED: _l("They said no"),
    Step.CLEAR: _l("Clear"),
    Step.DECLINED: _l("Could not go"),
}

RANKING_LABELS: dict[str, LazyString] = {
    "on_shift": _l("on shift"),
    "off_shift": _l("not on shift"),
    "has_tie": _l("has ties here and may not go"),
    "speaks": _l("speaks the language"),
    "does_not_speak": _l("does not speak the language"),
    "free": _l("free"),
    "busy": _l("out on another call"),
    "knows_area": _l("has worked in this area"),
    "out_lately": _l("was out in the last ten hours"),
}
