"""The front door: a neighborhood by name or on the map, its three doors, and its plan."""

import pytest

from app.foundation.db import db
from app.plans import actions, objective_actions
from app.plans.models import SectionKind
from app.plans.objective_models import ActionState
from tests.support.browser import check_axe
from tests.support.plans import (
    make_adopted_plan,
    make_neighborhood,
    make_plan,
    make_ready_plan,
    make_writer,
    publish_until,
)

PLAN = "/neighborhoods/elm-park/plan"


def test_without_neighborhoods_the_first_page_still_leads_to_a_mediator(public_client):
    for address in ("/", "/neighborhoods"):
        page = public_client.get(address)
        assert page.status_code == 200
        assert "No neighborhoods are here yet" in page.text
        assert 'href="/ask"' in page.text


def test_every_neighborhood_is_a_link_on_the_map_and_in_the_list(public_client):
    make_neighborhood("Elm Park")
    make_neighborhood("Oak Hill", lat=33.96)

    page = public_client.get("/").text

    for slug in ("elm-park", "oak-hill"):
        assert page.count(f'href="/neighborhoods/{slug}"') == 2
    for to in ("plan", "tell"):
        assert f'href="/neighborhoods?to={to}"' in page


@pytest.mark.parametrize("asked", ["Elm Park", "elm p", "ELM PARK", "park", "Elm Prak"])
def test_a_name_leads_to_its_neighborhood(public_client, asked):
    make_neighborhood("Elm Park")
    make_neighborhood("Oak Hill", lat=33.96)

    answer = public_client.get("/neighborhoods", query_string={"name": asked})

    assert (answer.status_code, answer.location) == (302, "/neighborhoods/elm-park")


@pytest.mark.parametrize(("to", "page"), [("plan", "/plan"), ("tell", "/tell-us"), ("elsewhere", "")])
def test_who_came_by_a_door_is_not_asked_again(public_client, to, page):
    make_neighborhood("Elm Park")
    make_neighborhood("Oak Hill", lat=33.96)

    assert f'href="/neighborhoods/oak-hill{page}"' in public_client.get(f"/neighborhoods?to={to}").text
    found = public_client.get("/neighborhoods", query_string={"name": "elm", "to": to})
    assert found.location == f"/neighborhoods/elm-park{page}"


def test_a_name_of_several_gives_a_list(public_client):
    for number, name in enumerate(("Elm Park", "Élm Grove", "Oak Hill")):
        make_neighborhood(name, lat=33.9 + number / 50)

    page = public_client.get("/neighborhoods?name=elm").text

    assert "Which one is it?" in page
    assert "/neighborhoods/elm-park" in page
    assert "/neighborhoods/elm-grove" in page
    assert "/neighborhoods/oak-hill" not in page


@pytest.mark.parametrize("asked", ["Narnia", "<script>alert(1)</script>", "\u202e", "%", "x" * 500])
def test_an_unknown_name_says_what_to_do(public_client, asked):
    make_neighborhood("Elm Park")

    page = public_client.get("/neighborhoods", query_string={"name": asked})

    assert page.status_code == 200
    assert "We know no neighborhood by that name" in page.text
    assert "Try the first letters only" in page.text
    assert "/neighborhoods/elm-park" in page.text
    assert "<script>alert" not in page.text


def test_a_neighborhood_has_three_doors(public_client):
    make_neighborhood("Elm Park")

    page = public_client.get("/neighborhoods/elm-park").text

    for door in ("plan", "tell-us", "ask"):
        assert f'href="/neighborhoods/elm-park/{door}"' in page


@pytest.mark.parametrize("address", ["/neighborhoods/nowhere", "/neighborhoods/nowhere/plan"])
def test_there_is_no_page_for_a_neighborhood_that_is_not(public_client, address):
    make_neighborhood("Elm Park")

    assert public_client.get(address).status_code == 404


