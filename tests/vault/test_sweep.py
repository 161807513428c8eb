"""The sweep on the real database: at its moment each kind goes, and no second before; nothing else does."""

from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import worker as door
from app.accounts.attempts import FailedAttempt
from app.audit import chain
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.cases import contact_queries
from app.cases.contact_models import Contact
from app.cases.models import ConflictCase
from app.delivery.models import DueTimer, OutboxMessage
from app.foundation import clock
from app.foundation.db import db
from app.inputs.models import Input
from app.referrals.actions import add_told
from app.referrals.models import Referral, State
from app.referrals.queries import open_told
from app.roster.lanes import Lane
from app.vault import erasures, sweep
from app.vault.access import Use
from app.vault.erasures import the_ledger
from app.vault.models import DataKey
from app.vault.retention import TABLE, Kind
from app.worker import Worker
from tests.support.board import make_call
from tests.support.cases import make_case, make_contact
from tests.support.retention import are_alive, make_everything
from tests.support.roster import make_responder

BEGAN = clock.now().replace(microsecond=0) - timedelta(days=1000)
SECOND = timedelta(seconds=1)
OF_PERIODS = {Kind.CALLBACK_KEY, Kind.AUDIT, Kind.FOLLOW_UP}
"""Keys of quarters and months, and what lasts as long as somebody chose: their tests stand elsewhere."""


def counts() -> dict[str, int]:
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in db.metadata.sorted_tables
    }


def test_each_kind_goes_at_its_moment_and_no_second_before(app: Flask) -> None:
    kept = make_everything(BEGAN)
    gone: Counter[Kind] = Counter()
    moments = sorted({TABLE[kind].kept_for for kind in set(Kind) - OF_PERIODS})
    for kept_for in moments:
        with clock.as_of(BEGAN + kept_for - SECOND):
            assert sweep.sweep(clock.now()) == Counter()
        with clock.as_of(BEGAN + kept_for):
            gone += sweep.sweep(clock.now())

    assert gone == Counter(dict.fromkeys(set(Kind) - OF_PERIODS, 1) | {Kind.PARTY: 2})  # two sides
    assert are_alive(kept.key_ids) == set()


def test_a_month_later_nothing_is_readable_counts_stay_and_the_chain_holds(app: Flask) -> None:
    kept = make_everything(BEGAN)
    before = counts()
    with clock.as_of(BEGAN + timedelta(days=31)):
        sweep.sweep(clock.now())
    while chain.link_waiting():
        db.session.commit()

    assert are_alive(kept.key_ids) == {"answered"}  # a plan runs for longer than a month
    gone = {"outbox_messages", "failed_attempts", "sign_in_sessions", "recovery_requests", "invitations"}
    own = {"audit_entries", "erasures", *gone}
    after = counts()
    assert {n: c for n, c in after.items() if n not in own} == {
        n: c for n, c in before.items() if n not in own
    }
    assert {after[table] for table in gone} == {0}
    assert chain.verify().broken_at is None


def test_open_work_never_goes(app: Flask) -> None:
    with clock.as_of(BEGAN):
        calls = [
            make_call(state, accepted_at=BEGAN)
            for state in (State.IN_REVIEW, State.OFFERED, State.ACCEPT_PENDING, State.HANDING_BACK)
        ]
        case = make_case(keeper=make_responder())
    db.session.commit()
    sweep.sweep(clock.now())

    keys = {one.id: one.key_id for one in (*calls, case)}
    assert are_alive(keys) == set(keys)


@pytest.mark.parametrize("state", [State.ACCEPTED, State.CONTACTING, State.ENGAGED])
def test_the_words_of_a_call_go_a_day_after_our_yes_though_we_work_on(app: Flask, state: State) -> None:
    with clock.as_of(BEGAN):
        call = make_call(state, accepted_at=BEGAN)
    db.session.commit()
    sweep.sweep(BEGAN + timedelta(days=1))

    assert are_alive({"call": call.key_id}) == set()


def test_a_call_that_only_an_update_told_of_goes_after_a_day(app: Flask) -> None:
    with clock.as_of(BEGAN):
        call = make_call(State.PARKED)
    db.session.commit()
    sweep.sweep(BEGAN + timedelta(days=1) - SECOND)
    assert are_alive({"call": call.key_id})
    sweep.sweep(BEGAN + timedelta(days=1))
    assert not are_alive({"call": call.key_id})


def test_what_is_told_after_the_destruction_is_read_and_has_its_own_day(app: Flask) -> None:
    """A danger that is told late must never meet a closed door."""
    with clock.as_of(BEGAN):
        call = make_call(State.ENGAGED, accepted_at=BEGAN)
    db.session.commit()
    sweep.sweep(BEGAN + timedelta(days=2))
    old = call.key_id
    with clock.as_of(BEGAN + timedelta(days=3)):
        told = add_told(call, "He has a gun now")
        db.session.commit()

    assert told.everything.strip() == "He has a gun now"
    assert are_alive({"old": old, "new": call.key_id}) == {"new"}
    assert open_told(call).updates == ("He has a gun now",)
    sweep.sweep(BEGAN + timedelta(days=4) - SECOND)
    assert are_alive({"new": call.key_id})
    sweep.sweep(BEGAN + timedelta(days=4))
    assert not are_alive({"new": call.key_id})


