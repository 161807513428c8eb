"""The figures of a period, each from its own rows. Counts only; nothing of a person."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import aliased

from app.assignments.models import Assignment, AssignmentStep, Step
from app.foundation.db import db
from app.foundation.reader import as_machine
from app.places.models import Area
from app.referrals.models import ENDED_STATES, Referral, State
from app.reports.rules import Cost, Period, Share, Spread, cost_of, months_before, spread_of
from app.roster.lanes import Lane
from app.triage.models import Screening
from app.triage.queries import is_danger
from app.triage.rules import Decision

MONTHS_SHOWN = 9
JUDGED_UNSAFE = "judged_unsafe"
SEEN_AFTER_YES = frozenset({"danger_on_scene", "help_asked", "risk_raised", "merged_incident", JUDGED_UNSAFE})
"""Danger that our own people saw, or that an incident merged with this one told of."""


@dataclass(frozen=True)
class Screened:
    """What came of the calls that the screening first decided in one way."""

    calls: int = 0
    said_yes: int = 0
    """A person here accepted them."""
    found_unsafe: int = 0
    """A coordinator judged it not safe for us, before any yes."""
    danger_after_yes: int = 0
    """They went back after our yes, for danger: seen on scene, told later, or the team asked for help."""


@dataclass(frozen=True)
class Report:
    """All figures of a period."""

    period: Period
    call_count: int
    by_decision: dict[Decision, Screened]
    by_lane: dict[Lane, int]
    by_area: list[tuple[str, int]]
    by_reason: list[tuple[str, int]]
    by_month: list[tuple[Period, int]]
    response: Spread
    response_by_area: list[Spread]
    response_missing: int
    without_police: dict[str, Share]
    cost: Cost
    cost_count: int
    cost_missing: int


def make_report(period: Period) -> Report:
    """Count everything (nine queries, each on an index of time)."""
    with as_machine():  # counts, whoever asks: never a record
        return _counted(period)


def _counted(period: Period) -> Report:
    arrivals, accepted_count = _arrivals(period)
    hours, cost_count, cost_missing = _hours(period)
    call_count = _count(_received(period))
    return Report(
        period=period,
        call_count=call_count,
        by_decision=_by_decision(period),
        by_lane=dict(_grouped(period, Referral.lane)),
        by_area=_by_area(period),
        by_reason=_by_reason(period),
        by_month=_by_month(period),
        response=spread_of("", [minutes for found in arrivals.values() for minutes in found]),
        response_by_area=[spread_of(name, minutes) for name, minutes in sorted(arrivals.items())],
        response_missing=accepted_count - sum(len(found) for found in arrivals.values()),
        without_police=_without_police(period, call_count),
        cost=cost_of(hours),
        cost_count=cost_count,
        cost_missing=cost_missing,
    )


def _received(period: Period) -> ColumnElement[bool]:
    return and_(Referral.received_at >= period.start, Referral.received_at < period.end)


def _count(*wanted: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(Referral).where(*wanted)) or 0


def _grouped(period: Period, column: Any) -> list[tuple[Any, int]]:
    counted = select(column, func.count()).where(_received(period), column.is_not(None))
    ordered = counted.group_by(column).order_by(func.count().desc(), column)
    return [(value, count) for value, count in db.session.execute(ordered)]


def _by_decision(period: Period) -> dict[Decision, Screened]:
    """Calls by what the first screening proposed; later ones can only have raised it."""
    earlier = aliased(Screening)
    is_first = (
        ~select(earlier.id)
        .where(earlier.referral_id == Screening.referral_id, earlier.at < Screening.at)
        .exists()
    )
    said_yes = case((Referral.accepted_at.is_not(None), 1), else_=0)
    why_back = case((Referral.state == State.HANDED_BACK, Referral.reason))
    counted = (
        select(Screening.decision, said_yes, why_back, func.count())
        .join(Referral, Referral.id == Screening.referral_id)
        .where(_received(period), is_first)
        .group_by(Screening.decision, said_yes, why_back)
    )
    found: dict[Decision, Counter[str]] = defaultdict(Counter)
    for decision, is_yes, why, count in db.session.execute(counted):
        of_these = ["calls", *_what_came_of(is_yes=bool(is_yes), why_back=why or "")]
        found[decision].update(dict.fromkeys(of_these, count))
    return {decision: Screened(**counts) for decision, counts in found.items()}


def _what_came_of(*, is_yes: bool, why_back: str) -> Iterator[str]:
    """Under what calls are counted. `why_back`: of those that went back, the reason.

    What is told after our yes goes back under its own reason, by triage's own notion of danger.
    """
    if is_yes:
        yield "said_yes"
        if why_back in SEEN_AFTER_YES or is_danger(why_back):
            yield "danger_after_yes"
    elif why_back == JUDGED_UNSAFE:
        yield "found_unsafe"


def _by_area(period: Period) -> list[tuple[str, int]]:
    counted = (
        select(Area.name, func.count())
        .join(Referral, Referral.area_id == Area.id)
        .where(_received(period))
        .group_by(Area.name)
        .order_by(Area.name)
    )
    return [(name, count) for name, count in db.session.execute(counted)]


def _by_reason(period: Period) -> list[tuple[str, int]]:
    counted = select(Referral.reason, func.count()).where(
        _received(period), Referral.state == State.HANDED_BACK, Referral.reason.is_not(None)
    )
    ordered = counted.group_by(Referral.reason).order_by(func.count().desc(), Referral.reason)
    return [(str(reason), count) for reason, count in db.session.execute(ordered)]


def _by_month(period: Period) -> list[tuple[Period, int]]:
    months = months_before(period, MONTHS_SHOWN)
    sums = [func.sum(case((_received(month), 1), else_=0)) for month in months]
    whole = Period(months[0].first, months[-1].last)
    counts = db.session.execute(select(*sums).where(_received(whole))).one()
    return [(month, count or 0) for month, count in zip(months, counts, strict=True)]


def _arrivals(period: Period) -> tuple[dict[str, list[float]], int]:
    """Minutes from a referral to the first of us on scene, by area; and how many calls we accepted."""
    first_there = func.min(AssignmentStep.at)
    arrived = (
        select(Area.name, Referral.received_at, first_there)
        .join(Assignment, Assignment.referral_id == Referral.id)
        .join(AssignmentStep, AssignmentStep.assignment_id == Assignment.id)
        .outerjoin(Area, Area.id == Referral.area_id)
        .where(_received(period), AssignmentStep.step == Step.ON_SCENE)
        .group_by(Referral.id, Area.name, Referral.received_at)
    )
    found: dict[str, list[float]] = defaultdict(list)
    for name, received_at, there_at in db.session.execute(arrived):
        found[name or "?"].append((there_at - received_at) / timedelta(minutes=1))
    return found, _count(_received(period), Referral.accepted_at.is_not(None))


def _without_police(period: Period, call_count: int) -> dict[str, Share]:
    """Three shares with one numerator: calls that we closed ourselves, of those that have ended."""
    ended = and_(_received(period), Referral.state.in_(ENDED_STATES))
    closed = _count(ended, Referral.state == State.CLOSED)
    accepted = _count(ended, Referral.accepted_at.is_not(None))
    could_be_ours = _count(
        ended,
        ~select(Screening.id)
        .where(Screening.referral_id == Referral.id, Screening.decision == Decision.RETURN)
        .exists(),
    )
    return {
        "answered": Share(closed, accepted),
        "could_be_ours": Share(closed, could_be_ours),
        "offered": Share(closed, _count(ended)),
    }


def _hours(period: Period) -> tuple[float, int, int]:
    """Hours from assigned to clear, over how many assignments; and how many never said clear."""
    clear = aliased(AssignmentStep)
    spent = (
        select(Assignment.assigned_at, func.min(clear.at))
        .outerjoin(clear, and_(clear.assignment_id == Assignment.id, clear.step == Step.CLEAR))
        .where(Assignment.assigned_at >= period.start, Assignment.assigned_at < period.end)
        .group_by(Assignment.id, Assignment.assigned_at)
    )
    rows: list[tuple[datetime, datetime | None]] = [
        (since, until) for since, until in db.session.execute(spent)
    ]
    hours = [(until - since) / timedelta(hours=1) for since, until in rows if until is not None]
    return sum(hours), len(hours), len(rows) - len(hours)
