"""Who covers a place now, answered from memory; and where promised hours have nobody on shift."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import column, select, table

from app.foundation import clock
from app.foundation.copies import Copy
from app.foundation.db import db
from app.roster.lanes import Lane
from app.roster.models import Shift, Team
from app.routing.hours import DaysOff, Hours, Span, is_running, spans_between, uncovered
from app.routing.models import Coverage, CoverageException
from app.routing.rules import Covering, Route, choose_route

SECONDS_OLD = 5
LOOKS_AHEAD = timedelta(hours=1)  # further than any copy grows old
YESTERDAY = timedelta(days=2)  # exceptions before it have no say any more

# Assignments are a later step, which this one may not import: only who is out is read.
_assignments = table("assignments", column("account_id"), column("ended_at"), column("step"))
_NOT_OUT = ("clear", "declined")


@dataclass(frozen=True)
class _Covers:
    """A row of coverage, ready for questions."""

    lane: Lane
    team_id: str
    team_name: str
    area_id: str | None
    hours: Hours


@dataclass(frozen=True)
class _Now:
    """Coverage, days off, shifts of these hours and who is out: all that a route depends on."""

    covers: tuple[_Covers, ...]
    off: Mapping[str, Sequence[DaysOff]]
    shifts: Mapping[str, Sequence[tuple[str, datetime, datetime]]]
    out: frozenset[str]
    _running: dict[datetime, tuple[_Covers, ...]] = field(default_factory=dict)

    def running_at(self, now: datetime) -> tuple[_Covers, ...]:
        """Who covers at a moment. Hours begin and end on whole minutes: a minute is read once."""
        minute = now.replace(second=0, microsecond=0)
        if minute not in self._running:
            self._running[minute] = tuple(
                row for row in self.covers if is_running(row.hours, self.off.get(row.team_id, ()), minute)
            )
        return self._running[minute]


def find_route(lanes: Sequence[Lane], area_id: str, now: datetime) -> Route | None:
    """The team to offer a call in an area to. None when no team covers it at this hour.

    A route with `free_count` 0 says that a team covers and nobody of it is free: on shift
    now and not out on another call. What that means is the caller's to decide.
    """
    return choose_route(lanes, _covering(_copy.get(), lanes, area_id, now))


def forget_routes() -> None:
    """Coverage, shifts or assignments have changed: read them again at the next question."""
    _copy.forget()


def gaps_of(team_ids: Sequence[str], start: datetime, end: datetime) -> dict[str, list[Span]]:
    """For each team, when between two moments it covers and nobody of it is on shift (three queries)."""
    promised: dict[str, list[Hours]] = defaultdict(list)
    for row in db.session.scalars(
        select(Coverage).where(Coverage.team_id.in_(team_ids)).order_by(Coverage.id)
    ):
        promised[row.team_id].append(Hours(row.weekday, row.from_minute, row.to_minute))
    off, shifts = _days_off(start.date() - YESTERDAY), _shifts_between(start, end)
    return {
        team_id: uncovered(
            spans_between(promised[team_id], off.get(team_id, ()), start, end),
            [(begins, ends) for _, begins, ends in shifts.get(team_id, ())],
        )
        for team_id in team_ids
    }


def _covering(known: _Now, lanes: Sequence[Lane], area_id: str, now: datetime) -> Iterator[Covering]:
    for row in known.running_at(now):
        if row.lane in lanes and row.area_id in (None, area_id):
            free = _free_count(known, row.team_id, now)
            yield Covering(row.lane, row.team_id, row.team_name, row.area_id is not None, free)


def _free_count(known: _Now, team_id: str, now: datetime) -> int:
    shifts = known.shifts.get(team_id, ())
    return len({who for who, begins, ends in shifts if begins <= now < ends} - known.out)


def _load(_: _Now | None) -> _Now:
    """Read all of it, in four small queries."""
    now = clock.now()
    covers = db.session.execute(
        select(
            Coverage.lane,
            Coverage.team_id,
            Team.name,
            Coverage.area_id,
            Coverage.weekday,
            Coverage.from_minute,
            Coverage.to_minute,
        )
        .join(Team, Team.id == Coverage.team_id)
        .order_by(Coverage.id)
    )
    out = select(_assignments.c.account_id).where(
        _assignments.c.ended_at.is_(None), _assignments.c.step.not_in(_NOT_OUT)
    )
    return _Now(
        covers=tuple(
            _Covers(lane, team_id, name, area_id, Hours(*hours))
            for lane, team_id, name, area_id, *hours in covers
        ),
        off=_days_off(now.date() - YESTERDAY),
        shifts=_shifts_between(now, now + LOOKS_AHEAD),
        out=frozenset(db.session.scalars(out)),
    )


def _days_off(since: date) -> dict[str, list[DaysOff]]:
    found: dict[str, list[DaysOff]] = defaultdict(list)
    still = select(CoverageException).where(CoverageException.last_on >= since)
    for row in db.session.scalars(still.order_by(CoverageException.first_on, CoverageException.id)):
        found[row.team_id].append(DaysOff(row.first_on, row.last_on))
    return found


def _shifts_between(start: datetime, end: datetime) -> dict[str, list[tuple[str, datetime, datetime]]]:
    found: dict[str, list[tuple[str, datetime, datetime]]] = defaultdict(list)
    running = (
        select(Shift.team_id, Shift.account_id, Shift.starts_at, Shift.ends_at)
        .where(Shift.starts_at < end, Shift.ends_at > start, Shift.team_id.is_not(None))
        .order_by(Shift.starts_at, Shift.id)
    )
    for team_id, account_id, starts_at, ends_at in db.session.execute(running):
        found[str(team_id)].append((account_id, starts_at, ends_at))
    return found


_copy = Copy(_load, seconds=SECONDS_OLD)
