"""Call-back numbers are known again for 90 days by the key of their quarter, and then by nobody."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from app.accounts.permissions import Role
from app.accounts.readers import reader_of
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id
from app.referrals.models import Referral
from app.vault import erasures, period_keys, sweep
from app.vault.callbacks import fingerprint_of, fingerprints_of
from app.vault.keyring import fingerprint
from app.vault.models import DataKey, KeyPurpose
from app.vault.period_models import PeriodKey
from app.vault.periods import period_at
from app.vault.retention import Kind
from app.worker import Worker
from tests.support.board import make_call
from tests.support.people import make_account
from tests.support.periods import make_period_keys
from tests.support.referrals import Dispatch, call
from tests.support.rows import reading_as

NUMBER = "555-0142"
IN_AUTUMN = datetime(2026, 12, 30, 12, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def kept_at(at: datetime, number: str = NUMBER) -> Referral:
    """A call of that moment with the fingerprint that is made then."""
    made = fingerprint_of(number, at)
    with clock.as_of(at):
        call = make_call(callback_fingerprint=made.value, callback_quarter=made.quarter, received_at=at)
    db.session.commit()
    return call


def found(number: str = NUMBER) -> set[str]:
    """The calls that a number is found in."""
    db.session.expire_all()
    wanted = select(Referral.id).where(Referral.callback_fingerprint.in_(fingerprints_of(number)))
    return set(db.session.scalars(wanted))


def test_a_number_is_known_again_in_the_next_quarter_too(app: Flask) -> None:
    make_period_keys(IN_AUTUMN)
    first, later = kept_at(IN_AUTUMN), kept_at(IN_AUTUMN + 5 * DAY)
    kept_at(IN_AUTUMN, "555-0199")

    assert (first.callback_quarter, later.callback_quarter) == ("2026Q4", "2027Q1")
    assert first.callback_fingerprint != later.callback_fingerprint
    assert fingerprint("callback", NUMBER) not in {first.callback_fingerprint, later.callback_fingerprint}
    assert found() == {first.id, later.id}


def test_what_was_kept_before_there_were_quarters_is_found_until_its_90_days_are_over(app: Flask) -> None:
    old = make_call(callback_fingerprint=fingerprint("callback", NUMBER), received_at=IN_AUTUMN)
    db.session.commit()
    make_period_keys(IN_AUTUMN)
    new = kept_at(IN_AUTUMN + DAY)

    assert found() == {old.id, new.id}
    sweep.sweep(IN_AUTUMN + 90 * DAY)
    assert found() == {new.id}


def test_ninety_days_after_its_quarter_its_key_is_gone_and_nobody_makes_it_again(app: Flask) -> None:
    make_period_keys(IN_AUTUMN)
    call = kept_at(IN_AUTUMN)
    kept = call.callback_fingerprint
    ends_at = period_at(KeyPurpose.CALLBACKS, IN_AUTUMN).ends_at
    make_period_keys(ends_at)

    sweep.sweep(ends_at + 90 * DAY - SECOND)
    assert kept in fingerprints_of(NUMBER), "matches work until then"
    with clock.as_of(ends_at + 90 * DAY):
        swept = sweep.sweep(clock.now())

    assert swept[Kind.CALLBACK_KEY] == 1
    assert kept not in fingerprints_of(NUMBER)
    db.session.refresh(call)
    assert (call.callback_fingerprint, call.callback_quarter) == (None, None)
    key = db.session.scalars(
        select(DataKey).join(PeriodKey, PeriodKey.key_id == DataKey.id).where(PeriodKey.period == "2026Q4")
    ).one()
    assert (key.wrapped, key.destroyed_reason) == (None, sweep.SCHEDULED)
    assert key.id in {one for line in erasures.the_ledger().lines() for one in line.key_ids}
    period_keys.schedule(ends_at + 90 * DAY)
    make_period_keys(IN_AUTUMN)
    assert kept not in fingerprints_of(NUMBER), "a destroyed key is a tombstone, and is not made anew"


def test_the_hook_keeps_the_fingerprint_of_the_quarter(dispatch: Dispatch) -> None:
    make_period_keys(clock.now())
    told = call(callback=NUMBER)
    first = dispatch.offer(told).json
    newer = dispatch.offer({**told, "version": 2, "callback": "555-0199"})
    assert (newer.json["id"], newer.json["version"]) == (first["id"], 2)

    kept = db.session.get_one(Referral, first["id"], populate_existing=True)
    assert kept.callback_quarter == period_at(KeyPurpose.CALLBACKS, clock.now()).name
    assert (found(NUMBER), found("555-0199")) == (set(), {kept.id})


def test_without_a_key_a_call_is_taken_and_its_number_still_known_again(app: Flask) -> None:
    """The first seconds of a new database: nothing that dispatch offers waits for a key."""
    answer = Dispatch(app).offer(call(callback=NUMBER))

    kept = db.session.get_one(Referral, answer.json["id"])
    assert (answer.status_code, kept.callback_quarter) == (201, None)
    assert found() == {kept.id}


def test_the_worker_makes_each_key_a_quarter_ahead_and_only_once(app: Flask) -> None:
    for _ in range(2):
        worker = Worker(lambda *_: None)
        worker._beat()
    now = clock.now()
    names = (
        select(PeriodKey.period).where(PeriodKey.purpose == KeyPurpose.CALLBACKS).order_by(PeriodKey.period)
    )
    this = period_at(KeyPurpose.CALLBACKS, now)

    assert list(db.session.scalars(names)) == [this.name, period_at(KeyPurpose.CALLBACKS, this.ends_at).name]
    assert period_keys.is_ready(now)
    assert not period_keys.is_ready(now + timedelta(days=400))
    one = db.session.scalars(select(PeriodKey).limit(1)).one()
    same = {"purpose": one.purpose, "period": one.period, "ends_at": one.ends_at, "key_id": one.key_id}
    with pytest.raises(IntegrityError):
        db.session.execute(insert(PeriodKey).values(id=new_id(), **same))


def test_a_key_that_a_restore_did_not_bring_back_has_another_in_its_place(app: Flask) -> None:
    now = clock.now()
    make_period_keys(now)
    before = fingerprint_of(NUMBER, now)
    lost = select(PeriodKey.key_id).where(PeriodKey.period == before.quarter)
    erasures.destroy([db.session.scalars(lost).one()], "key not in the backup")
    db.session.commit()
    assert not period_keys.is_ready(now)
    for _ in range(2):
        make_period_keys(now)

    after = fingerprint_of(NUMBER, now)
    assert (after.quarter, after.value != before.value) == (before.quarter, True)
    assert period_keys.is_ready(now)
    assert db.session.scalar(select(func.count()).select_from(PeriodKey)) == 4


@pytest.mark.guarded_rows(alone=True)
def test_no_person_is_shown_a_key_of_a_quarter_and_their_work_is_done_all_the_same(app: Flask) -> None:
    make_period_keys(clock.now())
    with reading_as(reader_of(make_account(Role.COORDINATOR))):
        assert db.session.scalar(select(func.count()).select_from(DataKey)) == 0
        assert fingerprint_of(NUMBER, clock.now()).quarter is not None
