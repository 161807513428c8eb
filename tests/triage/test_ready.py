"""A process that serves has loaded what its first call needs, and no policy that is broken stops it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import create_app, create_ready_app
from app.foundation.db import db
from app.foundation.settings import Settings
from app.triage import policies, policy_files, screening, second_reader
from app.triage.policy_documents import BadPolicy
from app.triage.rules import Decision
from app.triage.screening import screen_or_return
from bench import servers
from tests.support.screening import SAFE

LOADED = (
    policies.shipped_policy,
    policy_files.shipped_document,
    second_reader.shipped_reader,
    second_reader.never_heard,
)


@pytest.fixture(autouse=True)
def new_process() -> Iterator[None]:
    """Nothing is loaded, as when a process begins; and what a test has loaded is not kept."""
    for one in LOADED:
        one.cache_clear()
    yield
    for one in LOADED:
        one.cache_clear()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings.for_tests(database_url=f"sqlite:///{tmp_path}/ready.sqlite", instance_path=tmp_path)
    with create_app(made).app_context():
        db.create_all()
    return made


def no_file_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("a file is read")

    monkeypatch.setattr("builtins.open", refuse)
    monkeypatch.setattr("io.open", refuse)
    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(Path, "read_text", refuse)


@pytest.mark.parametrize(
    ("create", "decision"), [(create_ready_app, Decision.OFFER), (create_app, Decision.RETURN)]
)
def test_the_first_screening_of_a_process_that_serves_reads_no_file(
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    create: Callable[[Settings], Flask],
    decision: Decision,
) -> None:
    """Any other process, as a command, reads when it screens: here it cannot, and the call is given back."""
    create(settings)
    no_file_is_read(monkeypatch)

    assert screen_or_return(SAFE).decision is decision


def test_a_policy_that_does_not_load_stops_no_server(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """People must still get in; each call goes back, and says why."""

    def broken() -> None:
        raise BadPolicy("en_blade.4: cannot read **")

    monkeypatch.setattr(policies, "active_policy", broken)
    monkeypatch.setattr(screening, "active_policy", broken)

    assert create_ready_app(settings).name == "app"
    assert screen_or_return(SAFE).first_code == "policy_not_loaded"


def test_the_web_server_is_started_ready_here_and_in_the_benchmarks() -> None:
    started = (servers.ROOT / "script" / "environment").read_text(encoding="utf-8")

    assert re.findall(r'granian" (\S+) --factory', started) == [servers.PRODUCT] == ["app:create_ready_app"]
