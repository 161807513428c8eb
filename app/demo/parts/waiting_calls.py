"""What is under way when somebody opens the demo: a call that waits on each visitor's phone."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from app import journey
from app.accounts.models import Account
from app.assignments.models import Assignment, Step
from app.demo.calls import InventedCall, Spot
from app.demo.parts.past_calls import Past, confirm_call, mark_as_delivered, offer_call
from app.demo.stories import CALM, STREETS, UNCLEAR, Story
from app.foundation import clock
from app.foundation.db import db
from app.places.queries import locate
from app.referrals.models import State
from app.referrals.natures import Nature
from app.roster.models import Responder
from app.routing.queries import find_route, forget_routes
from app.triage.policies import lanes_for

OFFERED_AGO, ACCEPTED_AGO, CONFIRMED_AGO, SENT_AGO = (timedelta(seconds=ago) for ago in (300, 280, 275, 240))

# Tension between groups always passes a coordinator's eyes; the calm ones need not.
STORIES_THAT_WAIT = (*CALM, *(story for story in UNCLEAR if story.nature is Nature.TENSION))


def leave_waiting(past: Past) -> None:
    """Send each visitor who is a responder to one call; they have not looked at their phone yet."""
    visitors = select(Responder).where(Responder.account_id.in_(past.visitor_ids))
    with clock.as_of(past.today - OFFERED_AGO):  # who was on shift then counts, not who is now
        forget_routes()
        for responder in db.session.scalars(visitors.order_by(Responder.account_id)).all():
            if not _has_waiting(responder.account_id) and (found := _call_for(past, responder)):
                _send(past, db.session.get_one(Account, responder.account_id), *found)
    mark_as_delivered(past.today)
    forget_routes()


def _has_waiting(account_id: str) -> bool:
    waiting = select(Assignment.id).where(
        Assignment.account_id == account_id, Assignment.ended_at.is_(None), Assignment.step != Step.CLEAR
    )
    return db.session.scalar(waiting.limit(1)) is not None


def _call_for(past: Past, responder: Responder) -> tuple[Story, Spot] | None:
    """A calm call that is routed to this person's team at this moment; none outside its hours."""
    stories = [story for story in STORIES_THAT_WAIT if responder.team.lane in lanes_for(story.nature)[:1]]
    for spot in past.spots:
        located = locate(spot.lat, spot.lon)
        for story in stories:
            route = find_route(lanes_for(story.nature), located.area_id, clock.now()) if located else None
            if route and route.team_id == responder.team_id:
                return story, spot
    return None


def _send(past: Past, visitor: Account, story: Story, spot: Spot) -> None:
    call = InventedCall(
        number=f"{past.today:%y%m%d-%H%M%S}-{visitor.role.value}",
        story=replace(story, is_held=False),  # nobody is on the line: whoever tries the demo has hours
        spot=spot,
        corner=" & ".join(past.dice.sample(STREETS, 2)),
        callback="213-555-0142",
        is_eido=False,
        answers=dict.fromkeys(("weapons", "injuries", "threats", "children_at_risk"), "no")
        | dict(story.answers),
    )
    referral = offer_call(past, call, clock.now())
    with clock.as_of(past.today - ACCEPTED_AGO):
        if referral.state is State.IN_REVIEW:
            journey.offer(referral, actor=past.coordinator)
        journey.accept(referral, actor=past.coordinator)
    confirm_call(past, referral, past.today - CONFIRMED_AGO)
    with clock.as_of(past.today - SENT_AGO):
        journey.send_responder(referral, visitor.id, actor=past.coordinator)
