"""A whole small city for the journeys: a real server, a real dispatch over HTTP, a worker."""

from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from flask import Flask

from app.accounts.models import Account
from app.delivery.signatures import check
from app.delivery.webhook import WebhookSender
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id
from app.places.models import Area
from app.referrals.sender import HookAnswer, HookSender
from app.worker import Worker
from tests.support.places import make_area
from tests.support.receiver import Receiver
from tests.support.referrals import Dispatch, call, make_covering_team


@dataclass
class City:
    """Dispatch outside, the office inside, and the worker between them."""

    area: Area
    responder: Account
    dispatch: Dispatch
    receiver: Receiver
    hook: HookSender
    worker: Worker

    def offer(self, **changes: Any) -> HookAnswer:
        """Dispatch offers a call over the wire."""
        return self._send("", call(**changes))

    def tell(self, referral_id: str, what: str, body: Any = None) -> HookAnswer:
        """Dispatch says something more of a call."""
        return self._send(f"/{referral_id}/{what}", body or {})

    def callbacks(self) -> list[dict[str, Any]]:
        """What dispatch was told by now, oldest first; every signature is checked."""
        for _ in range(6):
            self.worker.work_once()
        for request in self.receiver.requests:
            headers = {name.lower(): value for name, value in request.headers.items()}
            problem = check(
                str(self.dispatch.callback_secret),
                message_id=headers["webhook-id"],
                timestamp=headers["webhook-timestamp"],
                signatures=headers["webhook-signature"],
                body=request.body,
                now=clock.now(),
            )
            assert problem is None
        return [orjson.loads(request.body) for request in self.receiver.requests]

    def _send(self, path: str, body: Any) -> HookAnswer:
        db.session.commit()
        return self.hook.post(path, orjson.dumps(body), message_id=new_id())


@pytest.fixture
def city(app: Flask, live_url: str, receiver: Receiver) -> Any:
    """A city where one mediation team is on shift, and dispatch is connected."""
    area = make_area()
    _, responder = make_covering_team()
    dispatch = Dispatch(app, callback_url=receiver.url)
    sender = WebhookSender()
    with HookSender(live_url, dispatch.client_id, dispatch.secret) as hook:
        yield City(area, responder, dispatch, receiver, hook, Worker(sender))
    sender.close()
