"""One screening of a new call together with the place and the route it leads to.

The screening may propose an offer; if nobody covers the place, or nobody who covers it is
free, routing raises the decision; so do too many calls at once. Nothing here lowers one.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.places.queries import locate
from app.referrals.intake import Placement
from app.referrals.models import Referral, State
from app.referrals.payloads import NewReferral
from app.routing.queries import find_route
from app.routing.rules import Route, raised_by_route
from app.triage.needs import needs_of
from app.triage.payloads import told_needs
from app.triage.policies import lanes_for
from app.triage.queries import doubts_told, list_screenings, speaks_of_danger
from app.triage.questions import signs_again, signs_from
from app.triage.rows import screening_values
from app.triage.rules import Decision, Verdict, Weight, more_careful, raised
from app.triage.screening import read_call_type, screen_or_return
from app.triage.signs import Signs

TOO_MANY_AT_ONCE = "too_many_at_once"


@dataclass(frozen=True)
class Placed:
    """What became of a new call: the verdict, and where and with whom it could be answered."""

    signs: Signs
    verdict: Verdict
    decision: Decision
    route_code: str
    area_id: str | None
    is_on_border: bool
    route: Route | None
    is_one_too_many: bool = False

    def as_one_too_many(self) -> "Placed":
        """The same call when too many come at once: a person looks first. A return stays a return."""
        return replace(self, decision=more_careful(self.decision, Decision.REVIEW), is_one_too_many=True)

    @property
    def added_codes(self) -> tuple[str, ...]:
        """The reasons that the screening does not know: where nobody can go, and too many at once."""
        too_many = TOO_MANY_AT_ONCE if self.is_one_too_many else ""
        return tuple(filter(None, (self.route_code, too_many)))

    @property
    def codes(self) -> list[str]:
        """The reasons against, most telling first; those added to the screening last."""
        against = [one.code for one in self.verdict.reasons if one.weight is Weight.AGAINST]
        return [*dict.fromkeys(against), *self.added_codes]

    @property
    def told(self) -> dict[str, Any]:
        """What dispatch is told of it at once: the decision, its reasons, and what is worth asking next."""
        signs = replace(self.signs, nature=self.verdict.nature)
        needs = told_needs(needs_of(signs, self.decision, self.codes))
        return {"decision": self.decision.value, "reasons": self.codes, "needs": needs}

    @property
    def first_code(self) -> str | None:
        """The reason that decided."""
        if self.verdict.decision is self.decision:
            return self.verdict.first_code or None
        return next(iter(self.added_codes), None)

    def raised_to(self, decision: Decision, code: str) -> "Placed":
        """The same, decided with more care for a reason from elsewhere; never with less."""
        raised = more_careful(self.decision, decision)
        return self if raised is self.decision else replace(self, decision=raised, route_code=code)

    def placement(self, state: State) -> Placement:
        """What the rows of the referral say of it."""
        return Placement(
            state=state,
            reason=self.first_code,
            nature=self.verdict.nature,
            area_id=self.area_id,
            is_on_border=self.is_on_border,
            lane=self.route.lane if self.route else None,
            team_id=self.route.team_id if self.route else None,
        )

    def screening_row(self, referral_id: str, now: datetime) -> dict[str, Any]:
        """The row of the screening, with the reasons that were added."""
        return screening_values(referral_id, self.verdict, self.decision, self.signs, self.added_codes, now)


@dataclass(frozen=True)
class ToldBefore:
    """What was known of the incident before: it still counts, whatever the new message says."""

    signs: Signs
    is_danger: bool


def told_before(referral: Referral) -> ToldBefore:
    """What an earlier referral of an incident leaves for the next one: of every reading it ever got.

    The newest reading holds all answers so far; a danger or a doubt may stand in an older one alone.
    """
    readings = list_screenings(referral.id)
    answers = readings[0].signs if readings else {}
    signs = signs_again(answers, nature=referral.nature, narrative="", language=None)
    return ToldBefore(
        replace(signs, to_review=doubts_told(readings)), is_danger=any(map(speaks_of_danger, readings))
    )


def place_again(
    referral: Referral, lat: float | None, lon: float | None, now: datetime
) -> tuple[Placement, tuple[str, ...]]:
    """Where a call that has moved is now and who covers it there, and why it cannot be ours there."""
    located = locate(lat, lon) if lat is not None and lon is not None else None
    route = find_route(lanes_for(referral.nature), located.area_id, now) if located else None
    _, code = raised_by_route(Decision.REVIEW, has_area=located is not None, route=route)
    is_outside = located is None and lat is not None and (lat, lon) != (0, 0)
    placement = Placement(
        state=referral.state,
        reason=referral.reason,
        nature=referral.nature,
        area_id=located.area_id if located else None,
        is_on_border=located.is_border if located else False,
        lane=route.lane if route else None,
        team_id=route.team_id if route else None,
    )
    return placement, tuple(filter(None, ("out_of_area" if is_outside else "", code)))


def place_call(new: NewReferral, now: datetime, before: ToldBefore | None = None) -> Placed:
    """Screen a new call and find who covers its place now. Nothing is written.

    A point at 0,0 is what a missing place looks like; it counts as missing, and missing
    goes to a person. A point outside every area goes back.
    """
    lat, lon = new.told.lat, new.told.lon
    has_place = lat is not None and lon is not None and (lat, lon) != (0, 0)
    located = locate(lat, lon) if lat is not None and lon is not None else None
    signs = signs_from(
        new.answers,
        call_type=read_call_type(*new.call_type, common=new.common_type),
        nature=new.nature,
        narrative=new.told.everything,
        language=new.language,
        priority=new.priority,
        has_place=has_place,
        is_in_area=located is not None,
        to_return=new.to_return,
        to_review=new.to_review,
    )
    if before is not None:
        signs = signs.raised_by(before.signs)
    verdict = screen_or_return(signs)
    if before is not None and before.is_danger:
        verdict = raised(verdict, "risk_told_before", Decision.RETURN)
    route = find_route(lanes_for(verdict.nature), located.area_id, now) if located else None
    decision, route_code = raised_by_route(verdict.decision, has_area=located is not None, route=route)
    return Placed(
        signs=signs,
        verdict=verdict,
        decision=decision,
        route_code=route_code,
        area_id=located.area_id if located else None,
        is_on_border=located.is_border if located else False,
        route=route,
    )
