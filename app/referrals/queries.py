"""Reading referrals: what the board shows, one by its id, and what was told, sealed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import DispatchClient
from app.accounts.permissions import Permission, Scope, scope_of
from app.audit.catalogue import What
from app.audit.trail import Actor, Grounds, look
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.ids import first_id_at
from app.referrals import rules
from app.referrals.incident_ids import one_spelling
from app.referrals.models import ENDED_STATES, Referral, ReferralMessage, ReferralStateRow, Source, State
from app.referrals.payloads import Told
from app.referrals.transitions import WITH_US_STATES
from app.roster.models import Team
from app.vault import sealing
from app.vault.access import Use
from app.vault.sealing import KeyDestroyed

BOARD_LIMIT = 200
STAYS_ON_BOARD = timedelta(minutes=10)


def list_board(seen_by: Actor, now: datetime) -> Sequence[Referral]:
    """Calls in action and those that ended in the last ten minutes, nearest clock first (one query).

    A call of ours that everybody sent is clear of is a case by then, and leaves the board. One that
    both own stays, whoever is clear: somebody has to get dispatch's word.

    At most 200: a board with more is no longer read by a person, and the page says so. Residents'
    requests come last then: no flood of a public form may push a call of dispatch off the board.
    """
    ended_lately = (
        select(ReferralStateRow.referral_id)
        .where(
            ReferralStateRow.id >= first_id_at(now - STAYS_ON_BOARD),  # by key: later rows sort later
            ReferralStateRow.at > now - STAYS_ON_BOARD,
            ReferralStateRow.state.in_(ENDED_STATES),
        )
        .scalar_subquery()
    )
    off_board = (State.PARKED, *ENDED_STATES)  # of a parked one nothing is known yet but an update
    is_open = or_(Referral.cleared_at.is_(None), Referral.state.not_in(WITH_US_STATES))
    is_in_action = and_(Referral.state.not_in(off_board), is_open)
    shown = or_(is_in_action, Referral.id.in_(ended_lately))
    statement = _in_scope(select(Referral), seen_by, Permission.BOARD_READ).where(shown)
    nearest = (Referral.clock_due_at.is_(None), Referral.clock_due_at, Referral.received_at, Referral.id)
    fits = statement.order_by(Referral.source == Source.RESIDENT, *nearest).limit(BOARD_LIMIT)
    found = db.session.scalars(fits.options(joinedload(Referral.area), joinedload(Referral.team))).all()
    return sorted(found, key=_nearest_clock)


def _nearest_clock(one: Referral) -> tuple[bool, datetime, str]:
    return one.clock_due_at is None, one.clock_due_at or one.received_at, one.id


def get_referral(
    referral_id: str, seen_by: Actor, permission: Permission = Permission.BOARD_READ
) -> Referral:
    """A referral that a permission of this person reaches; `NotFound` for any other."""
    statement = _in_scope(select(Referral), seen_by, permission).where(Referral.id == referral_id)
    found = db.session.scalars(statement.options(joinedload(Referral.area), joinedload(Referral.team)))
    return _or_not_found(found.one_or_none())


def find_for_client(referral_id: str, client_id: str) -> Referral | None:
    """A referral that this client offered, by our id; anybody else's is none."""
    wanted = select(Referral).where(Referral.id == referral_id, Referral.client_id == client_id)
    return db.session.scalars(wanted).one_or_none()


def find_for_agency(referral_id: str, agency: str) -> Referral | None:
    """A referral that any system of this agency offered, for a key that only looks."""
    wanted = select(Referral).where(Referral.id == referral_id, offered_by_agency(agency))
    return db.session.scalars(wanted).one_or_none()


def offered_by(client_id: str) -> ColumnElement[bool]:
    """That this client offered the referral."""
    return Referral.client_id == client_id


