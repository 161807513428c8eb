"""Words on the screen for legal holds."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.vault.hold_models import HoldReason, HoldState, Subject

SUBJECT_LABELS: dict[Subject, LazyString] = {
    Subject.REFERRAL: _l("Calls"),
    Subject.CASE: _l("Cases"),
    Subject.HANDOFF: _l("Service referrals"),
    Subject.INPUT: _l("Inputs"),
}
REASON_LABELS: dict[HoldReason, LazyString] = {
    HoldReason.SUBPOENA: _l("A subpoena of a court"),
    HoldReason.COURT_ORDER: _l("An order or a warrant of a judge"),
    HoldReason.LITIGATION: _l("A lawsuit that the city is part of"),
    HoldReason.RECORDS_REQUEST: _l("A public records request"),
}
STATE_LABELS: dict[HoldState, LazyString] = {
    HoldState.PROPOSED: _l("Proposed: nothing is held yet"),
    HoldState.HELD: _l("Held"),
    HoldState.RELEASE_PROPOSED: _l("Held, release proposed"),
    HoldState.RELEASED: _l("Released"),
    HoldState.DROPPED: _l("Dropped"),
}


# What can be done with a hold in each state: where it posts, its words, how loud the button is.
ACTS: dict[HoldState, tuple[tuple[str, LazyString, str], ...]] = {
    HoldState.PROPOSED: (
        ("retention.confirm", _l("Confirm it"), ""),
        ("retention.drop", _l("Drop it"), "plain"),
    ),
    HoldState.HELD: (("retention.propose_release", _l("Propose to release it"), "second"),),
    HoldState.RELEASE_PROPOSED: (
        ("retention.release", _l("Release it"), ""),
        ("retention.confirm", _l("Keep holding it"), "plain"),
    ),
}
