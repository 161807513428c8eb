"""The lanes: the kinds of answer a call can get without police."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString


class Lane(StrEnum):
    """A kind of answer. Which team gives it where and when is data (`routing`)."""

    MEDIATION = "mediation"
    RESTORATIVE = "restorative"
    INTERRUPTION = "interruption"
    UNARMED_CRISIS = "unarmed_crisis"
    HOMELESS_OUTREACH = "homeless_outreach"
    COUNTY_SERVICE = "county_service"


LANE_LABELS: dict[Lane, LazyString] = {
    Lane.MEDIATION: _l("Mediation"),
    Lane.RESTORATIVE: _l("Restorative"),
    Lane.INTERRUPTION: _l("Interruption"),
    Lane.UNARMED_CRISIS: _l("Unarmed crisis"),
    Lane.HOMELESS_OUTREACH: _l("Homeless outreach"),
    Lane.COUNTY_SERVICE: _l("County service"),
}
