"""A replay has the rights of who asked, asked again before each piece; without them it stops for good."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import Account
from app.accounts.permissions import Role
from app.accounts.readers import reader_of
from app.accounts.sign_in import actor_of
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.delivery.models import DueTimer
from app.delivery.timers import is_waiting
from app.foundation import clock
from app.foundation.db import db
from app.foundation.reader import MACHINE, Reader, as_machine, current_reader
from app.triage import replays, stored_calls, version_actions, version_queries
from app.triage.version_models import PolicyReplay, PolicyVersion, ReplayStage
from app.triage.version_rules import Lack, NotReady
from app.vault.models import DataKey
from app.worker import Worker
from tests.support.people import make_account
from tests.support.policies import make_draft, replay_to_the_end, somebody
from tests.support.referrals import Dispatch

pytestmark = pytest.mark.usefixtures("few_labelled")


def begin(by: Account) -> tuple[PolicyVersion, PolicyReplay]:
    """A version that this person has put to shadow; its replay is asked for and not begun."""
    version = make_draft()
    version_actions.to_shadow(version, actor=actor_of(by))
    replay = version_queries.latest_replay(version)
    assert replay is not None
    db.session.commit()
    return version, replay


def work(turns: int = 1) -> None:
    """The worker itself, some turns."""
    worker = Worker(lambda *_: None)
    for _ in range(turns):
        worker.work_once()
        db.session.expire_all()


def leave(account: Account) -> None:
    account.is_active = False


def lose_the_permission(account: Account) -> None:
    account.role = Role.ANALYST


@pytest.mark.parametrize("what_happens", [leave, lose_the_permission])
def test_it_stops_at_the_next_piece_once_they_no_longer_may(app: Flask, what_happens: Any) -> None:
    ana = make_account(Role.OFFICE_STAFF)
    version, replay = begin(ana)
    work()
    assert replay.result, "the first piece is done with their rights"
    assert replay.stopped_at is None

    what_happens(ana)
    db.session.commit()
    stage, done = replay.stage, replay.done_count
    work(3)

    assert replay.stopped_at is not None
    assert (replay.finished_at, replay.stage, replay.done_count) == (None, stage, done)
    waiting = select(func.count()).select_from(DueTimer).where(DueTimer.subject_id == replay.id)
    assert db.session.scalar(waiting.where(*is_waiting())) == 0
    stopped = select(AuditEntry).where(AuditEntry.what == What.POLICY_REPLAY_STOPPED)
    assert [entry.subject_id for entry in db.session.scalars(stopped)] == [version.id]


def test_a_stopped_replay_puts_nothing_in_force_and_never_goes_on(app: Flask) -> None:
    ana = make_account(Role.OFFICE_STAFF)
    version, replay = begin(ana)
    leave(ana)
    db.session.commit()
    work(2)
    ana.is_active = True  # back again: what was stopped stays so
    db.session.flush()
    for _ in range(2):
        replays.go_on(replay.id, clock.now())
        version_actions.approve(version, actor=somebody())

    assert (replay.result, replay.finished_at) == ({}, None)
    assert version_queries.lacks_of(version, None) == [Lack.NOT_REPLAYED]
    with pytest.raises(NotReady):
        version_actions.activate(version, actor=somebody())

    version_actions.begin_replay(version, actor=somebody())
    replay_to_the_end(version)
    version_actions.activate(version, actor=somebody())


def test_half_a_replay_is_none_though_it_ended(app: Flask) -> None:
    """The policy in force changed meanwhile, and was gone back to: what was read of both is not all."""
    version, replay = begin(make_account(Role.OFFICE_STAFF))
    replay.finished_at, replay.stage = clock.now(), ReplayStage.LABELLED

    assert Lack.NOT_REPLAYED in version_queries.lacks_of(version, None)


def test_a_replay_of_which_nobody_knows_who_asked_stops(app: Flask) -> None:
    _, replay = begin(make_account(Role.OFFICE_STAFF))
    replay.asked_by_id = None
    db.session.commit()
    work(2)

    assert replay.stopped_at is not None
    assert replay.result == {}


def test_the_page_says_why_it_stopped_and_that_it_does_not_count(app: Flask, client_as: Any) -> None:
    ana = make_account(Role.OFFICE_STAFF)
    version, _ = begin(ana)
    leave(ana)
    db.session.commit()
    work(2)

    page = client_as(Role.COORDINATOR).get(f"/policy/versions/{version.id}").text

    assert "Stopped: whoever asked for it may no longer have calls replayed" in page
    assert "Somebody who may has to have the calls replayed again." in page
    assert "It begins in a moment" not in page
    assert "The calls of the last 30 days are not replayed yet." in page


@pytest.mark.guarded_rows
def test_each_piece_is_read_as_who_asked_and_calls_are_opened_by_the_machine_alone(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    Dispatch(app).offer()
    ana = make_account(Role.OFFICE_STAFF)
    version, replay = begin(ana)
    read_by: list[Reader | None] = []
    keys_shown: list[int] = []
    made_ready = stored_calls.made_ready

    def watched(referrals: Any) -> Any:
        read_by.append(current_reader())
        keys_shown.append(db.session.scalar(select(func.count()).select_from(DataKey)) or 0)
        return made_ready(referrals)

    monkeypatch.setattr(stored_calls, "made_ready", watched)
    with as_machine():
        replay_to_the_end(version)

    assert set(read_by) == {reader_of(ana)}
    assert current_reader() == MACHINE, "the worker goes on as itself"
    assert replay.result[ReplayStage.STORED.value]["count"] == 1
    if app.extensions["settings"].database_owner_url:
        assert set(keys_shown) == {0}, "office staff read no call, and a query that asks is shown none"
