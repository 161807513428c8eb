"""A process dies at every point between a message and its answer: each call is there once, and whole."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest
from flask import Flask
from sqlalchemy import event, func, select

from app import journey
from app import worker as door
from app.accounts.sign_in import actor_of
from app.audit.trail import SYSTEM
from app.cases.models import ConflictCase
from app.delivery.models import OutboxMessage
from app.delivery.signatures import sign
from app.foundation import clock, copies
from app.foundation.db import db
from app.referrals.models import Referral, ReferralMessage, ReferralStateRow, State
from app.worker import Worker
from bench.rig.judge import judge
from bench.rig.ledger import Ledger, Sent
from bench.rig.rows import read_rows
from tests.support.crashing import Points, crash_everywhere
from tests.support.places import make_area
from tests.support.referrals import HOOK, SAFE_ANSWERS, Dispatch, call, make_covering_team

CALLBACK = "http://localhost:9/callbacks"
SLACK = timedelta(seconds=61)
"""After this a lease of a worker that died is over."""


class Scene:
    """Dispatch, a team, and a ledger of all that dispatch was told."""

    def __init__(self, app: Flask) -> None:
        make_area()
        self.app, self.ledger = app, Ledger()
        _, self.responder = make_covering_team()
        self.actor = actor_of(self.responder)
        self.dispatch = Dispatch(app, callback_url=CALLBACK)
        self.names: dict[str, str] = {}

    def post(self, sent: Sent) -> Any:
        """One try of a message."""
        headers = sign(self.dispatch.secret, sent.message_id, clock.now(), sent.body)
        db.session.rollback()
        db.session.remove()
        with self.app.app_context():
            return self.app.test_client().post(
                sent.path, data=sent.body, content_type="application/json", headers=headers
            )

    def settle(self, sent: Sent) -> None:
        """Send it once more and write down the answer: it must be one."""
        answer = self.post(sent)
        self.ledger.sent.append(sent)
        sent.status, sent.answer = answer.status_code, answer.json
        sent.is_replay = answer.headers.get("Idempotent-Replayed") == "true"
        assert sent.is_acknowledged, (self.names.get(sent.message_id), sent.status, sent.answer)
        shown = self.app.test_client().get(
            f"{HOOK}/{sent.answer['id']}", headers=sign(self.dispatch.secret, "look", clock.now(), b"")
        )
        assert (shown.json["state"], shown.json["custody"]) == (sent.answer["state"], sent.answer["custody"])

    def offered(self, **changes: Any) -> Sent:
        """A call that dispatch was told of as offered."""
        sent = message("create", HOOK, call(**changes))
        self.settle(sent)
        return sent

    def accepted(self) -> Sent:
        """A call that a person here said yes to."""
        sent = self.offered()
        journey.accept(referral_of(sent), actor=self.actor)
        db.session.commit()
        return sent

    def handing_back(self) -> Sent:
        """A call that was ours and goes back."""
        sent = self.accepted()
        journey.give_back(referral_of(sent), "help_asked", actor=SYSTEM)
        db.session.commit()
        return sent

    def judge(self) -> None:
        """Hold all that dispatch was told against the tables."""
        db.session.rollback()
        db.session.remove()
        url = db.engine.url.render_as_string(hide_password=False)
        rows = read_rows(url.replace("+psycopg", ""), self.dispatch.client_id)
        verdict = judge(self.ledger, rows, None, clock.now())
        where = {
            name: self.names.get(name) for some in verdict.examples.values() for name in str(some).split()
        }
        assert dict(verdict.counts) == {}, (dict(verdict.examples), {k: v for k, v in where.items() if v})


@pytest.fixture
def scene(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """A killed process loses nothing that the system has: here nobody need wait for the disk.

    What a process keeps in memory does not grow old, so that every try takes the same way.
    """
    monkeypatch.setattr(copies, "monotonic", lambda: 0.0)

    def hurry(connection: Any, _: object) -> None:
        if db.engine.dialect.name == "sqlite":
            connection.execute("PRAGMA synchronous=OFF")

    db.engine.dispose()
    event.listen(db.engine, "connect", hurry)
    yield Scene(app)
    event.remove(db.engine, "connect", hurry)
    db.session.rollback()
    db.engine.dispose()


def message(kind: str, path: str, body: dict[str, Any], incident_id: str = "") -> Sent:
    """A message with an id of its own."""
    raw = orjson.dumps(body) if body else b"{}"
    return Sent(f"msg_{uuid4().hex}", kind, incident_id or body["incident_id"], path, raw)


def referral_of(sent: Sent) -> Referral:
    return db.session.get_one(Referral, sent.answer["id"])


def told_later(kind: str, path: str, first: Sent, **body: Any) -> Sent:
    """A message about a call that dispatch knows."""
    return message(kind, f"{HOOK}/{first.answer['id']}/{path}", body, first.incident_id)


MESSAGES: dict[str, Callable[[Scene], Sent]] = {
    "create that is offered": lambda _: message("create", HOOK, call()),
    "create that is returned": lambda _: message(
        "create", HOOK, call(answers={**SAFE_ANSWERS, "weapons": "yes"})
    ),
    "second caller": lambda scene: second_caller(scene.offered()),
    "update": lambda scene: told_later(
        "update", "updates", scene.offered(), version=2, narrative="They talk calmly now"
    ),
    "update with danger": lambda scene: told_later(
        "update", "updates", scene.offered(), version=2, narrative="Now one of them has a knife"
    ),
    "cancel": lambda scene: told_later("cancel", "cancel", scene.offered()),
    "confirm": lambda scene: told_later("confirm", "confirm", scene.accepted()),
    "acknowledged hand-back": lambda scene: told_later("handback_ack", "handback-ack", scene.handing_back()),
}
HAVE_A_CASE = {"confirm"}
STATES = {
    "create that is offered": State.OFFERED,
    "create that is returned": State.HANDED_BACK,
    "second caller": State.OFFERED,
    "update": State.OFFERED,
    "update with danger": State.HANDED_BACK,
    "cancel": State.CANCELLED,
    "confirm": State.ACCEPTED,
    "acknowledged hand-back": State.HANDED_BACK,
}


def second_caller(first: Sent) -> Sent:
    return message("create", HOOK, orjson.loads(first.body))


@pytest.mark.slow
@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_converges_wherever_its_process_died(scene: Scene, name: str) -> None:
    told: list[Sent] = [MESSAGES[name](scene)]
    crashes = crash_everywhere(scene.app, lambda _: scene.post(told[-1]))
    labels = []
    for number, label in crashes:
        labels.append(label)
        scene.names[told[-1].message_id] = f"{name}, died at {number}: {label}"
        scene.settle(told[-1])
        told.append(MESSAGES[name](scene))
    scene.settle(told[-1])  # the one that came through in the fork
    last = told[-1]

    assert last.is_replay, "the message that came through was answered before"
    assert labels[-1] == "before the answer leaves"
    assert any(one.is_replay for one in told[:-1]), "nobody died after the commit"
    assert any(not one.is_replay for one in told), "nobody died before the commit"
    assert {referral_of(one).state for one in told} == {STATES[name]}
    scene.judge()
    cases = sorted(db.session.scalars(select(ConflictCase.referral_id)))
    assert cases == (sorted(one.answer["id"] for one in told) if name in HAVE_A_CASE else [])


# --- the worker's acts ---------------------------------------------------------------------------


def work(moment: timedelta, send: Callable[[OutboxMessage], None], turns: int = 1) -> None:
    """A worker does what is due at a moment from now."""
    worker = Worker(send)
    with clock.as_of(clock.now() + moment):
        for _ in range(turns):
            worker.work_once()


def nowhere(message: OutboxMessage) -> None:
    """A receiver that takes everything."""


CLOCKS: dict[str, tuple[Callable[[Scene], Sent], State, str]] = {
    "offer": (lambda scene: scene.offered(kind="live"), State.HANDED_BACK, "referral.handed_back"),
    "confirm": (Scene.accepted, State.HANDING_BACK, "referral.handing_back"),
}
NOW, DUE = timedelta(), timedelta(seconds=70)


@pytest.fixture
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "TROUBLE_SECONDS", 0)


@pytest.mark.slow
@pytest.mark.usefixtures("_patient")
@pytest.mark.parametrize("name", CLOCKS)
def test_a_clock_rings_once_wherever_the_worker_died(scene: Scene, name: str) -> None:
    make, state, kind = CLOCKS[name]
    calls = [make(scene)]
    count = 0
    for _ in crash_everywhere(scene.app, lambda _: work(DUE, nowhere)):
        count += 1
        work(DUE + SLACK, nowhere, turns=2)
        calls.append(make(scene))
    work(DUE + SLACK, nowhere, turns=2)

    assert count > 4
    for one in calls:
        states = db.session.scalars(
            select(ReferralStateRow.state).where(ReferralStateRow.referral_id == one.answer["id"])
        ).all()
        assert states.count(state) == 1
        assert referral_of(one).state is state
        told = select(func.count()).where(OutboxMessage.subject_id == one.answer["id"])
        assert db.session.scalar(told.where(OutboxMessage.kind == kind)) == 1


@pytest.mark.slow
@pytest.mark.usefixtures("_patient")
def test_a_callback_comes_at_least_once_wherever_the_worker_died(
    scene: Scene, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """It may come twice, under one id; never not at all."""
    came = tmp_path_factory.mktemp("receiver") / "came"
    came.touch()

    def take(message: OutboxMessage) -> None:
        with came.open("a") as file:
            file.write(f"{message.id}\n")

    def send_and_die(points: Points) -> Callable[[OutboxMessage], None]:
        def send(message: OutboxMessage) -> None:
            points.reach("before the callback is sent")
            take(message)
            points.reach("after the callback was sent")

        return send

    def promise() -> None:
        journey.give_back(referral_of(scene.offered()), "help_asked", actor=SYSTEM)
        db.session.commit()

    labels = []
    promise()
    for _, label in crash_everywhere(scene.app, lambda points: work(NOW, send_and_die(points))):
        labels.append(label)
        work(SLACK, take)
        promise()
    work(SLACK, take)

    ids = db.session.scalars(select(OutboxMessage.id)).all()
    assert {"before the callback is sent", "after the callback was sent"} <= set(labels)
    assert set(came.read_text().split()) == set(ids)
    assert db.session.scalar(select(func.count()).where(OutboxMessage.sent_at.is_(None))) == 0


def test_every_message_left_is_one_that_was_told(scene: Scene) -> None:
    """The judge itself: a message that nobody sent, and one that is gone, are seen."""
    scene.offered()
    invented = scene.offered()
    scene.ledger.sent.remove(invented)
    lost = scene.offered()
    db.session.delete(db.session.scalars(select(ReferralMessage).filter_by(message_id=lost.message_id)).one())
    db.session.commit()

    with pytest.raises(AssertionError, match=r"(?s)invented.*lost|lost.*invented"):
        scene.judge()
