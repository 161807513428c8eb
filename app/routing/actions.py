"""Changing who covers what."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from app.audit.catalogue import What
from app.audit.trail import Actor, record
from app.foundation.db import db
from app.foundation.errors import DomainError
from app.roster.lanes import Lane
from app.roster.models import Team
from app.routing.models import WHOLE_DAY, Coverage, CoverageException
from app.routing.queries import forget_routes

EVERY_DAY = range(7)


class WrongHours(DomainError):
    """Hours begin and end on the clock of one day, or run over one midnight."""

    status = 422
    code = "hours-not-possible"

    def __init__(self) -> None:
        super().__init__(
            _l("Give hours between 00:00 and 24:00, and a last day that is not before the first.")
        )


def add_coverage(
    team: Team,
    area_ids: Iterable[str | None],
    *,
    actor: Actor,
    lane: Lane | None = None,
    weekdays: Iterable[int] = EVERY_DAY,
    from_minute: int = 0,
    to_minute: int = WHOLE_DAY,
) -> list[Coverage]:
    """Let a team cover areas (None: the whole city) in these hours; without a lane, in its own."""
    if not (0 <= from_minute < WHOLE_DAY and 0 < to_minute <= WHOLE_DAY):
        raise WrongHours
    rows = [
        Coverage(
            team_id=team.id,
            lane=lane or team.lane,
            area_id=area_id,
            weekday=weekday,
            from_minute=from_minute,
            to_minute=to_minute,
        )
        for area_id in area_ids
        for weekday in weekdays
    ]
    db.session.add_all(rows)
    db.session.flush()
    _record(team, actor, rows=len(rows))
    return rows


def close_on_days(
    team: Team, first_on: date, last_on: date, reason: str, *, actor: Actor
) -> CoverageException:
    """A team does not answer on these days, both included. `reason` is a code, such as holiday."""
    if last_on < first_on:
        raise WrongHours
    exception = CoverageException(team_id=team.id, first_on=first_on, last_on=last_on, reason=reason)
    db.session.add(exception)
    db.session.flush()
    _record(team, actor, closed_days=(last_on - first_on).days + 1)
    return exception


def _record(team: Team, actor: Actor, **facts: Any) -> None:
    record(What.COVERAGE_SET, actor=actor, subject_type="team", subject_id=team.id, **facts)
    forget_routes()