def test_an_interrupters_words_go_after_a_month_while_the_case_is_open(app: Flask) -> None:
    with clock.as_of(BEGAN):
        keeper = make_responder()
        case = make_case(keeper=keeper, lane=Lane.INTERRUPTION)
        old = make_contact(case, keeper)
    with clock.as_of(BEGAN + timedelta(days=20)):
        new = make_contact(case, keeper, words="Calmer today.")
    db.session.commit()
    sweep.sweep(BEGAN + timedelta(days=30))
    db.session.expire_all()

    assert len({case.key_id, old.key_id, new.key_id}) == 3
    told = {one.contact.id: one for one in contact_queries.list_contacts(case, Use.INTEGRITY)}
    assert (told[old.id].words, told[old.id].is_destroyed) == ("", True)
    assert (told[new.id].words, told[new.id].is_destroyed) == ("Calmer today.", False)
    assert are_alive({"case": case.key_id})


def test_contacts_of_a_mediator_share_the_key_of_the_case(app: Flask) -> None:
    keeper = make_responder()
    case = make_case(keeper=keeper)

    assert make_contact(case, keeper).key_id == case.key_id


def test_the_block_on_the_map_goes_with_its_case(app: Flask) -> None:
    kept = make_everything(BEGAN)
    block_key_id = kept.case.block_key_id
    db.session.commit()
    assert erasures.is_alive(block_key_id)

    sweep.sweep(BEGAN + timedelta(days=31))

    assert not erasures.is_alive(block_key_id)
    assert block_key_id in {key_id for line in the_ledger().lines() for key_id in line.key_ids}


def test_of_a_destroyed_case_only_the_days_stay(app: Flask) -> None:
    kept = make_everything(BEGAN)
    sweep.sweep(BEGAN + timedelta(days=31))
    db.session.expire_all()

    case = db.session.get_one(ConflictCase, kept.case.id)
    contact = db.session.scalars(select(Contact).where(Contact.case_id == case.id)).one()
    for moment in (case.opened_at, case.closed_at, contact.at, contact.logged_at):
        assert moment is not None
        assert (moment.minute, moment.second, moment.hour in {19, 20}) == (0, 0, True)
        assert abs(moment - BEGAN) < timedelta(days=1)


def test_plain_columns_are_emptied_and_rows_without_use_deleted(app: Flask) -> None:
    kept = make_everything(BEGAN)
    sweep.sweep(BEGAN + timedelta(days=90))
    db.session.expire_all()

    assert db.session.get_one(Referral, kept.call.id).callback_fingerprint is None
    assert db.session.scalars(select(OutboxMessage)).all() == []
    assert db.session.scalars(select(FailedAttempt)).all() == []
    assert db.session.get_one(Input, kept.answered.id).state == kept.answered.state


def test_many_go_in_batches_and_a_batch_that_was_cut_off_goes_on(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "AT_ONCE", 3)
    with clock.as_of(BEGAN):
        keys = {str(n): make_call(State.CLOSED).key_id for n in range(7)}
    db.session.commit()
    now = BEGAN + timedelta(days=2)
    assert sweep.sweep_batch(now) == Counter({Kind.CALL_TOLD: 3})
    db.session.commit()
    assert sweep.sweep_batch(now) == Counter({Kind.CALL_TOLD: 3})
    db.session.rollback()  # the worker died in the middle

    assert len(are_alive(keys)) == 4
    assert sweep.sweep(now) == Counter({Kind.CALL_TOLD: 4})
    assert are_alive(keys) == set()


def test_the_worker_sweeps_each_hour_and_two_workers_not_twice(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "TROUBLE_SECONDS", 0)
    workers = [Worker(lambda _: ()), Worker(lambda _: ())]
    for worker in workers:
        worker._note_beat()
    now = clock.now()
    with clock.as_of(now - timedelta(days=2)):
        keys = {str(n): make_call(State.CLOSED).key_id for n in range(3)}
    db.session.commit()
    for _ in range(4):
        for worker in workers:
            worker.work_once()

    assert are_alive(keys) == set()
    timer = db.session.scalars(select(DueTimer).where(DueTimer.kind == sweep.SWEEP_TIMER)).one()
    assert timer.done_at is None
    assert timedelta(minutes=59) < timer.due_at - clock.now() <= timedelta(hours=1)
    swept = select(AuditEntry.facts).where(AuditEntry.what == What.RECORDS_SWEPT)
    assert db.session.scalars(swept).all() == [{"count": 3}]
    assert not sweep.is_late(clock.now())
    assert sweep.is_late(clock.now() + timedelta(hours=3))


def test_each_destroyed_key_stands_in_the_ledger_with_its_tombstone(app: Flask) -> None:
    with clock.as_of(BEGAN):
        call = make_call(State.CLOSED)
    db.session.commit()
    sweep.sweep(BEGAN + timedelta(days=1))

    assert [line.key_ids for line in the_ledger().lines()][-1] == (call.key_id,)
    key = db.session.get_one(DataKey, call.key_id)
    assert (key.wrapped, key.destroyed_reason) == (None, sweep.SCHEDULED)
