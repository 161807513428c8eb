"""The teams page and the page of ties, as each role meets them."""

from datetime import timedelta

import pytest

from app.accounts.permissions import Role
from app.assignments.models import Step
from app.foundation import clock
from app.foundation.office import LOS_ANGELES
from app.roster.queries import list_ties, on_shift_ids
from tests.support.assignments import make_assignment
from tests.support.board import make_call
from tests.support.browser import check_axe
from tests.support.places import make_area
from tests.support.roster import make_coverage, make_organization, make_responder, make_shift, make_team


@pytest.fixture
def team(app):
    team = make_team("Mediation East", organization=make_organization("Bridges"))
    make_coverage(team)
    return team


def hours(begins, ends):
    """Hours from now, as the form sends them."""
    now = clock.now().astimezone(LOS_ANGELES)
    return {
        name: (now + timedelta(hours=ahead)).strftime("%Y-%m-%dT%H:%M")
        for name, ahead in (("starts_at", begins), ("ends_at", ends))
    }


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OFFICE_STAFF])
def test_the_page_says_who_stands_who_is_free_and_what_is_open(team, client_as, role):
    make_responder(team, name="Ana Free")
    make_assignment(make_responder(team, name="Ben Out"), referral_id=make_call().id, step=Step.EN_ROUTE)
    make_shift(make_responder(team, name="Cal Next", is_on_shift=False), clock.now() + timedelta(hours=10))

    page = client_as(role).get("/teams").text

    for words in ("Mediation East", "Bridges", "Ana Free", "Ben Out", "Out on a call", "Cal Next", "1 free"):
        assert words in page
    assert "Hours without anyone" in page
    assert ("Set this shift" in page) is (role is Role.COORDINATOR)


def test_a_lead_sees_the_teams_of_their_own_organization(team, client_as):
    other = make_team("Of others")
    make_responder(other, name="Not Ours")

    page = client_as(Role.PROVIDER_LEAD, organization_id=team.organization_id).get("/teams").text

    assert "Mediation East" in page
    assert "Of others" not in page
    assert "Not Ours" not in page


def test_a_team_reached_by_telephone_has_no_gaps(client_as):
    make_coverage(make_team("Help line", phone="555-0188"))

    page = client_as(Role.COORDINATOR).get("/teams").text

    assert "555-0188" in page
    assert "Hours without anyone" not in page


def test_an_empty_city_says_so(client_as):
    assert "There are no teams here yet." in client_as(Role.COORDINATOR).get("/teams").text


def test_a_lead_sets_a_shift_and_ends_it(team, client_as):
    person = make_responder(team, is_on_shift=False, name="Ana")
    lead = client_as(Role.PROVIDER_LEAD, organization_id=team.organization_id)

    answer = lead.post("/teams/shifts", data={"account_id": person.id, **hours(0, 8)}, follow_redirects=True)

    assert "The shift is set." in answer.text
    assert on_shift_ids(clock.now() + timedelta(minutes=2)) == {person.id}
    shift_id = answer.text.split("/teams/shifts/")[1].split("/end")[0]
    assert lead.post(f"/teams/shifts/{shift_id}/end").status_code == 302
    assert on_shift_ids(clock.now() + timedelta(minutes=2)) == set()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (hours(8, 1), "The shift ends before it begins."),
        (hours(1, 18), "A shift is at most 16 hours long."),
        ({"starts_at": ""}, "Write when the shift begins."),
        ({"ends_at": "tomorrow"}, "Write the day and the hour."),
        ({"account_id": ""}, "Choose who stands this shift."),
        ({"account_id": "somebody else"}, "Choose one."),
    ],
)
def test_a_wrong_shift_is_said_at_its_field(team, client_as, changes, says):
    person = make_responder(team, is_on_shift=False)
    data = {"account_id": person.id, **hours(1, 9), **changes}

    page = client_as(Role.COORDINATOR).post("/teams/shifts", data=data)

    assert says in page.text
    assert on_shift_ids(clock.now() + timedelta(hours=2)) == set()


def test_a_shift_of_others_does_not_exist_for_a_lead(team, client_as):
    theirs = make_shift(make_responder(is_on_shift=False))
    lead = client_as(Role.PROVIDER_LEAD, organization_id=team.organization_id)

    assert lead.post(f"/teams/shifts/{theirs.id}/end").status_code == 404
    assert lead.post("/teams/shifts/nothing/end").status_code == 404


@pytest.mark.parametrize("role", [Role.MEDIATOR, Role.ANALYST, Role.ADMIN, Role.COUNTY_PARTNER])
def test_other_roles_do_not_see_teams(client_as, role):
    assert client_as(role).get("/teams").status_code == 403


def test_office_staff_look_but_set_nothing(team, client_as):
    person = make_responder(team, is_on_shift=False)

    answer = client_as(Role.OFFICE_STAFF).post("/teams/shifts", data={"account_id": person.id, **hours(1, 9)})

    assert answer.status_code == 403


def test_a_responder_names_their_ties_and_takes_one_off(client_as):
    area, person = make_area("Southeast"), make_responder()
    client = client_as(person)
    assert "You have named no area." in client.get("/teams/ties").text

    page = client.post("/teams/ties", data={"area_id": area.id}, follow_redirects=True).text
    assert "Kept. You are not sent there." in page
    assert [one.id for one in list_ties(person.id)] == [area.id]

    client.post(f"/teams/ties/{area.id}/withdraw")
    assert list_ties(person.id) == []


def test_a_tie_needs_an_area_of_ours(client_as):
    person = make_responder()

    assert "Choose an area." in client_as(person).post("/teams/ties", data={}).text
    assert "Choose one." in client_as(person).post("/teams/ties", data={"area_id": "elsewhere"}).text
    assert list_ties(person.id) == []


@pytest.mark.browser
@pytest.mark.one_database
@pytest.mark.parametrize("address", ["/teams", "/teams/ties"])
def test_the_pages_are_open_to_everyone(team, page_as, address):
    make_area()
    make_responder(team, name="Ana Free")
    page = page_as(Role.COORDINATOR if address == "/teams" else Role.MEDIATOR)

    page.goto(address)

    check_axe(page)
