"""Which lane, which team, and what it means when nobody can come: as tables."""

import pytest

from app.referrals.natures import Nature
from app.roster.lanes import Lane
from app.routing.rules import Covering, Route, choose_route, raised_by_route
from app.triage.labels import REASON_LABELS
from app.triage.policies import lanes_for
from app.triage.rules import Decision

M, R, U, H = Lane.MEDIATION, Lane.RESTORATIVE, Lane.UNARMED_CRISIS, Lane.HOMELESS_OUTREACH


@pytest.mark.parametrize("nature", list(Nature))
def test_every_nature_has_its_lanes(nature):
    assert lanes_for(nature) or nature in {Nature.DANGER, Nature.PARTNER}


@pytest.mark.parametrize("nature", [Nature.DANGER, Nature.PARTNER])
def test_danger_and_couples_are_never_given_to_a_team(nature):
    assert lanes_for(nature) == ()


def covering(name, lane=M, *, is_local=False, free=1):
    return Covering(lane, name, name, is_local, free)


@pytest.mark.parametrize(
    ("lanes", "teams", "chosen"),
    [
        ((M,), [], None),
        ((), [covering("A")], None),
        ((M,), [covering("A", U)], None),
        ((M,), [covering("A")], "A"),
        ((H, U), [covering("A", U), covering("B", H)], "B"),
        ((H, U), [covering("A", U), covering("B", H, free=0)], "A"),
        ((M,), [covering("A", free=5), covering("B", is_local=True)], "B"),
        ((M,), [covering("A", free=5), covering("B", is_local=True, free=0)], "A"),
        ((M,), [covering("A", free=1), covering("B", free=2)], "B"),
        ((M,), [covering("B"), covering("A")], "A"),
        ((M,), [covering("A", free=0)], "A"),
    ],
)
def test_the_team_is_chosen_by_who_is_free_lane_nearness_and_number(lanes, teams, chosen):
    route = choose_route(lanes, teams)

    assert (route and route.team_name) == chosen


FREE, BUSY = Route(M, "t", "Team", 2), Route(M, "t", "Team", 0)


@pytest.mark.parametrize(
    ("decision", "has_area", "route", "raised"),
    [
        (Decision.OFFER, True, FREE, (Decision.OFFER, "")),
        (Decision.REVIEW, True, FREE, (Decision.REVIEW, "")),
        (Decision.RETURN, True, FREE, (Decision.RETURN, "")),
        (Decision.OFFER, True, None, (Decision.RETURN, "no_team_covers")),
        (Decision.REVIEW, True, None, (Decision.RETURN, "no_team_covers")),
        (Decision.OFFER, True, BUSY, (Decision.RETURN, "no_one_free")),
        (Decision.OFFER, False, None, (Decision.REVIEW, "")),
        (Decision.REVIEW, False, None, (Decision.REVIEW, "")),
        (Decision.RETURN, False, None, (Decision.RETURN, "")),
    ],
)
def test_routing_raises_and_never_lowers(decision, has_area, route, raised):
    assert raised_by_route(decision, has_area=has_area, route=route) == raised
    assert not raised[1] or raised[1] in REASON_LABELS
