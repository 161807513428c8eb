"""What is destroyed when, on the office's page; and what is kept, for everybody."""

from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.permissions import Role
from app.foundation import clock
from app.foundation.db import db
from app.vault import sweep
from app.vault.kept_labels import KIND_LABELS
from app.vault.retention import Kind
from app.vault.upcoming import DAYS_AHEAD, days_ahead, look_ahead
from tests.support.people import ClientAs, PersonClient
from tests.support.retention import make_everything


def test_each_record_stands_on_the_day_on_which_it_goes(app: Flask) -> None:
    now = clock.now()
    make_everything(now - timedelta(days=10))
    ahead = {one.kind: one for one in look_ahead(now)}
    today = days_ahead(now)[0]

    assert list(ahead[Kind.CASE].by_day.items()) == [(today + timedelta(days=20), 1)]
    assert list(ahead[Kind.FIELD_LOG].by_day.items()) == [(today + timedelta(days=20), 1)]
    assert list(ahead[Kind.CALL_TOLD].by_day.items()) == [(today, 1)]
    assert ahead[Kind.CALLBACK_FINGERPRINT].by_day.total() == 0  # in 80 days
    assert {kind for kind, one in ahead.items() if one.overdue} == {Kind.CALL_TOLD, Kind.FAILED_ATTEMPT}
    assert (ahead[Kind.CASE].within(today, 20), ahead[Kind.CASE].within(today, 21)) == (0, 1)
    assert len(days_ahead(now)) == DAYS_AHEAD + 1


def test_what_is_due_within_the_hour_is_not_overdue(app: Flask) -> None:
    now = clock.now()
    make_everything(now - timedelta(hours=25))
    assert {one.kind for one in look_ahead(now) if one.overdue} == set()
    later = now + timedelta(hours=1, seconds=1)
    assert {one.kind for one in look_ahead(later) if one.overdue} == {Kind.CALL_TOLD, Kind.FAILED_ATTEMPT}


def test_the_page_is_alarmed_by_what_is_overdue_and_calm_after_the_sweep(
    app: Flask, client_as: ClientAs
) -> None:
    make_everything(clock.now() - timedelta(days=10))
    staff = client_as(Role.OFFICE_STAFF)
    before = staff.get("/retention").text
    assert "2 records are overdue" in before
    assert "banner--alarm" in before
    sweep.sweep(clock.now())
    sweep.schedule(clock.now())
    db.session.commit()

    after = staff.get("/retention").text
    assert "Nothing is overdue" in after
    assert "banner--alarm" not in after


@pytest.mark.one_database
def test_a_sweep_that_never_ran_is_said(app: Flask, client_as: ClientAs) -> None:
    assert "The sweep has not run" in client_as(Role.AUDITOR).get("/retention").text


@pytest.mark.one_database
def test_anybody_reads_what_is_kept_and_for_how_long(app: Flask, public_client: PersonClient) -> None:
    page = public_client.get("/what-we-keep").text

    for words in KIND_LABELS.values():
        assert str(words) in page
    for period in ("24 hours", "30 days", "90 days", "1 year", "2 years"):
        assert period in page
    assert "at most 180 days" in page


@pytest.mark.one_database
def test_the_public_page_leads_there_from_the_front(app: Flask, public_client: PersonClient) -> None:
    assert "/what-we-keep" in public_client.get("/who-can-see-what").text
