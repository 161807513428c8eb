"""Reading inputs: the queue, one of them, its author's view, and what the public may see."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.permissions import Permission, Scope, scope_of
from app.audit.trail import Actor
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.paging import Page, page_of
from app.inputs.models import Answer, Input, InputState
from app.inputs.payloads import SpokenPlace
from app.inputs.receipts import receipt_fingerprint
from app.inputs.rules import WAITING
from app.places.models import Area
from app.vault import sealing


def list_queue(seen_by: Actor, number: int, *, is_answered: bool | None = None) -> Page[Input]:
    """What waits for us, oldest first; the flood after the rest. `is_answered` False: read, no answer yet."""
    _require(seen_by, Permission.INPUT_MODERATE)
    statement = select(Input).options(joinedload(Input.area))
    if is_answered is False:
        wanted = statement.where(Input.state.in_((InputState.PUBLISHED, InputState.KEPT_PRIVATE)))
        unanswered = wanted.where(~select(Answer.id).where(Answer.input_id == Input.id).exists())
        return page_of(unanswered.order_by(Input.answer_due_on, Input.id), number)
    waiting = statement.where(Input.state.in_(WAITING))
    return page_of(waiting.order_by(Input.state == InputState.OVERFLOW, Input.sent_at, Input.id), number)


def get_input(input_id: str, seen_by: Actor) -> Input:
    """One input, for those who moderate."""
    _require(seen_by, Permission.INPUT_MODERATE)
    options = (joinedload(Input.area), selectinload(Input.answers), selectinload(Input.published))
    found = db.session.scalars(select(Input).where(Input.id == input_id).options(*options)).one_or_none()
    if found is None or found.state is InputState.WITHDRAWN:
        raise NotFound
    return found


def find_by_receipt(words: str) -> Input | None:
    """The input that four words open."""
    wanted = select(Input).where(Input.receipt_fingerprint == receipt_fingerprint(words))
    options = (joinedload(Input.area), selectinload(Input.answers), selectinload(Input.published))
    return db.session.scalars(wanted.options(*options)).one_or_none()


def open_own_words(sent: Input) -> str:
    """The author's own words, for the author."""
    return sealing.unseal(sent.key_id, "inputs", "words_sealed", sent.id, sent.words_sealed)


def open_place(sent: Input) -> SpokenPlace:
    """Where the author said it is, for those who moderate."""
    opened = sealing.unseal(sent.key_id, "inputs", "place_sealed", sent.id, sent.place_sealed)
    return SpokenPlace.from_json(opened)


@dataclass(frozen=True)
class SaidAndDid:
    """What a resident said, as published, and what we did with it."""

    area: Area
    words: str
    language: str
    answer: Answer | None


def list_said_and_did(area_id: str | None = None, limit: int = 6) -> list[SaidAndDid]:
    """Published words with our answer, newest first; of one area, or of all (two queries)."""
    wanted = select(Input).where(Input.state == InputState.PUBLISHED)
    if area_id:
        wanted = wanted.where(Input.area_id == area_id)
    options = (joinedload(Input.area), selectinload(Input.answers), selectinload(Input.published))
    newest = wanted.order_by(Input.sent_at.desc(), Input.id).limit(limit).options(*options)
    return [
        SaidAndDid(one.area, one.published[-1].words, one.language, one.answers[-1] if one.answers else None)
        for one in db.session.scalars(newest)
        if one.published
    ]


def _require(seen_by: Actor, permission: Permission) -> None:
    if scope_of(seen_by.role, permission) is not Scope.ALL:
        raise NotFound
