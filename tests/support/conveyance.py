"""A centre that speaks conveyance, and what it is told."""

import json
from typing import Any

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app import journey
from app.accounts.models import Account
from app.accounts.sign_in import actor_of
from app.delivery.models import OutboxMessage
from app.delivery.webhook import body_of
from app.foundation.db import db
from app.referrals.models import Referral
from tests.support.eido import offer_document
from tests.support.referrals import Dispatch
from tests.support.schemas import require_conveyance

DOOR = "/api/v1/conveyance"
KEY = "26000123abcd"


class Centre(Dispatch):
    """A dispatch client that speaks conveyance."""

    def tell_us(self, message: Any, **kwargs: Any) -> TestResponse:
        answer = self.send(DOOR, message, **kwargs)
        if answer.status_code < 300:
            require_conveyance(answer.json)
        return answer

    def request(self, document: Any = None, request_id: str = "r1", **kwargs: Any) -> TestResponse:
        eido = offer_document(KEY) if document is None else document
        return self.tell_us({"requestForService": {"requestId": request_id, "eido": eido}}, **kwargs)

    def respond(self, code: int, request_id: str = "r1", **kwargs: Any) -> TestResponse:
        told = {"requestId": request_id, "responseCode": code, "responseText": "so"}
        return self.tell_us({"response": told}, **kwargs)


def the_call() -> Referral:
    db.session.expire_all()
    return db.session.scalars(select(Referral)).one()


def told() -> list[dict[str, Any]]:
    """Every body that we have promised dispatch, oldest first, each one a message of the draft."""
    messages = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    bodies = [json.loads(body_of(message)) for message in messages]
    for body in bodies:
        require_conveyance(body)
    return bodies


def accept(coordinator: Account) -> None:
    journey.accept(the_call(), actor=actor_of(coordinator))
    db.session.commit()


def code_of(answer: TestResponse) -> int:
    return int(answer.json["response"]["responseCode"])


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0
