"""The desk: who writes plans, what each field refuses, and how two writers meet."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.permissions import Role
from app.foundation import clock
from app.foundation.db import db
from app.plans import queries, rules
from app.plans.models import Plan, PlanState, PlanText, SectionKind
from app.plans.objective_models import Action, ActionStateRow, Indicator, Objective
from tests.support.browser import check_axe
from tests.support.plans import (
    make_adopted_plan,
    make_neighborhood,
    make_plan,
    make_ready_plan,
    make_writer,
    publish_until,
)

OTHERS = [role for role in Role if role not in (Role.OFFICE_STAFF, Role.RESIDENT, Role.DISPATCH_CLIENT)]


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.mark.parametrize("role", OTHERS)
def test_only_office_staff_come_in(client_as, role):
    plan, _ = make_ready_plan()
    client = client_as(role)

    assert client.get("/plans/").status_code == 403
    assert client.get(f"/plans/{plan.id}").status_code == 404
    assert client.post(f"/plans/{plan.id}/publish", data={"until": "2030-01-01"}).status_code == 404
    assert client.post(f"/plans/{plan.id}/adopt").status_code == 404
    assert db.session.get(Plan, plan.id).state is PlanState.DRAFT


def test_nobody_comes_in_without_signing_in(public_client):
    assert public_client.get("/plans/").status_code == 302


def test_a_plan_is_begun_written_published_and_listed(client_as):
    area, client = make_neighborhood("Elm Park"), client_as(Role.OFFICE_STAFF)
    begun = client.post(
        "/plans/new",
        data={"area": area.id, "title": "Elm Park plan", "from_year": "2026", "to_year": "2028"},
    )
    desk = begun.location
    client.post(f"{desk}/text/summary", data={"words": "Three things.", "based_on": "0"})
    client.post(f"{desk}/objectives/new", data={"title": "A mediator within a week"})
    objective = db.session.scalars(select(Objective)).one()
    number = {"name": "Days", "baseline": "31", "target": "7", "source": "Our log"}
    client.post(f"{desk}/objectives/{objective.id}/numbers/new", data=number)
    page = client.get(desk).text
    assert "Before everyone is asked" in page
    assert '<bdi lang="en">31</bdi> at the start. The goal is <b><bdi lang="en">7</bdi></b>.' in page
    action = {"words": "Train 12", "owner": "Mediation East", "due_on": "2027-06-01"}
    client.post(f"{desk}/objectives/{objective.id}/actions/new", data=action)
    until = rules.first_comment_end(rules.day_of(clock.now()))

    client.post(f"{desk}/publish", data={"until": until.isoformat()})

    assert "Open for comments until" in client.get(desk).text
    assert "Elm Park plan" in client.get("/plans/").text
    assert "Train 12" in client.get("/neighborhoods/elm-park/plan").text


def test_a_plan_is_adopted_when_its_time_has_passed(client_as):
    plan, _ = make_ready_plan()
    publish_until(plan, -1)
    client = client_as(Role.OFFICE_STAFF)
    assert "Adopt this plan" in client.get(f"/plans/{plan.id}").text

    client.post(f"/plans/{plan.id}/adopt")

    db.session.expire_all()
    assert db.session.get(Plan, plan.id).state is PlanState.ADOPTED
    assert "Begin the next version" in client.get(f"/plans/{plan.id}").text


def test_a_plan_is_not_adopted_too_early(client_as):
    plan, _ = make_ready_plan()
    publish_until(plan, 1)

    assert client_as(Role.OFFICE_STAFF).post(f"/plans/{plan.id}/adopt").status_code == 409
    assert queries.list_versions(plan) == []


def test_two_editors_are_shown_both_texts_and_lose_none(client_as):
    plan = make_plan()
    ana, ben = client_as(Role.OFFICE_STAFF, name="Ana"), client_as(Role.OFFICE_STAFF, name="Ben")
    address = f"/plans/{plan.id}/text/summary"
    ana.post(address, data={"words": "Ana's words.", "based_on": "0"})

    sent = ben.post(address, data={"words": "Ben's words.", "based_on": "0"})
    both = ben.get(sent.location).text

    assert "Both texts are kept" in both
    for words in ("Ana&#39;s words.", "Ben&#39;s words."):
        assert both.count(words) >= 3  # each by itself, and both in the box
    assert "1 text waits" in ana.get(f"/plans/{plan.id}").text
    ben.post(sent.location, data={"words": "Ana's and Ben's words.", "based_on": "1"})
    desk = ana.get(f"/plans/{plan.id}").text
    assert "Ana&#39;s and Ben&#39;s words." in desk
    assert "1 text waits" not in desk
    assert count(PlanText) == 3


LONG = "x" * 10_001
BAD_LINES = [
    ("", "Write"),
    ("x" * 201, "Make this shorter"),
    ("a\x07b", "Take out the hidden characters"),
    ("a\u202eb", "Take out the hidden characters"),
]


@pytest.mark.parametrize(("words", "says"), [("", "Write a sentence"), (LONG, "shorter"), ("\x07", "hidden")])
def test_bad_words_are_refused_at_the_field(client_as, words, says):
    plan = make_plan()
    data = {"words": words, "based_on": "0"}

    page = client_as(Role.OFFICE_STAFF).post(f"/plans/{plan.id}/text/problems", data=data).text

    assert 'id="words-error"' in page
    assert says in page
    assert count(PlanText) == 0


@pytest.mark.parametrize("based_on", ["", "x", "-1", "<b>", "1" * 40, None])
def test_a_form_that_was_bent_writes_nothing(client_as, based_on):
    plan = make_plan()
    client = client_as(Role.OFFICE_STAFF)
    client.post(f"/plans/{plan.id}/text/summary", data={"words": "Three things.", "based_on": "0"})

    data = {"words": "Fine."} if based_on is None else {"words": "Fine.", "based_on": based_on}
    page = client.post(f"/plans/{plan.id}/text/summary", data=data)

    assert "Load the page again" in page.text
    assert count(PlanText) == 1


@pytest.mark.parametrize(("title", "says"), BAD_LINES)
def test_a_bad_objective_is_refused_at_the_field(client_as, title, says):
    plan = make_plan()

    page = client_as(Role.OFFICE_STAFF).post(f"/plans/{plan.id}/objectives/new", data={"title": title}).text

    assert 'id="title-error"' in page
    assert says in page
    assert count(Objective) == 0


FINE_ACTION = {"words": "Rent a room", "owner": "Office", "due_on": "2027-01-01"}


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        *(("words", value, says) for value, says in BAD_LINES),
        ("owner", "x" * 121, "Make this shorter"),
        ("owner", "a\x07", "hidden"),
        ("due_on", "tomorrow", "year-month-day"),
        ("due_on", "1999-01-01", "between 2000 and 2100"),
    ],
)
def test_a_bad_action_is_refused_at_the_field(client_as, field, value, says):
    plan, action = make_ready_plan()
    address = f"/plans/{plan.id}/objectives/{action.objective_id}/actions/new"

    page = client_as(Role.OFFICE_STAFF).post(address, data=FINE_ACTION | {field: value}).text

    assert f'id="{field}-error"' in page
    assert says in page
    assert count(Action) == 1


FINE_NUMBER = {"name": "Days", "baseline": "31", "target": "7", "source": "Log"}


@pytest.mark.parametrize("field", FINE_NUMBER)
@pytest.mark.parametrize("value", ["", "x" * 161, "a\x07"])
def test_a_bad_number_is_refused_at_the_field(client_as, field, value):
    plan, action = make_ready_plan()
    address = f"/plans/{plan.id}/objectives/{action.objective_id}/numbers/new"

    page = client_as(Role.OFFICE_STAFF).post(address, data=FINE_NUMBER | {field: value}).text

    assert f'id="{field}-error"' in page
    assert count(Indicator) == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("area", value) for value in ("", "nowhere", "<b>")),
        *(("title", value) for value in ("", "x" * 121, "a\x07")),
        *(("from_year", value) for value in ("", "soon", "1999", "2101")),
        *(("to_year", value) for value in ("", "2025", "2040", "9" * 30, "9" * 400)),
    ],
)
def test_a_bad_beginning_is_refused_at_the_field(client_as, field, value):
    fine = {"area": make_neighborhood().id, "title": "A plan", "from_year": "2026", "to_year": "2028"}

    page = client_as(Role.OFFICE_STAFF).post("/plans/new", data=fine | {field: value}).text

    assert f'id="{field}-error"' in page
    assert count(Plan) == 0


def test_the_same_years_twice_are_refused_at_the_field(client_as):
    area = make_neighborhood()
    make_plan(area)
    data = {"area": area.id, "title": "Again", "from_year": "2026", "to_year": "2027"}

    page = client_as(Role.OFFICE_STAFF).post("/plans/new", data=data).text

    assert 'id="from_year-error"' in page
    assert count(Plan) == 1


def test_too_short_a_time_to_comment_is_refused_at_the_field(client_as):
    plan, _ = make_ready_plan()
    tomorrow = rules.day_of(clock.now()) + timedelta(days=1)

    page = client_as(Role.OFFICE_STAFF).post(
        f"/plans/{plan.id}/publish", data={"until": tomorrow.isoformat()}
    )

    assert 'id="until-error"' in page.text
    assert queries.get_plan(plan.id, seen_by=make_writer()).state is PlanState.DRAFT


def test_an_action_moves_and_is_dropped_only_with_a_reason(client_as):
    plan, action = make_adopted_plan()
    client, address = client_as(Role.OFFICE_STAFF), f"/plans/{plan.id}/actions/{action.id}/step"

    silent = client.post(address, data={"state": "stopped", "note": ""}).text
    assert 'id="note-error"' in silent
    assert count(ActionStateRow) == 1
    assert 'id="state-error"' in client.post(address, data={"state": "planned"}).text
    client.post(address, data={"state": "stopped", "note": "The soil is not safe."})

    assert "The soil is not safe." in client.get(f"/plans/{plan.id}").text


def test_markup_is_words(client_as):
    plan = make_plan()
    client = client_as(Role.OFFICE_STAFF)
    client.post(f"/plans/{plan.id}/text/summary", data={"words": "<script>x</script>", "based_on": "0"})

    page = client.get(f"/plans/{plan.id}").text

    assert "&lt;script&gt;x&lt;/script&gt;" in page
    assert queries.read_content(plan).words_of(SectionKind.SUMMARY) == "<script>x</script>"


@pytest.mark.parametrize("part", ["text/nothing", "objectives/1", "actions/1", "actions/1/step"])
def test_what_is_not_there_is_not_found(client_as, part):
    plan = make_plan()

    assert client_as(Role.OFFICE_STAFF).get(f"/plans/{plan.id}/{part}").status_code == 404


def test_an_action_of_another_plan_is_not_there(client_as):
    _, theirs = make_ready_plan()
    ours = make_plan(make_neighborhood("Far", lat=34.2))

    answer = client_as(Role.OFFICE_STAFF).post(f"/plans/{ours.id}/actions/{theirs.id}", data=FINE_ACTION)

    assert answer.status_code == 404
    assert db.session.get(Action, theirs.id).words == "Train 12 neighbors"


@pytest.mark.one_database
@pytest.mark.browser
def test_the_desk_has_no_barrier(page_as, app):
    plan, action = make_adopted_plan()
    page = page_as(Role.OFFICE_STAFF)
    draft, _ = make_ready_plan(make_neighborhood("Far", lat=34.2))

    for part in (
        *("", "new", plan.id, draft.id, f"{draft.id}/text/summary", f"{draft.id}/publish"),
        f"{plan.id}/actions/{action.id}/step",
    ):
        page.goto(f"/plans/{part}")
        check_axe(page)
