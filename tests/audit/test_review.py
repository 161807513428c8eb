"""The weekly sample of looks: the auditor sees it, marks each, and the marks are kept and on the trail."""

from datetime import datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.permissions import Role
from app.audit import reviews
from app.audit.catalogue import What
from app.audit.models import AuditEntry, LookMark, Verdict
from app.audit.review_rules import week_before
from app.audit.trail import SYSTEM, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.office import LOS_ANGELES
from tests.support.people import ClientAs
from tests.support.tampering import READER


@pytest.fixture
def monday(app: Flask):  # type: ignore[no-untyped-def]  # the day
    """The Monday of last week, in which 120 looks were taken; three more just before and after."""
    first = week_before(clock.now().astimezone(LOS_ANGELES).date())
    begin = datetime.combine(first, time.min, LOS_ANGELES)
    look(120, begin + timedelta(days=2))
    look(1, begin - timedelta(seconds=1), "too-early")
    look(2, begin + timedelta(days=7), "too-late")
    db.session.commit()
    return first


def look(count: int, at: datetime, subject_id: str = "in-time") -> None:
    with clock.as_of(at):
        for _ in range(count):
            record(What.CASE_NAMES_SHOWN, actor=READER, subject_type="case", subject_id=subject_id)
            record(What.CASE_CLOSED, actor=READER, subject_type="case", subject_id=subject_id)
            record(What.REFERRAL_READ, actor=SYSTEM, subject_type="referral", subject_id=subject_id)


def test_the_sample_is_of_the_looks_of_persons_in_that_week(monday) -> None:
    sample = reviews.sample_of(monday, 1)

    assert (sample.look_count, sample.drawn_count, sample.marked_count) == (120, 3, 0)
    assert {(one.entry.what, one.entry.subject_id) for one in sample.page.items} == {
        (What.CASE_NAMES_SHOWN, "in-time")
    }
    assert [one.entry.id for one in reviews.sample_of(monday, 1).page.items] == [
        one.entry.id for one in sample.page.items
    ]


def test_the_auditor_marks_each_look_with_a_reason(client_as: ClientAs, monday) -> None:
    auditor = client_as(Role.AUDITOR)
    page = auditor.get("/trail/review").text
    assert "3 looks were drawn of 120; 0 marked." in page
    first = reviews.sample_of(monday, 1).page.items[0].entry.id
    address = f"/trail/review/{monday}/{first}"
    assert "Showed names" in auditor.get(address).text
    read = select(AuditEntry.subject_id).where(AuditEntry.what == What.TRAIL_READ).order_by(AuditEntry.id)
    assert db.session.scalars(read).all() == ["review", first]

    assert auditor.post(address, data={"verdict": "ask", "reason": " "}).status_code == 422
    auditor.post(address, data={"verdict": "ask", "reason": "At night, and not on shift"})
    auditor.post(address, data={"verdict": "fits", "reason": "It was a call for help"})

    marks = db.session.scalars(select(LookMark).order_by(LookMark.id)).all()
    assert [(one.verdict, one.reason) for one in marks] == [
        (Verdict.ASK, "At night, and not on shift"),
        (Verdict.FITS, "It was a call for help"),
    ]
    assert {one.by_id for one in marks} == {auditor.account_id}
    kept = db.session.scalars(select(AuditEntry).where(AuditEntry.what == What.TRAIL_LOOK_MARKED)).all()
    assert [entry.facts for entry in kept] == [{"verdict": "ask"}, {"verdict": "fits"}]
    assert {(entry.subject_id, entry.permission) for entry in kept} == {(first, "audit.review")}
    page = auditor.get("/trail/review").text
    assert "of 120; 1 marked." in page
    assert ("It was a call for help" in page, "At night" in page) == (True, False)


def test_a_look_that_was_not_drawn_is_not_marked(client_as: ClientAs, monday) -> None:
    drawn = {one.entry.id for one in reviews.sample_of(monday, 1).page.items}
    looks = select(AuditEntry.id).where(AuditEntry.what == What.CASE_NAMES_SHOWN)
    other = next(one for one in db.session.scalars(looks) if one not in drawn)

    answer = client_as(Role.AUDITOR).post(
        f"/trail/review/{monday}/{other}", data={"verdict": "fits", "reason": "It fits"}
    )

    assert answer.status_code == 404
    assert db.session.scalars(select(LookMark)).all() == []


@pytest.mark.parametrize("week", ["", "abc", "0001-01-01", "9999-12-31", "1999-12-31"])
def test_a_week_that_is_none_or_not_over_is_the_last_whole_one(
    client_as: ClientAs, monday, week: str
) -> None:
    assert "of 120; 0 marked." in client_as(Role.AUDITOR).get(f"/trail/review?week={week}").text


def test_a_week_without_looks_says_so(client_as: ClientAs, app: Flask) -> None:
    assert "Nobody looked at anything that week" in client_as(Role.AUDITOR).get("/trail/review").text


@pytest.mark.parametrize("role", [Role.ADMIN, Role.OFFICE_STAFF, Role.COORDINATOR, Role.MEDIATOR])
def test_nobody_else_judges_looks(client_as: ClientAs, role: Role) -> None:
    assert client_as(role).get("/trail/review").status_code == 403


def test_the_reviewer_leaves_a_trail_too(client_as: ClientAs, app: Flask) -> None:
    auditor = client_as(Role.AUDITOR)
    auditor.get("/trail/review")
    auditor.get("/trail?what=case.opened&day=2026-03-02")

    read = select(AuditEntry).where(AuditEntry.what == What.TRAIL_READ).order_by(AuditEntry.id)
    assert [(one.subject_id, one.facts) for one in db.session.scalars(read)] == [
        ("review", {}),
        ("trail", {"by": ["what", "day"]}),
    ]