def test_residents_read_nothing_of_a_draft(public_client):
    make_ready_plan(make_neighborhood("Elm Park"), summary="Not ready to be read.", title="Secret title")

    for address in ("/", "/neighborhoods/elm-park", PLAN):
        page = public_client.get(address).text
        assert "Not ready to be read" not in page
        assert "Secret title" not in page
        assert "Mediation East" not in page
    assert "has no safety plan to read yet" in public_client.get(PLAN).text


def test_a_plan_open_for_comment_says_until_when(public_client):
    plan, _ = make_ready_plan(make_neighborhood("Elm Park"))
    publish_until(plan, 14)

    page = public_client.get(PLAN).text

    assert "Open for comments until" in page
    assert "People told us three things." in page
    assert "Mediation East" in page


def test_residents_read_the_adopted_plan_and_where_each_promise_stands(public_client):
    plan, action = make_adopted_plan(make_neighborhood("Elm Park"), summary="First.\n\nSecond <b>bold</b>.")
    objective_actions.move_action(plan, action, ActionState.DONE, "14 trained", actor=make_writer())

    page = public_client.get(PLAN).text

    assert "Version 1, adopted" in page
    assert '<p><bdi lang="en">Second &lt;b&gt;bold&lt;/b&gt;.</bdi></p>' in page
    assert "Of 1 promise, 1 is done." in page
    assert "14 trained" in page


@pytest.mark.parametrize(
    ("language", "says"), [("en", None), ("es", "Escríbanos en su idioma"), ("fa", "به زبان خودتان")]
)
def test_a_page_in_another_language_says_that_the_plan_is_in_english(public_client, language, says):
    make_adopted_plan(make_neighborhood("Elm Park"))
    public_client.set_cookie("language", language)

    page = public_client.get(PLAN).text

    assert '<h1><bdi lang="en">Elm Park safety plan</bdi></h1>' in page
    assert '<bdi lang="en">People told us three things.' in page
    assert (says in page) if says else ("This plan is written in English." not in page)


def test_a_next_version_in_work_hides_in_the_office(public_client):
    plan, _ = make_adopted_plan(make_neighborhood("Elm Park"))
    actions.take_back(plan, actor=make_writer())
    actions.write_text(plan, SectionKind.SUMMARY, "Only ours so far.", based_on=1, actor=make_writer())

    page = public_client.get(PLAN).text

    assert "People told us three things." in page
    assert "Only ours so far." not in page


def test_an_earlier_version_stays_readable(public_client):
    plan, _ = make_adopted_plan(make_neighborhood("Elm Park"))
    actions.take_back(plan, actor=make_writer())
    actions.write_text(plan, SectionKind.SUMMARY, "Second time.", based_on=1, actor=make_writer())
    publish_until(plan, -1)
    actions.adopt(plan, actor=make_writer())

    assert "Second time." in public_client.get(PLAN).text
    assert "This is an earlier version" in public_client.get(f"{PLAN}/1").text
    assert public_client.get(f"{PLAN}/3").status_code == 404


@pytest.mark.one_database
@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "fa"])
def test_the_front_pages_have_no_barrier(public_page, app, language):
    make_adopted_plan(make_neighborhood("Elm Park"))
    make_plan(make_neighborhood("Oak Hill", lat=33.96))
    db.session.commit()
    page = public_page(language=language)

    for address in ("/", "/neighborhoods?name=zz", "/neighborhoods/elm-park", PLAN, "/ask"):
        page.goto(address)
        check_axe(page)


@pytest.mark.one_database
@pytest.mark.browser
def test_typing_a_name_narrows_the_list(public_page, app):
    make_neighborhood("Élm Park")
    make_neighborhood("Oak Hill", lat=33.96)
    db.session.commit()
    page = public_page()
    page.goto("/")

    page.get_by_label("Name of your neighborhood").fill("elm")

    assert page.locator(".names li:visible").all_inner_texts() == ["Élm Park"]
    assert page.locator("svg .m-area--here").count() == 1
