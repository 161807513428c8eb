"""What the hook really sends is what the document says, in our own shape and by conveyance."""

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import journey
from app.accounts.permissions import Role
from app.audit.trail import Actor
from app.cases.models import Outcome
from app.cases.queries import find_of_referral
from app.delivery.models import OutboxMessage
from app.delivery.webhook import body_of
from app.foundation import clock
from app.foundation.db import db
from app.referrals.callbacks import CALLBACKS, CONVEYED
from app.referrals.eido import MEDIA_TYPE
from app.referrals.models import Referral, State
from tests.support.board import actor_with
from tests.support.contract import DOCUMENT, shape_errors
from tests.support.conveyance import DOOR
from tests.support.places import make_area
from tests.support.prober import conveyed, eido
from tests.support.referrals import HOOK, Dispatch, call, make_covering_team

KINDS = [one.type for one in CALLBACKS]


@pytest.fixture
def dispatch(app: Flask) -> Dispatch:
    make_area()
    make_covering_team()
    return Dispatch(app, callback_url="https://cad.example.gov/told")


def until(kind: str, actor: Actor) -> None:
    """What people do with the one call here until dispatch is told of this."""
    referral = db.session.scalars(select(Referral)).one()
    assert referral.state is State.OFFERED
    if kind == "referral.handed_back":
        journey.give_back(referral, "judged_unsafe", actor=actor)
        return
    journey.accept(referral, actor=actor)
    if kind == "referral.handing_back":
        journey.give_back(referral, "danger_on_scene", actor=actor)
    if kind == "referral.closed":
        journey.yes_answered(referral.id, clock.now())
        journey.close_case(find_of_referral(referral.id), Outcome.CALMED, actor=actor)


def sent_last() -> dict[str, Any]:
    newest = select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(1)
    return json.loads(body_of(db.session.scalars(newest).one()))


def content_of(webhook: str) -> dict[str, Any]:
    return DOCUMENT["webhooks"][webhook]["post"]["requestBody"]["content"]["application/json"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_callback_holds_what_is_documented_and_nothing_else(dispatch: Dispatch, kind: str) -> None:
    referral_id = dispatch.offer(call()).json["id"]
    if kind == "referral.cancelled":
        until("referral.accepted", actor_with(Role.COORDINATOR))
        dispatch.tell(referral_id, "cancel")
        agree_to_cancel()
    else:
        until(kind, actor_with(Role.COORDINATOR))
    body, content = sent_last(), content_of(kind)

    assert body["type"] == kind
    assert shape_errors(content["schema"], body) == []
    assert set(body["data"]) == set(content["example"]["data"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_centre_that_speaks_conveyance_is_told_what_is_documented_instead(
    dispatch: Dispatch, kind: str
) -> None:
    dispatch.send(DOOR, conveyed("request-1"))
    if kind == "referral.cancelled":
        until("referral.accepted", actor_with(Role.COORDINATOR))
        dispatch.send(DOOR, {"cancelRequest": {"requestId": "request-1"}})
        agree_to_cancel()
    else:
        until(kind, actor_with(Role.COORDINATOR))
    [documented] = [one for one in CONVEYED if kind in one.instead_of]
    body, content = sent_last(), content_of(documented.key)

    assert list(body) == [documented.key]
    assert shape_errors(content["schema"], body) == []
    if documented.key == "response":
        is_yes = kind == "referral.accepted"
        assert body["response"]["responseCode"] == (200 if is_yes else 603)
        assert ("custody both" in body["response"]["responseText"]) is is_yes
        assert not is_yes or body == content["example"]


def agree_to_cancel() -> None:
    referral = db.session.scalars(select(Referral)).one()
    db.session.refresh(referral)
    journey.agree_to_cancel(referral, actor=actor_with(Role.COORDINATOR))


def test_the_eido_of_the_page_is_offered_to_a_team(dispatch: Dispatch) -> None:
    """A maker who starts from it meets the screening, and not a code that no registry has."""
    answer = dispatch.send(HOOK, eido(), media_type=MEDIA_TYPE)

    assert (answer.status_code, answer.json["state"], answer.json["decision"]) == (201, "offered", "offer")
