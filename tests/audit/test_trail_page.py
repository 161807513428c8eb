"""The auditor's page: everything that happened, by id and code, and whether the chain holds."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import delete, select, update

from app.accounts.permissions import Permission, Role
from app.audit import chain, guarding
from app.audit.catalogue import What
from app.audit.labels import WHAT_LABELS
from app.audit.models import AuditCheckpoint, AuditEntry
from app.audit.trail import SYSTEM, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.office import LOS_ANGELES
from app.referrals.models import State
from tests.support.board import make_call
from tests.support.people import make_account
from tests.support.tampering import READER, make_trail


def note(count=1, what=What.REFERRAL_READ, subject_id="call-1", **facts):
    for _ in range(count):
        record(what, actor=SYSTEM, subject_type="referral", subject_id=subject_id, **facts)
    db.session.flush()


def test_the_page_says_who_saw_what(client_as):
    coordinator = client_as(Role.COORDINATOR, name="D. Okafor")
    referral = make_call()
    coordinator.get(f"/board/{referral.id}")

    page = client_as(Role.AUDITOR).get(f"/trail?subject={referral.id}").text

    assert "D. Okafor" in page
    assert "Read what was told of a call" in page
    assert "verbal argument" not in page


def test_the_trail_is_narrowed_by_kind_and_by_subject(client_as):
    note(what=What.REFERRAL_READ, subject_id="one-000001", count_here=1)
    note(what=What.REFERRAL_MOVED, subject_id="two-000002", count_here=2)
    auditor = client_as(Role.AUDITOR)

    by_kind = auditor.get("/trail?what=referral.moved").text
    by_subject = auditor.get("/trail?subject=one-000001").text

    assert ("count_here: 2" in by_kind, "count_here: 1" in by_kind) == (True, False)
    assert ("count_here: 1" in by_subject, "count_here: 2" in by_subject) == (True, False)


def test_the_trail_is_narrowed_by_person_and_by_day(client_as):
    now = clock.now()
    with clock.as_of(datetime(2026, 3, 2, 23, 30, tzinfo=LOS_ANGELES)):
        record(What.CASE_OPENED, actor=READER, subject_type="case", subject_id="one-000001", count_here=1)
    with clock.as_of(datetime(2026, 3, 3, 0, 30, tzinfo=LOS_ANGELES)):
        record(What.CASE_OPENED, actor=SYSTEM, subject_type="case", subject_id="two-000002", count_here=2)
    auditor = client_as(Role.AUDITOR)

    by_person = auditor.get(f"/trail?person={READER.id}").text
    by_day = auditor.get("/trail?day=2026-03-03").text

    assert now > datetime(2026, 3, 3, tzinfo=LOS_ANGELES)
    assert ("count_here: 1" in by_person, "count_here: 2" in by_person) == (True, False)
    assert ("count_here: 1" in by_day, "count_here: 2" in by_day) == (False, True)


def test_an_entry_says_what_let_them_and_whose_assignment(client_as):
    record(
        What.CASE_OPENED,
        actor=READER,
        subject_type="case",
        subject_id="call-1",
        assignment_id="a" * 20 + "b" * 6,
    )
    page = client_as(Role.AUDITOR).get("/trail?subject=call-1").text

    assert "See cases on a map" in page
    assert "…bbbbbb" in page


def test_a_look_says_under_which_permission_it_opened_the_words(client_as):
    coordinator = client_as(Role.COORDINATOR)
    referral = make_call()
    coordinator.get(f"/board/{referral.id}")

    read = db.session.scalars(select(AuditEntry).where(AuditEntry.what == What.REFERRAL_READ)).one()

    assert (read.permission, read.assignment_id) == (Permission.REFERRAL_READ.value, None)


def test_the_page_says_how_it_stands_with_the_witness(client_as, app, tmp_path, monkeypatch):
    auditor = client_as(Role.AUDITOR)
    file = tmp_path / "witness.jsonl"
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], witness_file=file))
    make_trail(file, 19)  # after the auditor's own sign-in
    with clock.as_of(clock.now()):  # a busy machine takes a second for a page
        note(1)
        db.session.commit()
        page = auditor.get("/trail").text
    assert "Checkpoint 2 covers the trail up to entry 20." in page
    assert "The file outside has all of them." in page
    assert "The oldest waits for 0 s." in page

    make_trail(None, 10)
    assert "The file outside lacks 1 checkpoint." in auditor.get("/trail").text
    file.write_text("{}\n")
    assert "The file of the witness cannot be read" in auditor.get("/trail").text


def test_the_page_says_where_nobody_outside_is_told(client_as):
    assert "Nobody outside has the checkpoints" in client_as(Role.AUDITOR).get("/trail").text


def test_the_page_sees_a_trail_that_was_cut_off_or_is_not_the_witness_s(
    client_as, app, tmp_path, monkeypatch
):
    file = tmp_path / "witness.jsonl"
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], witness_file=file))
    make_trail(file, 30)
    guarding.unprotect(db.session.connection())
    db.session.execute(delete(AuditEntry).where(AuditEntry.position > 25))
    auditor = client_as(Role.AUDITOR)

    assert "The chain is not what was signed" in auditor.get("/trail").text
    db.session.execute(delete(AuditCheckpoint).where(AuditCheckpoint.position > 25))
    page = auditor.get("/trail").text
    assert "The chain holds" in page
    assert "The witness was told something else" in page


@pytest.mark.parametrize(
    "query",
    [
        "what=nothing",
        "page=abc",
        "page=-1",
        "page=99999999999",
        "subject=" + "x" * 500,
        "subject=a%0ab",
        "person=" + "x" * 500,
        "day=yesterday",
        "day=9999-12-31",
    ],
)
def test_a_filter_that_makes_no_sense_breaks_nothing(client_as, query):
    assert client_as(Role.AUDITOR).get(f"/trail?{query}").status_code == 200


def test_the_trail_comes_in_pages_newest_first(client_as):
    note(count=50, order=1)
    note(count=5, order=2)
    auditor = client_as(Role.AUDITOR)

    first, second = (
        auditor.get("/trail?subject=call-1").text,
        auditor.get("/trail?subject=call-1&page=2").text,
    )

    assert first.count("order: 2") == 5
    assert "subject=call-1&amp;page=2" in first or "page=2&amp;subject=call-1" in first
    assert second.count("order: 1") == 5


def test_a_chain_that_holds_is_said_to_hold(client_as):
    note(3)
    chain.link_waiting()

    page = client_as(Role.AUDITOR).get("/trail").text

    assert "The chain holds" in page
    assert "the newest 3 entries" in page


def test_an_entry_that_was_changed_is_found(client_as):
    note(3)
    chain.link_waiting()
    guarding.unprotect(db.session.connection())
    db.session.execute(update(AuditEntry).where(AuditEntry.position == 2).values(subject_id="somebody-else"))

    page = client_as(Role.AUDITOR).get("/trail").text

    assert "The chain does not hold" in page
    assert "at entry 2" in page


def test_an_entry_that_was_taken_out_is_found(app):
    note(3)
    chain.link_waiting()
    guarding.unprotect(db.session.connection())
    db.session.query(AuditEntry).filter_by(position=2).delete()

    assert chain.verify().broken_at == 2


def test_the_page_checks_only_the_newest_part(app):
    note(10)
    chain.link_waiting()
    guarding.unprotect(db.session.connection())
    db.session.execute(update(AuditEntry).where(AuditEntry.position == 2).values(subject_id="somebody-else"))

    assert chain.verify(count=5).broken_at is None
    assert chain.verify(count=5).linked_count == 5
    assert chain.verify(count=9).broken_at == 2
    assert chain.verify().broken_at == 2


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in (Role.AUDITOR, Role.RESIDENT, Role.DISPATCH_CLIENT)]
)
def test_nobody_but_the_auditor_reads_the_trail(client_as, role):
    assert client_as(role).get("/trail").status_code == 403


def test_everything_the_trail_keeps_has_words():
    assert set(WHAT_LABELS) == set(What)


@pytest.mark.parametrize(
    ("what", "facts", "said"),
    [
        (What.REFERRAL_MOVED, {"to": State.ACCEPT_PENDING.value}, "now: Accepted, dispatch confirms"),
        (What.REFERRAL_MOVED, {"reason": "no_team_free"}, "reason: Nobody can come in time"),
        (
            What.HANDOFF_CONSENT_GIVEN,
            {"shares": ["name", "need"]},
            "shares: The name to call them by, What they need",
        ),
        (What.SHIFT_SET, {"starts_at": "2026-03-02T18:00:00+00:00"}, "from: 2 Mar 2026 10:00"),
        (What.CASE_OPENED, {"referral_id": "01m889w8qw3jjtb5rsb6dg400a"}, "call: …dg400a"),
        (What.REFERRAL_MOVED, {"to": "a_code_of_tomorrow"}, "now: a_code_of_tomorrow"),
    ],
)
def test_codes_are_said_in_words(client_as, what, facts, said):
    note(what=what, **facts)

    assert said in client_as(Role.AUDITOR).get("/trail?subject=call-1").text


def test_a_person_among_the_facts_has_their_name(client_as):
    sent = make_account(Role.MEDIATOR, name="Mateo Lindo")
    note(what=What.ASSIGNMENT_MADE, account=sent.id)

    assert "person: Mateo Lindo" in client_as(Role.AUDITOR).get("/trail?subject=call-1").text
