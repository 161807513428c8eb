"""The report counts real rows, says its n, and hides what could name somebody."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.accounts.permissions import Role
from app.assignments.models import Assignment, AssignmentStep, Step
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import new_id
from app.foundation.office import LOS_ANGELES
from app.referrals.models import State
from app.reports.queries import Screened, make_report
from app.reports.rules import last_days
from app.triage.models import Screening
from app.triage.rules import Decision
from tests.support.board import make_call, make_lane_team, make_responder_on_shift
from tests.support.people import make_account
from tests.support.places import make_area

pytestmark = pytest.mark.guarded_rows


def arrive(call: Any, responder: Any, minutes: float, clear: float | None = None) -> None:
    """Somebody was there after some minutes, and perhaps clear after more."""
    sent = Assignment(
        id=new_id(),
        referral_id=call.id,
        account_id=responder.id,
        assigned_by_id=responder.id,
        assigned_at=call.received_at,
        step=Step.ON_SCENE,
        ended_at=clock.now(),
    )
    db.session.add(sent)
    db.session.flush()
    steps = {Step.ON_SCENE: minutes, **({Step.CLEAR: clear} if clear else {})}
    for step, after in steps.items():
        at = call.received_at + timedelta(minutes=after)
        db.session.add(AssignmentStep(assignment_id=sent.id, step=step, at=at, by_id="x"))
    db.session.flush()


def report_now() -> Any:
    return make_report(last_days(clock.now().astimezone(LOS_ANGELES).date()))


def test_response_times_are_exact_and_say_what_is_missing(app: Flask) -> None:
    area, coordinator = make_area(), make_account(Role.COORDINATOR)
    responder = make_responder_on_shift(make_lane_team())
    for minutes in range(1, 13):
        call = make_call(
            State.CLOSED, area_id=area.id, accepted_at=clock.now(), accepted_by_id=coordinator.id
        )
        arrive(call, responder, minutes, clear=minutes + 60)
    make_call(State.ACCEPTED, area_id=area.id, accepted_at=clock.now(), accepted_by_id=coordinator.id)
    report = report_now()

    assert (report.response.middle, report.response.ninety, report.response.count) == (6, 11, 12)
    assert report.response_missing == 1
    assert report.call_count == 13
    assert report.cost_count == 12
    assert report.cost.ours == round(35 * sum((m + 60) / 60 for m in range(1, 13)))


def test_without_police_counts_only_what_has_ended(app: Flask) -> None:
    coordinator = make_account(Role.COORDINATOR)
    who = {"accepted_at": clock.now(), "accepted_by_id": coordinator.id}
    make_call(State.CLOSED, **who)
    make_call(State.HANDED_BACK, reason="danger_on_scene", **who)
    make_call(State.HANDED_BACK, reason="weapons_yes")
    make_call(State.ACCEPTED, **who)
    shares = report_now().without_police

    assert (shares["answered"].part, shares["answered"].whole) == (1, 2)
    assert (shares["offered"].part, shares["offered"].whole) == (1, 3)


def test_how_often_the_screening_was_wrong_is_counted_by_its_first_word(app: Flask, client_as: Any) -> None:
    coordinator = make_account(Role.COORDINATOR)
    who = {"accepted_at": clock.now(), "accepted_by_id": coordinator.id}
    ends = [
        (Decision.OFFER, State.CLOSED, {**who}),
        (Decision.OFFER, State.HANDED_BACK, {**who, "reason": "danger_on_scene"}),
        (Decision.OFFER, State.HANDED_BACK, {**who, "reason": "risk_raised"}),
        (Decision.OFFER, State.HANDED_BACK, {**who, "reason": "no_contact"}),
        (Decision.OFFER, State.HANDED_BACK, {"reason": "judged_unsafe"}),
        (Decision.OFFER, State.HANDED_BACK, {"reason": "clock_ran_out"}),
        (Decision.REVIEW, State.CLOSED, {**who}),
        (Decision.REVIEW, State.HANDED_BACK, {"reason": "judged_unsafe"}),
        (Decision.RETURN, State.HANDED_BACK, {"reason": "weapons_yes"}),
    ]
    for decision, state, fields in ends:
        call = make_call(state, decision=decision, **fields)
        later = {"decision": Decision.RETURN, "at": call.received_at + timedelta(minutes=1)}
        db.session.add(Screening(referral_id=call.id, reasons=[], signs={}, policy_version="1", **later))
    db.session.flush()

    counted = report_now().by_decision
    assert counted[Decision.OFFER] == Screened(calls=6, said_yes=4, found_unsafe=1, danger_after_yes=2)
    assert counted[Decision.REVIEW] == Screened(calls=2, said_yes=1, found_unsafe=1, danger_after_yes=0)
    assert counted[Decision.RETURN] == Screened(calls=1, said_yes=0, found_unsafe=0, danger_after_yes=0)
    page = client_as(Role.ANALYST).get("/reports/").text
    assert "How often the screening was wrong" in page
    assert "decision,offer,danger_after_yes,2" in client_as(Role.ANALYST).get("/reports/tables.csv").text


def test_the_page_says_the_figures_in_one_sentence(app: Flask, client_as: Any) -> None:
    analyst = client_as(Role.ANALYST)
    assert "In one sentence" not in analyst.get("/reports/").text
    coordinator = make_account(Role.COORDINATOR)
    who = {"accepted_at": clock.now(), "accepted_by_id": coordinator.id}
    make_call(State.CLOSED, **who)
    make_call(State.HANDED_BACK, reason="weapons_yes")
    make_call(State.ACCEPTED, **who)

    said = "Of 3 calls offered, 2 have ended, and we closed 1 of those without police."
    assert said in analyst.get("/reports/").text


def test_the_page_hides_small_counts(app: Flask, client_as: Any) -> None:
    area = make_area("Harbor")
    for _ in range(3):
        make_call(State.HANDED_BACK, area_id=area.id, reason="weapons_yes")
    page = client_as(Role.ANALYST).get("/reports/").text

    assert "fewer than 11" in page
    table = client_as(Role.ANALYST).get("/reports/tables.csv").text
    assert "area,Harbor,calls,fewer than 11" in table


@pytest.mark.parametrize(
    "asked", ["first=2026-13-01&last=2026-01-01", "first=x", "first=2026-02-01&last=2026-01-01"]
)
def test_a_period_that_is_none_is_said(client_as: Any, asked: str) -> None:
    assert client_as(Role.ANALYST).get(f"/reports/?{asked}").status_code == 422


@pytest.mark.parametrize("role", [Role.MEDIATOR, Role.COUNTY_PARTNER, Role.ADMIN, Role.PROVIDER_LEAD])
def test_the_report_is_for_those_who_read_reports(client_as: Any, role: Role) -> None:
    assert client_as(role).get("/reports/").status_code == 403


def test_the_tables_hold_what_the_page_shows_and_no_formula(app: Flask, client_as: Any) -> None:
    area = make_area(name="=HYPERLINK(1)")
    for _ in range(12):
        make_call(State.CLOSED, area_id=area.id)

    answer = client_as(Role.ANALYST).get("/reports/tables.csv")

    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert ["area", "'=HYPERLINK(1)", "calls", "12"] in rows
    assert ["all", "", "calls", "12"] in rows
    assert not [cell for row in rows for cell in row if cell[:1] in {"=", "+", "@"}]


def test_more_calls_cost_no_more_queries(app: Flask, count_queries: Any) -> None:
    area, responder = make_area(), make_responder_on_shift(make_lane_team())
    arrive(make_call(State.CLOSED, area_id=area.id), responder, 5, clear=9)
    with count_queries() as one:
        report_now()
    for minutes in range(1, 8):
        arrive(make_call(State.CLOSED, area_id=area.id), responder, minutes, clear=20)

    with count_queries() as many:
        report_now()

    assert many.count == one.count
