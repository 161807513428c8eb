"""After dispatch has let go somebody must reach the people: else it is offered again, and then given back."""

from datetime import timedelta
from typing import Any

import pytest

from app import journey
from app.accounts.models import Account
from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.assignments.models import Assignment, Step
from app.assignments.queries import current_for_referral
from app.audit.trail import Actor
from app.delivery.timers import fire_next
from app.foundation import clock
from app.foundation.db import db
from app.referrals.models import Custody, State
from app.worker import TIMER_HANDLERS
from tests.support.referrals import Dispatch, call, referral_now


def _taken(dispatch: Dispatch, client_as: Any, kind: str) -> str:
    referral_id = str(dispatch.offer(call(kind=kind)).json["id"])
    client_as(Role.COORDINATOR).post(f"/board/{referral_id}/accept")
    assert dispatch.tell(referral_id, "confirm").json["custody"] == "office"
    return referral_id


@pytest.mark.parametrize(("kind", "re_offered", "back"), [("live", 300, 480), ("callback", 12_600, 14_400)])
def test_when_nobody_reaches_the_people_it_is_re_offered_and_then_given_back(
    dispatch: Dispatch, client_as: Any, kind: str, re_offered: int, back: int
) -> None:
    referral_id = _taken(dispatch, client_as, kind)
    assert not ring_once(re_offered - 5)
    assert referral_now(referral_id).reason is None
    assert ring_once(re_offered + 1)
    assert (referral_now(referral_id).state, referral_now(referral_id).reason) == (
        State.ACCEPTED,
        "no_contact_yet",
    )
    assert "Send someone" in client_as(Role.COORDINATOR).get("/board").text
    assert ring_once(back - re_offered + 1)

    referral = referral_now(referral_id)
    assert (referral.state, referral.custody, referral.reason) == (
        State.HANDING_BACK,
        Custody.BOTH,
        "no_contact",
    )
    assert dispatch.tell(referral_id, "handback-ack").json["custody"] == "dispatch"


def ring_once(after_seconds: float) -> bool:
    """The next clock that is due by then rings."""
    return fire_next(TIMER_HANDLERS, clock.now() + timedelta(seconds=after_seconds))


def _sent(dispatch: Dispatch, client_as: Any, responder: Account) -> tuple[str, Assignment, Actor]:
    referral_id = _taken(dispatch, client_as, "live")
    client_as(Role.COORDINATOR).post(f"/board/{referral_id}/send", data={"account_id": responder.id})
    db.session.expire_all()
    (assignment,) = current_for_referral(referral_id)
    return referral_id, assignment, actor_of(responder)


def test_somebody_on_the_way_has_half_an_hour_to_get_there(
    dispatch: Dispatch, client_as: Any, responder: Account
) -> None:
    referral_id, assignment, actor = _sent(dispatch, client_as, responder)
    for step in (Step.ACKNOWLEDGED, Step.EN_ROUTE):
        journey.take_step(assignment, step, actor=actor)
    db.session.commit()

    assert referral_now(referral_id).state is State.CONTACTING
    assert not ring_once(1_799)
    assert ring_once(1_801)
    assert (referral_now(referral_id).state, referral_now(referral_id).reason) == (
        State.ACCEPTED,
        "no_contact_yet",
    )


@pytest.mark.parametrize("found", [Step.CONTACT_MADE, Step.NOT_FOUND, Step.REFUSED])
def test_on_the_scene_the_clock_stands_still(
    dispatch: Dispatch, client_as: Any, responder: Account, found: Step
) -> None:
    referral_id, assignment, actor = _sent(dispatch, client_as, responder)
    for step in (Step.ACKNOWLEDGED, Step.EN_ROUTE, Step.ON_SCENE, found):
        journey.take_step(assignment, step, actor=actor)
    db.session.commit()

    referral = referral_now(referral_id)
    assert (referral.state, referral.custody, referral.clock_due_at) == (
        State.ENGAGED,
        Custody.OFFICE,
        None,
    )
    assert not ring_once(100_000)


def test_a_step_after_the_call_went_back_moves_nothing(
    dispatch: Dispatch, client_as: Any, responder: Account
) -> None:
    referral_id, assignment, actor = _sent(dispatch, client_as, responder)
    journey.give_back(referral_now(referral_id), "declined", actor=actor)
    journey.take_step(assignment, Step.ACKNOWLEDGED, actor=actor)
    journey.take_step(assignment, Step.EN_ROUTE, actor=actor)
    db.session.commit()

    assert referral_now(referral_id).state is State.HANDING_BACK
