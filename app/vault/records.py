"""What the steps hand to the vault: which of their records are kept for a time, and since when.

The vault stands below the steps and knows nothing of calls or cases. Each step says it in its own
`retention.py`, and `create_app` hands all of them over, as it hands over the operator's keys.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, null, select
from sqlalchemy.orm import InstrumentedAttribute

from app.vault.hold_models import HOLDING, HeldRecord, LegalHold, Subject
from app.vault.models import DataKey, KeyPurpose
from app.vault.retention import TABLE, ClockFrom, Kind

Moment = ColumnElement[Any] | InstrumentedAttribute[Any]


def nothing_more(subject_ids: Sequence[str]) -> None:
    """Only the key goes."""


@dataclass(frozen=True)
class SealedRecords:
    """Records of one kind, each under a key of its own; when one is due, its key is destroyed."""

    kind: Kind
    purpose: KeyPurpose
    """What their keys are marked with."""
    subject: Subject | None
    """What a hold names to keep them; none: no hold does."""
    subject_id: InstrumentedAttribute[str]
    key_id: InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
    began_at: Moment
    taken_at: Moment = field(default_factory=null)
    ended_at: Moment = field(default_factory=null)
    and_also: ColumnElement[bool] | None = None
    """Which rows of the table these are, where not all."""
    forget: Callable[[Sequence[str]], None] = nothing_more
    """What goes with the keys of these subjects: plain columns that would say too much."""

    @property
    def since(self) -> ColumnElement[Any]:
        """The start of the clock in SQL, as `retention.clock_start` has it."""
        rule = TABLE[self.kind]
        if rule.counted_from is ClockFrom.BEGAN:
            return _as_element(self.began_at)
        is_taken = rule.counted_from is ClockFrom.TAKEN_OR_ENDED
        start = func.coalesce(self.taken_at, self.ended_at) if is_taken else _as_element(self.ended_at)
        return case((self.began_at > start, self.began_at), else_=start)

    def alive(self, *columns: Any) -> Select[Any]:
        """Those whose key is alive. Begins with the keys: few are, however many records there were."""
        alive = select(*columns).select_from(DataKey).join(self.key_id.class_, self.key_id == DataKey.id)
        alive = alive.where(DataKey.purpose == self.purpose, DataKey.wrapped.is_not(None))
        return alive if self.and_also is None else alive.where(self.and_also)

    def is_held(self, now: datetime) -> ColumnElement[bool]:
        """Whether a hold in force names the record."""
        if self.subject is None:
            return false()
        return exists().where(
            HeldRecord.subject == self.subject,
            HeldRecord.subject_id == self.subject_id,
            LegalHold.id == HeldRecord.hold_id,
            in_force(now),
        )


@dataclass(frozen=True)
class PlainRecords:
    """Rows without a key: when they are due these columns are emptied; without any, the rows deleted."""

    kind: Kind
    id: InstrumentedAttribute[str]
    since: InstrumentedAttribute[Any]
    is_there: ColumnElement[bool]
    emptied: Mapping[str, Any] = field(default_factory=dict)


def in_force(now: datetime) -> ColumnElement[bool]:
    """That a hold stops the sweep: two people said yes, two have not released it, and it has not ended."""
    return and_(LegalHold.state.in_(HOLDING), LegalHold.ends_at > now)


class _Known:
    """What the steps have handed over."""

    sealed: tuple[SealedRecords, ...] = ()
    plain: tuple[PlainRecords, ...] = ()


_known = _Known()


def take_over(records: Iterable[SealedRecords | PlainRecords]) -> None:
    """Learn what the steps keep. Called once, by `create_app`; raises `ValueError` when a kind is missing."""
    every = tuple(records)
    _known.sealed = tuple(one for one in every if isinstance(one, SealedRecords))
    _known.plain = tuple(one for one in every if isinstance(one, PlainRecords))
    if missing := set(Kind) - {one.kind for one in every}:
        raise ValueError(f"Nobody says which records these are: {', '.join(sorted(missing))}.")


def sealed_records() -> tuple[SealedRecords, ...]:
    """All kinds that keys of their own seal."""
    return _known.sealed


def plain_records() -> tuple[PlainRecords, ...]:
    """All kinds that lie open."""
    return _known.plain


def _as_element(moment: Moment) -> ColumnElement[Any]:
    return moment if isinstance(moment, ColumnElement) else moment.expression
