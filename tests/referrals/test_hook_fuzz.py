"""Ten thousand messages that no honest centre sends: none hangs, none breaks anything, none is kept half.

In the suite a part of them; `FUZZ_MESSAGES=10000 script/test tests/referrals/test_hook_fuzz.py -s`
sends them all and prints what came of it.
"""

import ctypes
import gc
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import EnvironBuilder, TestResponse

from app.audit.models import AuditEntry
from app.delivery.models import DueTimer
from app.delivery.signatures import sign
from app.foundation import clock
from app.foundation.db import db
from app.referrals.models import Referral, ReferralMessage, ReferralStateRow
from app.vault.models import DataKey
from tests.support.contract import not_as_documented
from tests.support.fuzz import SECRET_WORDS, Wild, wild_messages
from tests.support.places import make_area
from tests.support.referrals import Dispatch, make_covering_team

COUNT = int(os.environ.get("FUZZ_MESSAGES", "1000"))
SEED = 20261125
WARM_UP = 300
MOST_SECONDS = 5
MOST_GROWTH_BYTES = 50_000_000


def test_wild_messages_break_nothing_and_none_is_kept_half(app: Flask) -> None:
    make_area()
    make_covering_team()
    dispatch = Dispatch(app)
    sender = Sender(app, dispatch)
    at_first = 0
    for number, message in enumerate(wild_messages(SEED, COUNT, lambda: sender.last_id)):
        sender.send(message)
        if number == min(WARM_UP, COUNT // 2):
            at_first = memory_bytes()
    growth = memory_bytes() - at_first

    sys.stdout.write(
        json.dumps(sender.figures() | {"database": db.engine.dialect.name, "grown_bytes": growth})
    )
    assert sender.problems == []
    assert sender.slowest < MOST_SECONDS
    assert growth < MOST_GROWTH_BYTES
    assert {200, 201, 400, 401, 404, 413, 415, 422} <= set(sender.statuses)  # they reached every layer
    check_nothing_is_half(sender)


class Sender:
    """Signs and sends wild messages, and writes down whatever should not have happened."""

    def __init__(self, app: Flask, dispatch: Dispatch) -> None:
        self._app, self._dispatch = app, dispatch
        self.statuses: Counter[int] = Counter()
        self.problems: list[str] = []
        self.kept: set[str] = set()
        self.slowest = 0.0
        self.last_id: str | None = None

    def send(self, message: Wild) -> None:
        name = uuid4().hex
        signed = sign(self._dispatch.secret, name, clock.now(), message.body)
        began = time.monotonic()
        answer = self._answer(message, signed | message.headers)
        self.slowest = max(self.slowest, time.monotonic() - began)
        self.statuses[answer.status_code] += 1
        about = (message.operation.id, message.path, message.media_type, message.headers, message.body[:300])
        self.problems += [f"{one} <- {about}" for one in self._judge(message, answer)]
        if message.operation.method == "POST" and answer.status_code < 300:
            self.kept.add(message.headers.get("webhook-id", name))
            self.last_id = str(answer.json.get("id") or self.last_id)

    def _answer(self, message: Wild, headers: dict[str, str]) -> TestResponse:
        path, _, question = message.path.partition("?")
        builder = EnvironBuilder(
            path, method=message.operation.method, data=message.body, query_string=question
        )
        environ = builder.get_environ()
        environ["CONTENT_TYPE"] = message.media_type
        for key, value in headers.items():
            plain = key.upper().replace("-", "_")
            environ[plain if plain.startswith("CONTENT_L") else f"HTTP_{plain}"] = value
        with self._app.app_context():
            return self._app.test_client().open(environ)

    def _judge(self, message: Wild, answer: TestResponse) -> list[str]:
        found = []
        if answer.status_code >= 500 and answer.status_code not in {503, 504}:
            found.append(f"answered {answer.status_code}")
        if answer.status_code >= 300:
            body = answer.get_json(silent=True) or {}
            if answer.content_type != "application/problem+json" or body.get("custody") not in {
                "dispatch",
                "both",
            }:
                found.append(
                    f"a {answer.status_code} that does not say who has the call: {answer.data[:80]!r}"
                )
            if SECRET_WORDS in answer.text:
                found.append("repeats what was sent")
        if is_of_the_address(message):
            found += not_as_documented(message.operation, answer)
        return found

    def figures(self) -> dict[str, Any]:
        return {
            "messages": self.statuses.total(),
            "statuses": dict(sorted(self.statuses.items())),
            "kept": len(self.kept),
            "slowest_seconds": round(self.slowest, 3),
            "problems": len(self.problems),
        }


def is_of_the_address(message: Wild) -> bool:
    """Whether the address and the host still name the operation; else it is another's answer."""
    return ".." not in message.path and "host" not in message.headers


def check_nothing_is_half(sender: Sender) -> None:
    """What was answered with a 2xx is kept, all of it; of the rest nothing is."""
    db.session.expire_all()
    assert set(db.session.scalars(select(ReferralMessage.message_id))) == sender.kept
    referrals = set(db.session.scalars(select(Referral.id)))
    assert referrals
    for owner in (ReferralStateRow.referral_id, ReferralMessage.referral_id):
        assert set(db.session.scalars(select(owner))) == referrals
    keys = set(db.session.scalars(select(Referral.key_id)))
    assert len(keys) == len(referrals)
    assert keys <= set(db.session.scalars(select(DataKey.id)))
    received = select(AuditEntry.subject_id).where(AuditEntry.subject_type == "referral")
    assert set(db.session.scalars(received)) == referrals
    running = select(func.count()).where(Referral.clock_due_at.is_not(None))
    waiting = select(func.count(DueTimer.subject_id.distinct())).where(
        DueTimer.done_at.is_(None),
        DueTimer.cancelled_at.is_(None),
        DueTimer.subject_id.in_(select(Referral.id)),
    )
    assert db.session.scalar(running) == db.session.scalar(waiting)


def memory_bytes() -> int:
    """What this process holds now, without what the allocator only keeps for the next time."""
    gc.collect()
    if hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
