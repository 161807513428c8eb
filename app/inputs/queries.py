"""Reading inputs: the queue, one of them, its author's view, and what the public may see."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.permissions import Permission, Scope, scope_of
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.audit.trail import Actor, ActorKind, Grounds
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.paging import Page, page_of
from app.foundation.reader import as_machine
from app.inputs import reach as _who_opens  # noqa: F401 - says it to the vault
from app.inputs.models import Answer, Input, InputState
from app.inputs.payloads import SpokenPlace
from app.inputs.receipts import form_fingerprint, receipt_fingerprint
from app.inputs.rules import WAITING
from app.places.models import Area
from app.vault import sealing
from app.vault.access import Use

_WITH_ALL = (
    joinedload(Input.area),
    selectinload(Input.answers),
    selectinload(Input.published),
    selectinload(Input.states),
)


def list_queue(seen_by: Actor, number: int, *, is_answered: bool | None = None) -> Page[Input]:
    """What waits for us, oldest first; the flood after the rest. `is_answered` False: read, no answer yet."""
    _require(seen_by, Permission.INPUT_MODERATE)
    statement = select(Input).options(joinedload(Input.area))
    if is_answered is False:
        unanswered = statement.where(*_is_unanswered())
        return page_of(unanswered.order_by(Input.answer_due_on, Input.id), number)
    waiting = statement.where(Input.state.in_(WAITING))
    return page_of(waiting.order_by(Input.state == InputState.OVERFLOW, Input.sent_at, Input.id), number)


def count_queue(seen_by: Actor) -> tuple[int, int]:
    """How many wait to be read, and how many were read and wait for an answer (two queries)."""
    _require(seen_by, Permission.INPUT_MODERATE)
    to_read = select(func.count(Input.id)).where(Input.state.in_(WAITING))
    to_answer = select(func.count(Input.id)).where(*_is_unanswered())
    return db.session.scalar(to_read) or 0, db.session.scalar(to_answer) or 0


def _is_unanswered() -> tuple[ColumnElement[bool], ...]:
    has_answer = select(Answer.id).where(Answer.input_id == Input.id).exists()
    return Input.state.in_((InputState.PUBLISHED, InputState.KEPT_PRIVATE)), ~has_answer


def get_input(input_id: str, seen_by: Actor) -> Input:
    """One input, for those who moderate."""
    _require(seen_by, Permission.INPUT_MODERATE)
    found = db.session.scalars(select(Input).where(Input.id == input_id).options(*_WITH_ALL)).one_or_none()
    if found is None or found.state is InputState.WITHDRAWN:
        raise NotFound
    return found


def find_by_receipt(words: str) -> Input | None:
    """The input that four words open."""
    wanted = select(Input).where(Input.receipt_fingerprint == receipt_fingerprint(words))
    return db.session.scalars(wanted.options(*_WITH_ALL)).one_or_none()


def find_by_form(form_id: str) -> Input | None:
    """The input that this form brought when it was sent before."""
    wanted = select(Input).where(Input.form_fingerprint == form_fingerprint(form_id))
    with as_machine():  # whoever has the form has its receipt
        return db.session.scalars(wanted).one_or_none()


def count_looks(sent: Input) -> list[tuple[str, int]]:
    """How often an input was opened, by role, most often first: no names, no times (one query)."""
    count = func.count()
    looks = (
        select(AuditEntry.actor_role, count)
        .where(
            AuditEntry.subject_type == "input",
            AuditEntry.subject_id == sent.id,
            AuditEntry.what == What.INPUT_READ,
            AuditEntry.actor_kind != ActorKind.RESIDENT.value,  # its author, by the receipt
        )
        .group_by(AuditEntry.actor_role)
        .order_by(count.desc(), AuditEntry.actor_role)
    )
    return [(role or "", number) for role, number in db.session.execute(looks)]


def is_receipt_taken(words: str) -> bool:
    """Whether these four words open another input."""
    taken = select(Input.id).where(Input.receipt_fingerprint == receipt_fingerprint(words))
    with as_machine():  # that it is taken, not by what
        return db.session.scalar(taken) is not None


def open_words(sent: Input, by: Grounds | Use) -> str:
    """The author's own words: for the author, or for those who moderate."""
    return sealing.unseal(sent.key_id, "inputs", "words_sealed", sent.id, sent.words_sealed, by=by)


def open_place(sent: Input, by: Grounds | Use) -> SpokenPlace:
    """Where the author said it is, for those who moderate."""
    opened = sealing.unseal(sent.key_id, "inputs", "place_sealed", sent.id, sent.place_sealed, by=by)
    return SpokenPlace.from_json(opened)


@dataclass(frozen=True)
class SaidAndDid:
    """What a resident said, as published, and what we did with it."""

    area: Area
    words: str
    language: str
    answer: Answer | None
    sent_at: datetime


def list_said_and_did(area_id: str | None = None, limit: int = 6) -> list[SaidAndDid]:
    """Published words with our answer, newest first; of all areas, only the answered (two queries)."""
    wanted = select(Input).where(Input.state == InputState.PUBLISHED)
    if area_id:
        wanted = wanted.where(Input.area_id == area_id)
    else:  # the front page says what we did, not what we have yet to do
        wanted = wanted.where(select(Answer.id).where(Answer.input_id == Input.id).exists())
    options = (joinedload(Input.area), selectinload(Input.answers), selectinload(Input.published))
    newest = wanted.order_by(Input.sent_at.desc(), Input.id).limit(limit).options(*options)
    with as_machine():  # what is published is for everybody
        found = db.session.scalars(newest).all()
    return [
        SaidAndDid(
            one.area,
            one.published[-1].words,
            one.language,
            one.answers[-1] if one.answers else None,
            one.sent_at,
        )
        for one in found
        if one.published
    ]


def _require(seen_by: Actor, permission: Permission) -> None:
    if scope_of(seen_by.role, permission) is not Scope.ALL:  # an input has no one assigned to it
        raise NotFound
