"""Who may read a case: those assigned, while it is open. Everybody else finds nothing."""

import pytest

from app.accounts.permissions import RESPONDER_ROLES, Role
from app.accounts.sign_in import actor_of
from app.cases import actions
from app.cases.models import Outcome
from tests.support.cases import (
    NAME,
    PLACE,
    PROMISE,
    WORDS,
    assign_to,
    end_assignment,
    make_agreement,
    make_case,
    make_contact,
    make_party,
)
from tests.support.places import make_area
from tests.support.roster import make_organization, make_responder

PARTS = ("", "/people", "/contacts", "/agreement", "/photos", "/looks", "/contacts/new", "/close", "/signs")
POSTS = ("/names", "/place", "/contacts/new", "/close", "/people/new", "/agreements/new", "/photos/new")
CONTENT = (NAME.name, NAME.contact, PLACE.words, WORDS, PROMISE)
WITHOUT_CONTENT = [
    role for role in Role if role not in (*RESPONDER_ROLES, Role.RESIDENT, Role.DISPATCH_CLIENT)
]


@pytest.fixture
def keeper(app):
    return make_responder()


@pytest.fixture
def case(keeper):
    """A case with everything in it that must not be seen."""
    case = make_case(keeper=keeper, area=make_area())
    heron, finch = make_party(case, keeper), make_party(case, keeper)
    make_contact(case, keeper, heron)
    make_agreement(case, keeper, finch, heron)
    return case


@pytest.mark.parametrize("part", PARTS)
def test_the_person_assigned_reads_it(client_as, case, keeper, part):
    assert client_as(keeper).get(f"/cases/{case.id}{part}").status_code == 200


@pytest.mark.parametrize("role", RESPONDER_ROLES)
@pytest.mark.parametrize("part", PARTS)
def test_a_responder_not_assigned_finds_nothing(client_as, case, role, part):
    answer = client_as(make_responder(role=role)).get(f"/cases/{case.id}{part}")

    assert answer.status_code == 404
    assert case.tree not in answer.text


@pytest.mark.parametrize("path", POSTS)
def test_a_responder_not_assigned_writes_nothing(client_as, case, path):
    assert client_as(make_responder()).post(f"/cases/{case.id}{path}").status_code == 404


def test_the_end_of_an_assignment_is_the_end_of_reading(client_as, case, keeper):
    other = make_responder()
    assignment = assign_to(case, other)
    client = client_as(other)
    assert client.get(f"/cases/{case.id}").status_code == 200

    end_assignment(assignment)

    assert client.get(f"/cases/{case.id}").status_code == 404
    assert client_as(keeper).get(f"/cases/{case.id}").status_code == 200


def test_a_closed_case_is_read_by_nobody(client_as, case, keeper):
    client = client_as(keeper)
    actions.close_case(case, Outcome.CALMED, actor=actor_of(keeper))

    assert client.get(f"/cases/{case.id}").status_code == 404
    assert case.title not in client.get("/cases/").text


@pytest.mark.parametrize("role", WITHOUT_CONTENT)
@pytest.mark.parametrize("part", PARTS)
def test_no_role_without_an_assignment_reads_a_case(client_as, case, role, part):
    answer = client_as(role, organization_id=case.organization_id).get(f"/cases/{case.id}{part}")

    assert answer.status_code == 404
    assert case.tree not in answer.text


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OFFICE_STAFF])
def test_the_office_sees_that_a_case_is_there_and_nothing_in_it(client_as, case, role):
    client = client_as(role)

    for page in (client.get("/cases/"), client.get(f"/cases/{case.id}/header")):
        assert case.title in page.text
        assert "Southeast" in page.text
        assert not [words for words in CONTENT if words in page.text]


def test_a_provider_lead_sees_the_cases_of_their_own_organization(client_as, keeper):
    ours, theirs = make_organization(), make_organization()
    case = make_case(organization_id=ours.id)
    other = make_case(organization_id=theirs.id)
    client = client_as(Role.PROVIDER_LEAD, organization_id=ours.id)

    assert client.get(f"/cases/{case.id}/header").status_code == 200
    assert client.get(f"/cases/{other.id}/header").status_code == 404
    listed = client.get("/cases/").text
    assert case.title in listed
    assert other.id not in listed


def test_a_provider_lead_without_an_organization_sees_none(client_as):
    case = make_case()

    client = client_as(Role.PROVIDER_LEAD)

    assert client.get(f"/cases/{case.id}/header").status_code == 404
    assert case.id not in client.get("/cases/").text


@pytest.mark.parametrize("role", [Role.ADMIN, Role.ANALYST, Role.AUDITOR, Role.COUNTY_PARTNER])
def test_other_roles_do_not_learn_that_a_case_is_there(client_as, case, role):
    client = client_as(role)

    for path in ("/cases/", f"/cases/{case.id}/header", "/maps/cases", "/maps/cases.json"):
        answer = client.get(path)
        assert answer.status_code == (404 if case.id in path else 403)
        assert case.tree not in answer.text


def test_a_party_or_contact_of_another_case_is_not_found(client_as, case, keeper):
    other = make_case(keeper=keeper)
    stranger = make_party(other, keeper)
    contact = make_contact(other, keeper)
    client = client_as(keeper)

    assert client.get(f"/cases/{case.id}/people/{stranger.id}/name").status_code == 404
    assert client.get(f"/cases/{case.id}/contacts/{contact.id}/correct").status_code == 404
    assert client.get(f"/cases/{case.id}/people/new?met={contact.id}").status_code == 404


def test_somebody_elses_assignment_is_not_found(client_as, case, keeper):
    assignment = assign_to(case, make_responder())
    client = client_as(keeper)

    for path in ("step", "not-safe", "told"):
        assert (
            client.post(f"/assignments/{assignment.id}/{path}", data={"step": "declined"}).status_code == 404
        )
