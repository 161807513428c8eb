"""Words on the screen for room in a service."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.directory.models import CapacityState, ServiceStatus
from app.directory.rules import Room

ROOM_LABELS: dict[Room, LazyString] = {
    Room.OPEN: _l("Takes people now"),
    Room.WAITLIST: _l("Waitlist"),
    Room.FULL: _l("Full"),
    Room.NOT_SURE: _l("Not sure"),
}
CAPACITY_LABELS: dict[CapacityState, LazyString] = {
    CapacityState.OPEN: _l("Yes"),
    CapacityState.WAITLIST: _l("Waitlist"),
    CapacityState.FULL: _l("Full"),
}
STATUS_LABELS: dict[ServiceStatus, LazyString] = {
    ServiceStatus.ACTIVE: _l("Running"),
    ServiceStatus.INACTIVE: _l("Not running"),
    ServiceStatus.DEFUNCT: _l("Ended"),
    ServiceStatus.TEMPORARILY_CLOSED: _l("Closed for now"),
}
