"""Words on the screen for messages that leave, and for why one did not arrive."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.audit.checkpoints import KIND as CHECKPOINT_KIND
from app.delivery.addresses import REFUSED
from app.delivery.ladder import HAND_BACK_KIND, LIVE_KINDS, WATCH_KIND

KIND_LABELS: dict[str, LazyString] = {
    "referral.accepted": _l("We said yes to a call"),
    "referral.cancelled": _l("A call that dispatch took back"),
    "referral.closed": _l("How a call ended"),
    "referral.handed_back": _l("A call went back to dispatch"),
    HAND_BACK_KIND: _l("A call is going back to dispatch"),
    WATCH_KIND: _l("A page to the watch"),
    CHECKPOINT_KIND: _l("A checkpoint of the trail"),
}
# These were about who answers for a call. Dispatch has to learn it another way.
TELL_BY_PHONE = LIVE_KINDS

_PROBLEM_LABELS: dict[str, LazyString] = {
    REFUSED: _l("its address points where no message may go"),
    "NoSuchHost": _l("its address is not known to the network"),
    "ConnectError": _l("nobody answers at its address"),
    "ConnectTimeout": _l("nobody answers at its address"),
    "ReadTimeout": _l("no answer in time"),
    "WriteTimeout": _l("no answer in time"),
    "ReadError": _l("the line broke"),
    "WriteError": _l("the line broke"),
    "RemoteProtocolError": _l("its answer made no sense"),
}


def problem_in_words(code: str | None) -> str:
    """Why the last attempt failed. A code that nobody knows is said as it is."""
    if code is None:
        return str(_("not known"))
    if code.startswith("HTTP "):
        return str(_("it refused with %(code)s", code=code))
    known = _PROBLEM_LABELS.get(code)
    return str(known) if known else code
