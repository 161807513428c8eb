"""Which lanes fit a call, who covers a place at an hour, and what it means when nobody does. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.roster.lanes import Lane
from app.triage.rules import Decision, more_careful


@dataclass(frozen=True)
class Route:
    """A team that covers a place now for a lane. `free_count` 0: it covers, and nobody of it is free."""

    lane: Lane
    team_id: str
    team_name: str
    free_count: int


@dataclass(frozen=True)
class Covering:
    """A team whose hours run now in a place; `is_local` when its hours name the area itself."""

    lane: Lane
    team_id: str
    team_name: str
    is_local: bool
    free_count: int


def choose_route(lanes: Sequence[Lane], covering: Iterable[Covering]) -> Route | None:
    """The team to offer a call to; None when no team covers.

    Somebody free comes before the better lane: a second lane now is worth more than the
    first one later. Then the better lane, then a team of the area before one of the whole
    city, then the one with most people free.
    """
    fitting = [team for team in covering if team.lane in lanes]

    def standing(team: Covering) -> tuple[bool, int, bool, int, str]:
        return (
            team.free_count == 0,
            lanes.index(team.lane),
            not team.is_local,
            -team.free_count,
            team.team_name,
        )

    best = min(fitting, key=standing, default=None)
    return Route(best.lane, best.team_id, best.team_name, best.free_count) if best else None


def raised_by_route(decision: Decision, *, has_area: bool, route: Route | None) -> tuple[Decision, str]:
    """The decision once it is known who could go, and the reason that routing adds ("" for none).

    A call that nobody can answer stays with dispatch at once: waiting for a team that does
    not come is the one thing worse than sending police. Without an area the screening has
    its own reason, and nothing is offered.
    """
    if not has_area:
        return more_careful(decision, Decision.REVIEW), ""
    if route is None:
        return Decision.RETURN, "no_team_covers"
    if route.free_count == 0:
        return Decision.RETURN, "no_one_free"
    return decision, ""
