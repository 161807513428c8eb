"""Every status that the contract documents is provoked here, and each answer is as the document says."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import update

from app.accounts import breaker
from app.accounts.actions import create_client
from app.audit.trail import SYSTEM
from app.delivery.models import WorkerBeat
from app.foundation import clock
from app.foundation.db import db
from app.referrals.contract import OPERATIONS
from app.referrals.conveyance_rows import find_request
from app.referrals.eido import MEDIA_TYPE as EIDO
from app.referrals.models import Custody, Referral, State
from tests.support.contract import BY_ID
from tests.support.databases import away
from tests.support.places import make_area
from tests.support.prober import Prober, Seen, body_of, conveyed, eido, met_another, path_of
from tests.support.referrals import call, make_covering_team

pytestmark = pytest.mark.one_database

TELLS = [one for one in OPERATIONS if one.method == "POST"]
LOOKS = [one for one in OPERATIONS if one.method == "GET"]
LAST_RESORT = "the last resort; nothing is known that leads to it"
# Documented and not provoked here, and why.
NOT_PROVOKED: dict[Seen, str] = {(one.id, 500, "not-accepted"): LAST_RESORT for one in OPERATIONS}


@pytest.fixture
def prober(app: Flask) -> Prober:
    make_area()
    make_covering_team()
    return Prober(app)


def test_every_documented_status_is_seen_as_documented(
    prober: Prober, monkeypatch: pytest.MonkeyPatch
) -> None:
    not_signed(prober)
    not_read(prober)
    not_there(prober)
    twice(prober, monkeypatch)
    new_calls(prober)
    later_messages(prober)
    ended_calls(prober)
    by_conveyance(prober)
    questions(prober)
    no_store(prober)

    documented = {
        *((one.id, reply.status, "") for one in OPERATIONS for reply in one.replies),
        *((one.id, status, slug) for one in OPERATIONS for status, slug in one.problems),
    }
    assert prober.seen == documented - set(NOT_PROVOKED)


def not_signed(prober: Prober) -> None:
    watcher = create_client(agency="psap.example.gov", purpose="monitoring", callback_url=None, actor=SYSTEM)
    assert watcher.secret
    for one in OPERATIONS:
        prober.send(one, body_of(one), secret="whsec_" + "A" * 44)
        prober.send(one, body_of(one), late=timedelta(minutes=6))
        prober.send(one, body_of(one), webhook_client="nobody")
    for one in TELLS:
        prober.send(one, body_of(one), secret=watcher.secret)


def not_read(prober: Prober) -> None:
    for one in TELLS:
        prober.send(one, b"{", about=prober.make_call(State.OFFERED))
        prober.send(one, b"{" + b" " * 65_536)
        prober.send(one, body_of(one), media_type="text/plain")
    prober.send(BY_ID["offerCall"], call(location=None, callback=None))
    prober.send(BY_ID["showIncident"], path="/api/v1/incidents/" + "x" * 121)
    prober.send(BY_ID["listChanges"], path="/api/v1/referrals?limit=0")
    prober.send(BY_ID["digestChanges"], path="/api/v1/referrals/digest?since=yesterday")


def not_there(prober: Prober) -> None:
    """No such call; and an address with a null byte names nothing."""
    for one in OPERATIONS:
        if one.id == "convey":
            prober.send(one, {"response": {"requestId": "never", "responseCode": 200}})
        else:
            prober.send(one, body_of(one), path=f"{path_of(one, None)}?x=%00")


def twice(prober: Prober, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same id for something else, and two of one call at the same moment."""
    for one in TELLS:
        name = uuid4().hex
        prober.send(BY_ID["offerCall"], call(), name=name)
        prober.send(one, body_of(one), about=prober.make_call(State.OFFERED), name=name)
        with met_another(monkeypatch):
            prober.send(one, body_of(one), about=prober.make_call(State.OFFERED))


def new_calls(prober: Prober) -> None:
    offer = BY_ID["offerCall"]
    prober.send(offer, call())
    prober.send(offer, eido(), media_type=EIDO)
    prober.send(offer, call(incident_id=prober.make_call(State.OFFERED).incident_id))
    prober.send(offer, call(incident_id=prober.make_call(State.CLOSED).incident_id))
    prober.send(offer, call(), request_deadline="1")


def later_messages(prober: Prober) -> None:
    for name, state in (
        ("updateReferral", State.OFFERED),
        ("updateReferral", State.PARKED),
        ("updateIncident", State.OFFERED),
        ("cancelReferral", State.OFFERED),
        ("cancelReferral", State.ACCEPTED),
        ("cancelIncident", State.OFFERED),
        ("cancelIncident", State.ACCEPTED),
        ("confirmReferral", State.ACCEPT_PENDING),
        ("confirmReferral", State.OFFERED),
        ("acknowledgeHandBack", State.HANDING_BACK),
        ("acknowledgeHandBack", State.OFFERED),
        ("showReferral", State.OFFERED),
        ("showIncident", State.OFFERED),
        ("showEido", State.OFFERED),
    ):
        prober.send(BY_ID[name], body_of(BY_ID[name]), about=prober.make_call(state))
    early = BY_ID["updateIncident"]
    assert prober.send(early, body_of(early)).status_code == 202


def ended_calls(prober: Prober) -> None:
    for name in ("updateReferral", "updateIncident", "cancelReferral"):
        prober.send(BY_ID[name], body_of(BY_ID[name]), about=prober.make_call(State.CLOSED))


def by_conveyance(prober: Prober) -> None:
    convey = BY_ID["convey"]
    said_yes = {"requestId": "one", "responseCode": 200}
    prober.send(convey, conveyed("one"))
    prober.send(convey, {"response": said_yes})  # nobody here has said yes
    prober.send(convey, {"response": said_yes | {"responseCode": 180}})
    put(prober, "one", State.ACCEPTED)
    prober.send(convey, {"cancelRequest": {"requestId": "one"}})
    put(prober, "one", State.CLOSED)
    prober.send(convey, {"cancelRequest": {"requestId": "one"}})
    nowhere = conveyed()
    for name in ("callbackComponent", "locationComponent"):
        nowhere["requestForService"]["eido"].pop(name)
    prober.send(convey, nowhere)
    prober.send(convey, conveyed(), request_deadline="1")


def put(prober: Prober, request_id: str, state: State) -> None:
    """The call of a request, moved on by people here."""
    request = find_request(prober.dispatch.client_id, request_id)
    assert request is not None
    moved = update(Referral).where(Referral.id == request.referral_id)
    db.session.execute(moved.values(state=state, custody=Custody.OFFICE))
    db.session.commit()


def questions(prober: Prober) -> None:
    db.session.merge(WorkerBeat(worker="one", at=clock.now()))
    for name in ("listChanges", "digestChanges", "intakeHealth"):
        assert prober.send(BY_ID[name]).status_code == 200
    offered = prober.make_call(State.OFFERED)
    assert offered.client is not None
    key_id = offered.client.keys[0].id
    while not breaker.looks.is_too_much(key_id, clock.now()):
        pass
    with clock.as_of(clock.now()):
        for one in LOOKS:
            prober.send(one)


def no_store(prober: Prober) -> None:
    for one in OPERATIONS:
        body = body_of(one)
        with away():
            assert prober.send(one, body).status_code == 503
