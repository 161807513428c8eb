"""Dispatch as the hook meets it: a client with a key that signs what it sends."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import orjson
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.accounts.actions import create_client
from app.accounts.models import Account
from app.audit.trail import SYSTEM
from app.delivery.models import Network
from app.delivery.signatures import sign
from app.foundation import clock
from app.foundation.db import db
from app.referrals.models import Referral
from app.roster.lanes import Lane
from app.roster.models import Team
from app.routing.models import WHOLE_DAY, Coverage
from app.routing.queries import forget_routes
from tests.support.board import make_lane_team, make_responder_on_shift
from tests.support.places import make_area

API = "/api/v1"
HOOK = f"{API}/referrals"
SAFE_ANSWERS = {
    "weapons": "no",
    "injuries": "no",
    "threats": "no",
    "children_at_risk": "no",
    "relation": "neighbors",
    "wish": "mediator",
}
INSIDE = {"lat": 33.94, "lon": -118.25, "address": "1200 E 4th St"}


def call(**changes: Any) -> dict[str, Any]:
    """A call that is safe, inside `make_area()`, and new; `changes` are members."""
    body = {
        "incident_id": f"L-{uuid4().hex[:10]}",
        "kind": "callback",
        "call_type": {"code": "620N", "text": "620 NEIGHBOR"},
        "narrative": "Argument about the shared fence. Both are in their own homes now, calm, "
        "and want to talk it over.",
        "location": INSIDE,
        "callback": "555-0142",
        "language": "en",
        "answers": SAFE_ANSWERS,
    }
    return {name: value for name, value in (body | changes).items() if value is not None}


class Dispatch:
    """A registered dispatch client: signs and sends as a CAD would."""

    def __init__(
        self,
        app: Flask,
        callback_url: str | None = None,
        *,
        agency: str = "psap.example.gov",
        purpose: str = "dispatch",
    ) -> None:
        made = create_client(
            agency=agency,
            purpose=purpose,
            callback_url=callback_url,
            network=Network.THIS_MACHINE if "localhost" in (callback_url or "") else Network.PUBLIC,
            actor=SYSTEM,
        )
        self.client_id, self.secret, self.callback_secret = made.client.id, made.secret, made.callback_secret
        db.session.commit()
        self._app = app

    def send(
        self,
        path: str,
        body: Any,
        *,
        message_id: str | None = None,
        media_type: str = "application/json",
        late: timedelta = timedelta(),
        secret: str | None = None,
        **headers: str,
    ) -> TestResponse:
        """One signed POST; `body` is bytes as they are, or something to write as JSON."""
        raw = body if isinstance(body, bytes) else orjson.dumps(body)
        signed = sign(secret or self.secret, message_id or f"msg_{uuid4().hex}", clock.now() - late, raw)
        db.session.commit()
        with self._app.app_context():
            return self._app.test_client().post(
                path, data=raw, content_type=media_type, headers=signed | headers
            )

    def ask(self, path: str) -> TestResponse:
        """One signed GET."""
        signed = sign(self.secret, f"msg_{uuid4().hex}", clock.now(), b"")
        db.session.commit()
        with self._app.app_context():
            return self._app.test_client().get(path, headers=signed)

    def offer(self, body: Any = None, **kwargs: Any) -> TestResponse:
        return self.send(HOOK, call() if body is None else body, **kwargs)

    def tell(self, referral_id: str, what: str, body: Any = None, **kwargs: Any) -> TestResponse:
        return self.send(f"{HOOK}/{referral_id}/{what}", {} if body is None else body, **kwargs)

    def tell_incident(self, incident_id: str, what: str, body: Any = None, **kwargs: Any) -> TestResponse:
        """A message under dispatch's own number of the incident."""
        path = f"{API}/incidents/{quote(incident_id)}/{what}"
        return self.send(path, {} if body is None else body, **kwargs)

    def look(self, path: str) -> TestResponse:
        """One signed GET below the API's address."""
        signed = sign(self.secret, f"msg_{uuid4().hex}", clock.now(), b"")
        db.session.commit()
        with self._app.app_context():
            return self._app.test_client().get(API + quote(path, safe="/?=&"), headers=signed)


def make_covering_team(lane: Lane = Lane.MEDIATION) -> tuple[Team, Account]:
    """A team that covers the whole city at every hour, with one responder on shift."""
    team = make_lane_team(f"Team {uuid4().hex[:6]}", lane)
    responder = make_responder_on_shift(team)
    db.session.add_all(
        Coverage(team_id=team.id, lane=lane, area_id=None, weekday=day, from_minute=0, to_minute=WHOLE_DAY)
        for day in range(7)
    )
    db.session.commit()
    forget_routes()
    return team, responder


def referral_now(referral_id: str) -> Referral:
    """A referral as the database has it at this moment."""
    db.session.expire_all()
    return db.session.get_one(Referral, referral_id)


@pytest.fixture
def responder(app: Flask) -> Account:
    """Somebody on shift in the team that covers the one area there is."""
    make_area()
    return make_covering_team()[1]


@pytest.fixture
def dispatch(app: Flask, responder: Account) -> Dispatch:
    """A centre whose calls a team here covers."""
    return Dispatch(app)
