"""One message of any documented operation, sent for real; its answer is held against the document."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from app import journey, journey_again
from app.delivery.signatures import sign
from app.developers.examples import EIDO
from app.foundation import clock
from app.foundation.db import db
from app.referrals.contract import Operation
from app.referrals.models import Referral, State
from tests.support.board import make_call
from tests.support.contract import not_as_documented
from tests.support.referrals import Dispatch, call

Seen = tuple[str, int, str]
_ACTS = (
    *((journey, act) for act in ("take_in", "cancel", "confirm", "hand_back_acknowledged")),
    *((journey_again, act) for act in ("take_again", "take_in_merged", "learn")),
)


class Prober:
    """Sends messages of one centre and remembers each operation, status and problem that it has seen."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self.dispatch = Dispatch(app)
        self.seen: set[Seen] = set()

    def send(
        self,
        operation: Operation,
        body: Any = None,
        *,
        about: Referral | None = None,
        path: str = "",
        secret: str = "",
        name: str = "",
        media_type: str = "application/json",
        late: timedelta = timedelta(),
        **headers: str,
    ) -> TestResponse:
        """One signed message; about a call, or about none that is there."""
        raw = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        signed = sign(secret or self.dispatch.secret, name or uuid4().hex, clock.now() - late, raw)
        address = path or path_of(operation, about)
        db.session.commit()
        with self._app.app_context():
            answer = self._app.test_client().open(
                address,
                method=operation.method,
                data=raw,
                content_type=media_type,
                headers=signed | {key.replace("_", "-"): value for key, value in headers.items()},
            )
        assert not_as_documented(operation, answer) == []
        slug = answer.json["type"].rpartition("/")[2] if answer.status_code >= 400 else ""
        self.seen.add((operation.id, answer.status_code, slug))
        return answer

    def make_call(self, state: State, **fields: Any) -> Referral:
        """A call of this centre in a state."""
        referral = make_call(state, client_id=self.dispatch.client_id, **fields)
        db.session.commit()
        return referral


def path_of(operation: Operation, about: Referral | None) -> str:
    ours, theirs = (about.id, about.incident_id) if about else ("1" * 26, f"L-{uuid4().hex[:10]}")
    return operation.path.replace("{id}", ours).replace("{incident_id}", theirs)


def eido() -> dict[str, Any]:
    """A new incident, now."""
    name = f"urn:emergency:uid:incidentid:{uuid4().hex[:12]}:cad.example.gov"
    return EIDO | {"$id": name, "lastUpdateTimeStamp": clock.now().isoformat()}


def conveyed(request_id: str = "") -> dict[str, Any]:
    return {"requestForService": {"requestId": request_id or uuid4().hex, "eido": eido()}}


def body_of(operation: Operation) -> Any:
    """A message that the operation reads; None for a question."""
    if not operation.takes:
        return None
    makers: dict[str, Callable[[], Any]] = {
        "Referral": call,
        "Update": lambda: {"version": 2, "narrative": "Still calm."},
        "Nothing": dict,
        "Conveyance": conveyed,
    }
    return makers[operation.takes[0][1]]()


@contextmanager
def met_another(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another message of the same call is written at the moment ours is."""

    def meet(*_: object, **__: object) -> None:
        raise IntegrityError("met another", None, Exception())

    with monkeypatch.context() as patched:
        for place, act in _ACTS:
            patched.setattr(place, act, meet)
        yield
