"""Setting and ending shifts, and a responder's own word about their ties."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from app.accounts.models import Account
from app.accounts.permissions import Permission
from app.audit.catalogue import What
from app.audit.trail import Actor, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.roster.models import DeclaredTie, Responder, Shift
from app.roster.queries import reaches
from app.roster.rules import LONGEST, ShiftNotPossible, check_shift


def set_shift(account_id: str, starts_at: datetime, ends_at: datetime, *, actor: Actor) -> Shift:
    """Put a person on shift. A provider lead does so for responders of their own organization only."""
    account = _person(account_id, actor)
    responder = db.session.get(Responder, account_id)
    if responder is None and account.role.value != "coordinator":
        raise ShiftNotPossible("Only responders and coordinators stand shifts.")
    near = select(Shift.starts_at, Shift.ends_at).where(
        Shift.account_id == account_id,
        Shift.ends_at > starts_at - LONGEST,
        Shift.starts_at < ends_at + LONGEST,
    )
    check_shift(
        starts_at, ends_at, [(begins, ends) for begins, ends in db.session.execute(near)], clock.now()
    )
    shift = Shift(
        account_id=account_id,
        team_id=responder.team_id if responder else None,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    db.session.add(shift)
    db.session.flush()
    record(
        What.SHIFT_SET,
        actor=actor,
        subject_type="shift",
        subject_id=shift.id,
        account=account_id,
        starts_at=starts_at.isoformat(),
        ends_at=ends_at.isoformat(),
    )
    return shift


def end_shift(shift_id: str, *, actor: Actor) -> None:
    """End a shift now; one that has not begun is taken off. The trail keeps the planned hours."""
    shift = db.session.get(Shift, shift_id, with_for_update=True)
    if shift is None:
        raise NotFound
    _person(shift.account_id, actor)
    now = clock.now()
    if shift.ends_at <= now:
        raise ShiftNotPossible("This shift is over already.")
    record(
        What.SHIFT_CALLED_OFF,
        actor=actor,
        subject_type="shift",
        subject_id=shift.id,
        account=shift.account_id,
        starts_at=shift.starts_at.isoformat(),
        ends_at=shift.ends_at.isoformat(),
    )
    if shift.starts_at >= now - timedelta(seconds=1):
        db.session.delete(shift)
    else:
        shift.ends_at = now
    db.session.flush()


def declare_tie(area_id: str, *, actor: Actor) -> None:
    """A responder says that they have ties in an area: they are not sent there. Why is not asked."""
    if db.session.get(DeclaredTie, (actor.id, area_id)) is None:
        db.session.add(DeclaredTie(account_id=actor.id, area_id=area_id, declared_at=clock.now()))
        db.session.flush()
        record(What.TIE_DECLARED, actor=actor, subject_type="account", subject_id=actor.id, area=area_id)


def withdraw_tie(area_id: str, *, actor: Actor) -> None:
    """The ties are over: the responder may be sent to the area again."""
    own = delete(DeclaredTie).where(DeclaredTie.account_id == actor.id, DeclaredTie.area_id == area_id)
    if db.session.execute(own.returning(DeclaredTie.area_id)).scalar():
        record(What.TIE_WITHDRAWN, actor=actor, subject_type="account", subject_id=actor.id, area=area_id)


def _person(account_id: str, actor: Actor) -> Account:
    """The active account whose shifts this actor may set; `NotFound` for any other.

    The row is locked: two shifts set at once for one person are looked at one after the other.
    """
    account = db.session.get(Account, account_id, with_for_update=True)
    if account is None or not account.is_active:
        raise NotFound
    responder = db.session.get(Responder, account_id)
    organization_id = responder.team.organization_id if responder else None
    if not reaches(actor, Permission.SHIFT_MANAGE, organization_id):
        raise NotFound
    return account


def join_team(account_id: str, team_id: str, languages: Iterable[str]) -> Responder:
    """A person works in a team from now on, in these languages; the account's own entry is on the trail."""
    responder = Responder(account_id=account_id, team_id=team_id, languages=" ".join(languages))
    db.session.add(responder)
    db.session.flush()
    return responder