def offered_by_agency(agency: str) -> ColumnElement[bool]:
    """That any system of this agency offered the referral; an agency has a handful of them."""
    return Referral.client_id.in_(select(DispatchClient.id).where(DispatchClient.agency == agency))


def get_of_incident(incident_id: str, client_id: str) -> Referral:
    """The newest referral of an incident that this client offered; `NotFound` for anybody else's."""
    return _or_not_found(find_latest(client_id, incident_id))


def get_any(referral_id: str) -> Referral:
    """A referral by its id, for the worker and for acts whose door has checked the permission."""
    return _or_not_found(db.session.get(Referral, referral_id))


def read_told(referral: Referral, *, seen_by: Actor, now: datetime, assignment_id: str | None = None) -> Told:
    """Open what dispatch told us. The look is put on the trail, with the assignment that allows it.

    Responders read it while assigned; a coordinator until a day after the call was
    accepted. For anybody else, or later, `NotFound`.
    """
    scope = scope_of(seen_by.role, Permission.REFERRAL_READ)
    last_moment = referral.accepted_at and referral.accepted_at + timedelta(hours=rules.TOLD_READABLE_HOURS)
    may_read = (scope is Scope.ASSIGNED and assignment_id is not None) or (
        scope is Scope.ALL and (last_moment is None or now <= last_moment)
    )
    if not may_read:
        raise NotFound
    look_at_it = look(
        What.REFERRAL_READ,
        actor=seen_by,
        permission=Permission.REFERRAL_READ,
        subject_type="referral",
        subject_id=referral.id,
        assignment_id=assignment_id,
    )
    return open_told(referral, look_at_it)


def open_told(referral: Referral, by: Grounds | Use = Use.SCREENING) -> Told:
    """What was told: for the screening of an update, which nobody looks at, or for a look on the trail."""
    return Told.from_json(
        sealing.unseal(referral.key_id, "referrals", "told_sealed", referral.id, referral.told_sealed, by=by)
    )


def find_told(referral: Referral, use: Use = Use.SCREENING) -> Told:
    """The same for the machine, and nothing when it was destroyed on schedule."""
    try:
        return open_told(referral, use)
    except KeyDestroyed:
        return Told()


def list_states(referral_id: str) -> Sequence[ReferralStateRow]:
    """Every state a referral had, oldest first (one query)."""
    rows = select(ReferralStateRow).where(ReferralStateRow.referral_id == referral_id)
    return db.session.scalars(rows.order_by(ReferralStateRow.at, ReferralStateRow.id)).all()


def find_message(client_id: str, message_id: str) -> ReferralMessage | None:
    """The message a client sent under this id before, if it did."""
    wanted = select(ReferralMessage).where(
        ReferralMessage.client_id == client_id, ReferralMessage.message_id == message_id
    )
    return db.session.scalars(wanted).one_or_none()


def find_latest(client_id: str, incident_id: str) -> Referral | None:
    """The latest referral of an incident of this client, whatever came of it."""
    wanted = select(Referral).where(
        Referral.client_id == client_id,
        Referral.incident_id == one_spelling(incident_id),
        Referral.is_latest,
    )
    return db.session.scalars(wanted).one_or_none()


def find_request(request_id: str) -> Referral | None:
    """The referral that a resident's form made when it was sent before."""
    wanted = select(Referral).where(Referral.source == Source.RESIDENT, Referral.incident_id == request_id)
    return db.session.scalars(wanted).one_or_none()


def _in_scope(statement: Select[Referral], seen_by: Actor, permission: Permission) -> Select[Referral]:
    scope = scope_of(seen_by.role, permission)
    if scope is Scope.ALL:
        return statement
    if scope is Scope.OWN_ORGANIZATION and seen_by.organization_id:
        own_team = and_(Team.id == Referral.team_id, Team.organization_id == seen_by.organization_id)
        return statement.join(Team, own_team)
    raise NotFound


def _or_not_found(found: Referral | None) -> Referral:
    if found is None:
        raise NotFound
    return found
