"""A responder asks for help: one press, kept at once, open until a person answers it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from app.accounts.models import Account
from app.accounts.permissions import Permission, Scope, scope_of
from app.assignments.models import Assignment
from app.audit.catalogue import What
from app.audit.trail import Actor, record
from app.foundation import clock
from app.foundation.db import Id, Model, db
from app.foundation.errors import NotFound
from app.foundation.ids import new_id


class HelpCall(Model):
    """Somebody of ours needs help now. It stands on every coordinator's screen until answered."""

    __tablename__ = "help_calls"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (answered_by_id IS NULL)", name="answered_by_person"),
        Index("ix_help_calls_open", "answered_at", "at"),
    )

    id: Mapped[Id]
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    assignment_id: Mapped[str | None] = mapped_column(ForeignKey("assignments.id"))
    at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))

    account: Mapped[Account] = relationship(foreign_keys=[account_id])


def ask_for_help(assignment: Assignment | None, *, actor: Actor) -> HelpCall:
    """Keep the call for help. Pressed again while nobody has answered, it is the same call."""
    if waiting := open_call_of(actor):
        return waiting
    call = HelpCall(
        id=new_id(), account_id=actor.id, assignment_id=assignment.id if assignment else None, at=clock.now()
    )
    db.session.add(call)
    db.session.flush()
    record(What.HELP_ASKED, actor=actor, subject_type="help_call", subject_id=call.id)
    return call


def answer_help(call_id: str, *, actor: Actor) -> HelpCall:
    """Somebody has taken the call for help on themselves; the first one counts."""
    call = db.session.get(HelpCall, call_id, with_for_update=True)
    if call is None or scope_of(actor.role, Permission.BOARD_READ) is not Scope.ALL:
        raise NotFound
    if call.answered_at is None:
        call.answered_at, call.answered_by_id = clock.now(), actor.id
        record(What.HELP_ANSWERED, actor=actor, subject_type="help_call", subject_id=call.id)
    return call


def open_call_of(actor: Actor) -> HelpCall | None:
    """This person's own call that nobody has answered yet."""
    mine = select(HelpCall).where(HelpCall.account_id == actor.id, HelpCall.answered_at.is_(None))
    return db.session.scalars(mine.order_by(HelpCall.at.desc())).first()


def list_open_calls() -> Sequence[HelpCall]:
    """Calls for help that nobody has answered, oldest first, with who asked."""
    waiting = select(HelpCall).where(HelpCall.answered_at.is_(None))
    return db.session.scalars(
        waiting.options(joinedload(HelpCall.account)).order_by(HelpCall.at, HelpCall.id)
    ).all()
