"""Today: one next step, each step once, not safe, and the call for help."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.assignments.help import HelpCall, answer_help, ask_for_help, list_open_calls
from app.assignments.models import Step
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.cases.contact_actions import add_follow_up, plan_follow_up
from app.cases.contact_models import FollowUpKind
from app.cases.rules import day_of
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.referrals.models import Source, State
from app.referrals.queries import get_any
from tests.support.assignments import make_assignment
from tests.support.board import make_call
from tests.support.cases import make_case
from tests.support.roster import make_responder

pytestmark = pytest.mark.guarded_rows


@pytest.fixture
def keeper(app):
    return make_responder()


@pytest.fixture
def assignment(keeper):
    referral = make_call(State.ACCEPTED)
    case = make_case(referral_id=referral.id)
    return make_assignment(keeper, referral_id=referral.id, case_id=case.id)


def step(client, assignment, name):
    return client.post(f"/assignments/{assignment.id}/step", data={"step": name})


def test_a_quiet_day_says_that_the_line_is_up(client_as, keeper):
    assert "The line is up" in client_as(keeper).get("/today").text


def test_the_steps_go_one_after_another_to_the_log(client_as, keeper, assignment):
    client = client_as(keeper)
    for name, number, says in (
        ("acknowledged", 1, "Yes, I go"),
        ("en_route", 2, "I am on my way"),
        ("on_scene", 3, "We are there"),
        ("contact_made", 4, "We are talking"),
        ("clear", 5, "We are clear"),
    ):
        page = client.get("/today").text
        assert says in page
        assert f"{number} of 5" in page
        answer = step(client, assignment, name)

    assert answer.location == f"/cases/{assignment.case_id}/contacts/new"
    assert "The line is up" in client.get("/today").text


@pytest.mark.parametrize(("name", "status"), [("clear", 409), ("flown", 302), ("", 302)])
def test_a_step_that_does_not_follow_is_not_taken(client_as, keeper, assignment, name, status):
    assert step(client_as(keeper), assignment, name).status_code == status

    db.session.refresh(assignment)
    assert assignment.step is Step.ASSIGNED


def test_who_cannot_go_says_so_and_sees_it_no_more(client_as, keeper, assignment):
    client = client_as(keeper)
    assert "I cannot go" in client.get("/today").text

    step(client, assignment, "declined")

    assert client.get(f"/cases/{assignment.case_id}").status_code == 404


def test_not_safe_asks_once_and_gives_the_call_back(client_as, keeper, assignment):
    client = client_as(keeper)
    path = f"/assignments/{assignment.id}/not-safe"
    assert "Call 911" in client.get(path).text
    assert "Choose what it is." in client.post(path).text

    client.post(path, data={"reason": "weapons_yes"})

    db.session.expire_all()
    referral = get_any(assignment.referral_id)
    assert (referral.state, referral.reason) == (State.HANDING_BACK, "weapons_yes")
    assert db.session.scalar(select(AuditEntry).where(AuditEntry.what == What.ASSIGNMENT_NOT_SAFE))


def test_what_no_dispatch_gave_us_cannot_be_given_back(client_as, keeper):
    referral = make_call(State.ACCEPTED, source=Source.RESIDENT)
    make_assignment(keeper, referral_id=referral.id)

    page = client_as(keeper).get("/today").text

    assert "Not safe, give it back" not in page
    assert "press Help me. In danger, call 911" in page


def test_the_address_is_shown_on_request_and_the_look_is_kept(client_as, keeper, assignment):
    client = client_as(keeper)
    assert "1200 E 4th St" not in client.get("/today").text

    assert "1200 E 4th St" in client.post(f"/assignments/{assignment.id}/told").text

    assert db.session.scalar(select(AuditEntry).where(AuditEntry.what == What.REFERRAL_READ))


def test_what_is_due_can_be_logged_at_once(client_as, keeper):
    case = make_case(keeper=keeper)
    plan_follow_up(case, day_of(clock.now()), actor=actor_of(keeper))
    other = make_case()
    plan_follow_up(other, day_of(clock.now()), actor=actor_of(keeper))

    page = client_as(keeper).get("/today").text

    assert "due today" in page
    assert f"Log a contact for {case.title}" in page
    assert other.title not in page


def test_what_is_due_stands_before_what_is_later_and_later_is_short(client_as, keeper):
    case, today = make_case(keeper=keeper), day_of(clock.now())
    for days in (-2, 0, 1, 2, 3, 4, 5, 6, 7):
        add_follow_up(case, FollowUpKind.BY_HAND, today + timedelta(days=days), actor_of(keeper))
    db.session.flush()

    page = client_as(keeper).get("/today").text
    due, later = page.split(">Due now ")[1].split(">Later<")
    next_ones, rest = later.split("<details>")

    assert (due.count("overdue"), due.count("due today"), due.count("Open it")) == (1, 1, 0)
    assert (next_ones.count("Open it"), rest.count("Open it")) == (5, 2)
    assert "Show 2 more days" in rest


def test_help_is_one_call_until_it_is_answered(client_as, keeper, assignment):
    client = client_as(keeper)
    for _ in range(2):
        assert client.post("/help").location == "/help"
    assert "Help is asked for" in client.get("/help").text
    assert "You asked for help" in client.get("/today").text
    (call,) = list_open_calls()
    assert (call.account_id, call.assignment_id) == (keeper.id, assignment.id)

    coordinator = actor_of(make_responder(role=Role.COORDINATOR, is_on_shift=False))
    answer_help(call.id, actor=coordinator)

    assert list_open_calls() == []
    assert "No call for help is open" in client.get("/help").text
    client.post("/help")
    assert len(db.session.scalars(select(HelpCall)).all()) == 2


def test_the_first_answer_to_a_call_for_help_counts(app, keeper):
    call = ask_for_help(None, actor=actor_of(keeper))
    first, second = (actor_of(make_responder(role=Role.COORDINATOR, is_on_shift=False)) for _ in range(2))
    answer_help(call.id, actor=first)
    answer_help(call.id, actor=second)

    assert call.answered_by_id == first.id


@pytest.mark.parametrize("role", [Role.MEDIATOR, Role.PROVIDER_LEAD, Role.ADMIN])
def test_only_the_board_answers_a_call_for_help(app, keeper, role):
    call = ask_for_help(None, actor=actor_of(keeper))

    with pytest.raises(NotFound):
        answer_help(call.id, actor=actor_of(make_responder(role=role, is_on_shift=False)))


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OFFICE_STAFF, Role.ADMIN, Role.AUDITOR])
def test_today_is_for_those_who_go(client_as, role):
    client = client_as(role)

    assert client.get("/today").status_code == 403
    assert client.post("/help").status_code == 403
