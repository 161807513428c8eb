"""Reading service referrals. Loading one and being allowed to see it are the same act."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from app.accounts.permissions import Permission
from app.audit.trail import Actor, Grounds
from app.cases.models import ConflictCase, Party
from app.directory.kinds import ServiceKind
from app.directory.models import Service
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.office import LOS_ANGELES
from app.foundation.paging import Page, page_of
from app.handoffs import rules
from app.handoffs.models import Handoff, HandoffConsent, HandoffState, HandoffStateRow, Share
from app.handoffs.reach import HANDOFFS
from app.handoffs.rules import Turn
from app.vault import sealing
from app.vault.access import Use


@dataclass(frozen=True)
class Narrowing:
    """What the list is narrowed to; None is all."""

    kind: ServiceKind | None = None
    area_id: str | None = None
    language: str | None = None


def get_tracked(handoff_id: str, seen_by: Actor) -> Handoff:
    """A service referral for those who follow it: its states and consent, not what is shared."""
    return _load(handoff_id, seen_by, Permission.HANDOFF_TRACK)


def get_ours(handoff_id: str, seen_by: Actor) -> Handoff:
    """A service referral for those whose case it is now: they may open what they wrote."""
    return _load(handoff_id, seen_by, Permission.HANDOFF_MAKE)


def get_for_partner(
    handoff_id: str, seen_by: Actor, permission: Permission = Permission.HANDOFF_ANSWER
) -> Handoff:
    """One that is with this partner and that the person still agrees to; any other is not there."""
    return _load(handoff_id, seen_by, permission)


def list_tracked(
    seen_by: Actor, turn: Turn, narrowing: Narrowing, number: int, now: datetime
) -> Page[Handoff]:
    """Those a person follows whose turn it is, oldest clock first."""
    statement = (
        _with_parts(select(Handoff))
        .where(_reached_by(seen_by, Permission.HANDOFF_TRACK), _has_turn(turn, now), *_narrowed(narrowing))
        .order_by(Handoff.clock_due_at, Handoff.closed_at.desc(), Handoff.id)
    )
    return page_of(statement, number)


def count_turns(seen_by: Actor, now: datetime) -> dict[Turn, int]:
    """How many wait on whom (one query)."""
    columns = [func.sum(case((_has_turn(turn, now), 1), else_=0)) for turn in Turn]
    reached = select(*columns).where(_reached_by(seen_by, Permission.HANDOFF_TRACK))
    row = db.session.execute(reached).one()
    return {turn: count or 0 for turn, count in zip(Turn, row, strict=True)}


def list_inbox(seen_by: Actor, number: int) -> Page[Handoff]:
    """What waits on a partner: sent to them, still agreed to; oldest clock first."""
    statement = (
        _with_parts(select(Handoff))
        .where(
            _reached_by(seen_by, Permission.HANDOFF_ANSWER),
            Handoff.state.in_(rules.PARTNER_STATES),
        )
        .order_by(Handoff.clock_due_at, Handoff.id)
    )
    return page_of(statement, number)


def list_consents(handoff_id: str) -> Sequence[HandoffConsent]:
    """Every word about sharing, oldest first."""
    return db.session.scalars(
        select(HandoffConsent)
        .where(HandoffConsent.handoff_id == handoff_id)
        .order_by(HandoffConsent.at, HandoffConsent.id)
    ).all()


def consents_of(handoffs: Sequence[Handoff]) -> Mapping[str, list[HandoffConsent]]:
    """The same for many (one query)."""
    words: dict[str, list[HandoffConsent]] = {handoff.id: [] for handoff in handoffs}
    rows = db.session.scalars(
        select(HandoffConsent)
        .where(HandoffConsent.handoff_id.in_(words))
        .order_by(HandoffConsent.at, HandoffConsent.id)
    )
    for row in rows:
        words[row.handoff_id].append(row)
    return words


def list_states(handoff_id: str) -> Sequence[HandoffStateRow]:
    """How it came to stand where it does, oldest first."""
    return db.session.scalars(
        select(HandoffStateRow)
        .where(HandoffStateRow.handoff_id == handoff_id)
        .order_by(HandoffStateRow.at, HandoffStateRow.id)
    ).all()


def last_rows_of(handoffs: Sequence[Handoff]) -> Mapping[str, HandoffStateRow]:
    """The newest row of each that is a change of state (one query)."""
    rows = db.session.scalars(
        select(HandoffStateRow)
        .where(
            HandoffStateRow.handoff_id.in_([handoff.id for handoff in handoffs]),
            or_(HandoffStateRow.reason.is_(None), HandoffStateRow.reason != rules.CLOCK_RAN_OUT),
        )
        .order_by(HandoffStateRow.at, HandoffStateRow.id)
    )
    return {row.handoff_id: row for row in rows}


def open_packet(handoff: Handoff, by: Grounds | Use) -> dict[Share, str]:
    """What is meant for the partner, for those who wrote it."""
    text = sealing.unseal(
        handoff.key_id, Handoff.__tablename__, "packet_sealed", handoff.id, handoff.packet_sealed, by=by
    )
    return {Share(code): words for code, words in json.loads(text).items()}


def open_for_partner(handoff: Handoff, by: Grounds | Use, now: datetime) -> dict[Share, str]:
    """What the partner may read: the consent is asked again now."""
    consent = rules.require_consent(list_consents(handoff.id), rules.day_of(now))
    return rules.packet_for(open_packet(handoff, by), consent)


def _load(handoff_id: str, seen_by: Actor, permission: Permission) -> Handoff:
    one = _with_parts(select(Handoff)).where(Handoff.id == handoff_id, _reached_by(seen_by, permission))
    handoff = db.session.scalars(one).one_or_none()
    if handoff is None:
        raise NotFound
    return handoff


def _with_parts(statement: Select[Handoff]) -> Select[Handoff]:
    return statement.options(
        joinedload(Handoff.case).joinedload(ConflictCase.area),
        joinedload(Handoff.party),
        joinedload(Handoff.service).joinedload(Service.organization),
        joinedload(Handoff.organization),
    )


def _reached_by(seen_by: Actor, permission: Permission) -> ColumnElement[bool]:
    """Which service referrals a permission of this person reaches."""
    return HANDOFFS.rows(seen_by, permission)


def _has_turn(turn: Turn, now: datetime) -> ColumnElement[bool]:
    """The same as `rules.turn_of`, as a condition."""
    if turn is Turn.OURS:
        return Handoff.state.in_(rules.OUR_STATES)
    if turn is Turn.CLOSED:
        month = now.astimezone(LOS_ANGELES).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        return and_(Handoff.state == HandoffState.CLOSED, Handoff.closed_at >= month)
    is_late = Handoff.clock_due_at <= now
    return and_(Handoff.state.in_(rules.PARTNER_STATES), is_late if turn is Turn.RAN_OUT else ~is_late)


def _narrowed(narrowing: Narrowing) -> list[ColumnElement[bool]]:
    conditions = []
    if narrowing.kind:
        conditions.append(_is_of(Handoff.service_id, Service.id, Service.kind == narrowing.kind))
    if narrowing.area_id:
        conditions.append(_is_of(Handoff.case_id, ConflictCase.id, ConflictCase.area_id == narrowing.area_id))
    if narrowing.language:
        conditions.append(_is_of(Handoff.party_id, Party.id, Party.language == narrowing.language))
    return conditions


def _is_of(
    column: InstrumentedAttribute[str], ids: InstrumentedAttribute[str], condition: ColumnElement[bool]
) -> ColumnElement[bool]:
    return column.in_(select(ids).where(condition))
