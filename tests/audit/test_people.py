"""People on the trail: found for 24 months as before, and then by nobody, while the chain holds."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Account
from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.audit import chain, people
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.audit.queries import Wanted, list_entries
from app.audit.trail import RESIDENT, SYSTEM, record
from app.foundation import clock
from app.foundation.db import db
from app.vault import sweep
from app.vault.models import KeyPurpose
from app.vault.periods import period_at
from app.vault.retention import TABLE, Kind
from tests.support.people import make_account
from tests.support.periods import make_period_keys

THEN = datetime(2024, 10, 20, 12, tzinfo=UTC)
ENDS = period_at(KeyPurpose.TRAIL, THEN).ends_at
GONE = ENDS + timedelta(days=730)
ASSIGNMENT = "7" * 26


@pytest.fixture
def ana(app: Flask) -> Account:
    return make_account(Role.MEDIATOR, name="Ana Q. Unlikely")


@pytest.fixture
def ben(app: Flask) -> Account:
    return make_account(Role.COORDINATOR, name="Ben R. Unlikely")


def note(ana: Account, ben: Account, at: datetime = THEN) -> None:
    """A look of Ana's in a case, Ben given a shift by Ana, and Ben's account created by the clock."""
    with clock.as_of(at):
        looked = {"actor": actor_of(ana), "subject_type": "case", "subject_id": "case-000001"}
        record(What.CASE_LOOKED_AT, assignment_id=ASSIGNMENT, part="people", **looked)
        record(What.SHIFT_SET, actor=actor_of(ana), subject_type="team", subject_id="team-1", account=ben.id)
        record(What.ACCOUNT_CREATED, actor=SYSTEM, subject_type="account", subject_id=ben.id)
    db.session.commit()


def written() -> str:
    """Everything that the trail's own table holds."""
    db.session.expire_all()
    columns = [column for column in AuditEntry.__table__.columns if column.name != "id"]
    return repr(db.session.execute(select(*columns)).all())


def link_all() -> None:
    while chain.link_waiting():
        db.session.commit()


def test_nobody_is_named_in_the_table_and_everybody_is_found(ana: Account, ben: Account) -> None:
    make_period_keys(THEN)
    note(ana, ben)
    note(ana, ben, ENDS + timedelta(hours=1))

    for told in (ana.id, ben.id, ASSIGNMENT):
        assert told not in written()
    assert len(list_entries(Wanted(actor_id=ana.id), 1).items) == 4
    assert len(list_entries(Wanted(subject_id=ben.id), 1).items) == 2
    assert len(list_entries(Wanted(actor_id=ben.id), 1).items) == 0
    [look] = [one for one in list_entries(Wanted(what=What.CASE_LOOKED_AT), 1).items if one.at == THEN]
    assert people.meant_by(look.actor_id) == ana.id
    assert people.meant_by(look.assignment_id) == ASSIGNMENT


def test_a_person_has_another_mark_each_month(ana: Account, ben: Account) -> None:
    make_period_keys(THEN)
    one, same, other = (people.marked(ana.id, at) for at in (THEN, ENDS - timedelta(seconds=1), ENDS))

    assert one == same
    assert one.partition("~")[2] != other.partition("~")[2]
    assert people.meant_by(one) == people.meant_by(other) == ana.id


def test_24_months_later_nobody_knows_who_and_all_else_stands(ana: Account, ben: Account) -> None:
    make_period_keys(THEN)
    note(ana, ben)
    link_all()
    before = written()
    sweep.sweep(GONE - timedelta(seconds=1))
    assert len(list_entries(Wanted(actor_id=ana.id), 1).items) == 2

    with clock.as_of(GONE):
        swept = sweep.sweep(clock.now())
    link_all()

    assert swept[Kind.AUDIT] == 1
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.at == THEN).order_by(AuditEntry.id)
    ).all()
    assert before.strip("[]") in written(), "no entry is changed for it"
    assert [one.what for one in entries] == [What.CASE_LOOKED_AT, What.SHIFT_SET, What.ACCOUNT_CREATED]
    assert [one.actor_role for one in entries] == ["mediator", "mediator", None]
    assert list_entries(Wanted(actor_id=ana.id), 1).items == []
    assert list_entries(Wanted(subject_id=ben.id), 1).items == []
    kept = [entries[0].actor_id, entries[0].assignment_id, entries[1].facts["account"], entries[2].subject_id]
    assert [people.meant_by(one) for one in kept] == [""] * 4
    assert chain.verify().broken_at is None
    assert TABLE[Kind.AUDIT].kept_for == timedelta(days=730)


def test_machines_residents_and_records_stay_as_they_are(app: Flask) -> None:
    make_period_keys(THEN)
    with clock.as_of(THEN):
        record(What.INPUT_SENT, actor=RESIDENT, subject_type="input", subject_id="input-1")
        record(What.RECORDS_SWEPT, actor=SYSTEM, subject_type="retention", subject_id="case", count=1)
    db.session.flush()

    kept = db.session.execute(
        select(AuditEntry.actor_id, AuditEntry.subject_id).order_by(AuditEntry.id)
    ).all()
    assert [tuple(row) for row in kept] == [("resident", "input-1"), ("worker", "case")]


@pytest.mark.parametrize("kept", ["2024-10~", "2024-10~!!", "2024-10~AAAA", "2024-11~{}", "1999-01~{}"])
def test_a_mark_that_was_altered_means_nobody(ana: Account, kept: str) -> None:
    make_period_keys(THEN)
    sealed = people.marked(ana.id, THEN).partition("~")[2]

    assert people.meant_by(kept.format(sealed)) == ""
    assert people.meant_by(None) == ""


def test_an_entry_of_somebody_writes_nothing_that_is_not_ready(ana: Account) -> None:
    """The keys are read anew in the middle of any act; what it has begun is not written for that."""
    make_period_keys(THEN)
    person = ana.id
    unready = AuditEntry(what=What.CASE_OPENED)
    db.session.add(unready)
    assert people.marked(person, THEN) != person
    assert unready in db.session.new
    db.session.expunge(unready)


def test_entries_from_before_name_people_as_they_did(ana: Account, ben: Account) -> None:
    note(ana, ben)
    make_period_keys(THEN)

    assert ana.id in written()
    assert len(list_entries(Wanted(actor_id=ana.id), 1).items) == 2


def test_the_auditor_reads_names_until_the_key_is_gone_and_then_is_told_so(
    client_as: Any, ana: Account, ben: Account
) -> None:
    make_period_keys(THEN)
    note(ana, ben)
    auditor = client_as(Role.AUDITOR)
    page = auditor.get(f"/trail?person={ana.id}").text
    assert page.count("Ana Q. Unlikely") == 2
    assert "Ben R. Unlikely" in page
    assert f"/trail?person={ana.id}" in page

    with clock.as_of(GONE):
        sweep.sweep(clock.now())
    page = auditor.get("/trail?day=2024-10-20").text

    assert "Looked at a case" in page
    assert "Unlikely" not in page
    assert "No longer known: the key to who it was is destroyed" in page
    assert "all of this person" not in page.split("2024")[-1]
