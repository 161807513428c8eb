"""Versions of the policy as the office writes them.

Reading one takes a second, and most tests write the same: what was read of a document in this process
serves every test that has the same one, word for word. What reading does is tried on the reader itself
(tests/rules/triage), which nothing here stands before.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
import pytest

from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.audit.trail import Actor
from app.foundation import clock
from app.foundation.db import db
from app.triage import policies, policy_documents, version_actions, version_queries
from app.triage.call_files import LABELLED
from app.triage.policy import Policy, PolicyPhrase
from app.triage.policy_changes import AddPhrase, Change
from app.triage.policy_examples import failing_rules
from app.triage.replays import go_on
from app.triage.version_models import PolicyVersion
from app.triage.version_queries import latest_replay
from tests.support.people import make_account

ZORPLE = AddPhrase("danger", "word_weapon", "en", "a zorple", "He has a zorple.", "No zorple here.")
PHRASE_FORM = {
    "tells_of": "danger:word_weapon",
    "language": "en",
    "text": "a zorple",
    "example": "He has a zorple.",
    "counter_example": "No zorple here.",
    "why": "Two callers called a blade so.",
}
READINGS_KEPT = 16


@lru_cache(maxsize=READINGS_KEPT)
def _policy_of_text(text: bytes) -> Policy:
    return policy_documents.policy_from(orjson.loads(text))


def policy_from(document: Mapping[str, Any]) -> Policy:
    """The policy of a document, which a process reads once."""
    return _policy_of_text(orjson.dumps(document))


_failing: dict[tuple[object, ...], tuple[Policy, list[str]]] = {}
"""Which rules failed, by the policy itself and what was asked; with it, so that no other takes its place."""

policies.policy_from = policy_from
version_queries.policy_from = policy_from


@pytest.fixture
def few_labelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A handful of the labelled calls stand for all of them."""
    lines = LABELLED.read_text(encoding="utf-8").splitlines()[:40]
    file = tmp_path / "labelled.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr("app.triage.call_files.LABELLED", file)
    monkeypatch.setattr("app.triage.replays.failing_rules", _of_some)
    return file


def _of_some(policy: Policy, phrases: Sequence[PolicyPhrase]) -> list[str]:
    """Every tenth phrase, and the office's own: trying each takes seconds."""
    office = [one for one in phrases if one.rule.startswith("office_")]
    some = [*phrases[::10], *office]
    asked = (id(policy), *(one.rule for one in some))
    if asked not in _failing:
        if len(_failing) > 20 * READINGS_KEPT:
            _failing.clear()
        _failing[asked] = (policy, failing_rules(policy, some))
    return list(_failing[asked][1])


def somebody(role: Role = Role.OFFICE_STAFF) -> Actor:
    return actor_of(make_account(role))


def make_draft(*changes: Change, by: Actor | None = None) -> PolicyVersion:
    """A draft with these changes, or one that knows a new word for a weapon."""
    actor = by or somebody()
    version = version_actions.begin_version(actor=actor)
    for change in changes or (ZORPLE,):
        version_actions.add_change(version, change, "We were told so.", actor=actor)
    return version


def replay_to_the_end(version: PolicyVersion) -> None:
    """What the worker does with a replay, without its loop."""
    replay = latest_replay(version)
    assert replay is not None
    while replay.finished_at is None:
        assert replay.stopped_at is None, "whoever asked for it no longer may"
        go_on(replay.id, clock.now())
    db.session.flush()


def make_shadow(*changes: Change, by: Actor | None = None) -> PolicyVersion:
    """A version in shadow whose replay is done."""
    version = make_draft(*changes, by=by)
    version_actions.to_shadow(version, actor=somebody())
    replay_to_the_end(version)
    return version


def make_active(*changes: Change) -> PolicyVersion:
    """A version that calls are read by."""
    version = make_shadow(*changes)
    for _ in range(2):
        version_actions.approve(version, actor=somebody())
    version_actions.activate(version, actor=somebody(Role.COORDINATOR))
    db.session.commit()
    return version


def error_beside(page: str, field: str) -> str:
    """What is said beside one field; of the two sentences, beside the first."""
    is_counter = field == "counter_example" and 'id="counter_example-error"' not in page
    _, after = page.split(f'id="{"example" if is_counter else field}-error">')
    return after.partition("</p>")[0]
