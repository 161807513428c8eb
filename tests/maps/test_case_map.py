"""The map of cases: each viewer gets no more than they may, and no word of a person goes through folium."""

import pytest
from sqlalchemy import func, select

from app.accounts.permissions import Permission, Role
from app.accounts.sign_in import actor_of
from app.assignments.models import Assignment
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.cases import actions
from app.cases.models import Outcome
from app.cases.payloads import ExactPlace
from app.foundation.db import db
from app.maps.skeleton import build_skeleton
from app.places.precision import block_of
from app.vault.sealing import destroy_key
from tests.support.cases import PLACE, make_case
from tests.support.places import make_area
from tests.support.roster import make_organization, make_responder

pytestmark = pytest.mark.guarded_rows

EVIL = "${alert(1)}</script><script>alert(2)</script>`"


@pytest.fixture
def area(app):
    return make_area(EVIL)


@pytest.fixture
def organization(app):
    return make_organization()


@pytest.fixture
def keeper(app):
    return make_responder()


@pytest.fixture
def case(keeper, area, organization):
    return make_case(keeper=keeper, area=area, organization_id=organization.id)


def rows(client):
    return client.get("/maps/cases.json").json["cases"]


def test_those_assigned_see_the_place_and_the_look_is_kept(client_as, keeper, case):
    (row,) = rows(client_as(keeper))

    assert (row["precision"], row["lat"], row["lon"]) == ("exact", PLACE.lat, PLACE.lon)
    looks = select(func.count()).where(
        AuditEntry.what == What.CASE_LOOKED_AT, AuditEntry.subject_id == case.id
    )
    assert db.session.scalar(looks) == 1


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OFFICE_STAFF])
def test_staff_see_the_block(client_as, case, role):
    answer = client_as(role).get("/maps/cases.json")

    (row,) = answer.json["cases"]
    assert (row["precision"], (row["lat"], row["lon"])) == ("block", block_of(PLACE.lat, PLACE.lon))
    assert str(PLACE.lat)[:8] not in answer.text
    assert PLACE.words not in answer.text


def test_a_provider_lead_sees_the_area_of_their_own_cases(client_as, case, organization):
    make_case(area=case.area, organization_id=make_organization().id)

    (row,) = rows(client_as(Role.PROVIDER_LEAD, organization_id=organization.id))

    assert (row["title"], row["precision"], row["lat"], row["lon"]) == (case.title, "area", None, None)


def test_another_responder_sees_nothing(client_as, case):
    assert rows(client_as(make_responder())) == []


def test_a_row_holds_these_members_and_no_other(client_as, keeper, case):
    (row,) = rows(client_as(keeper))

    assert set(row) == {"title", "url", "lane", "area_id", "precision", "lat", "lon"}


def test_a_closed_case_is_on_no_map(client_as, keeper, case):
    client, office = client_as(keeper), client_as(Role.COORDINATOR)
    actions.close_case(case, Outcome.CALMED, actor=actor_of(keeper))

    assert rows(client) == rows(office) == []


def test_a_destroyed_case_keeps_its_area_only(client_as, case):
    destroy_key(case.key_id, "retention")
    destroy_key(case.block_key_id, "retention")

    (row,) = rows(client_as(Role.COORDINATOR))

    assert (row["precision"], row["lat"]) == ("area", None)


def test_a_case_without_a_point_is_shown_by_its_area(client_as, keeper, area):
    make_case(keeper=keeper, area=area, place=ExactPlace("somewhere here"))

    (row,) = rows(client_as(keeper))

    assert (row["precision"], row["lat"], row["area_id"]) == ("area", None, area.id)


@pytest.mark.one_database
@pytest.mark.parametrize("role", [Role.MEDIATOR, Role.COORDINATOR])
def test_the_page_has_the_same_rows_as_a_table(client_as, keeper, case, role):
    page = client_as(keeper if role is Role.MEDIATOR else role).get("/maps/cases").text

    assert case.title in page
    assert "${alert(1)}&lt;/script&gt;" in page
    assert "<script>alert(2)" not in page


@pytest.mark.one_database
def test_no_word_of_a_person_passes_through_folium(client_as, keeper, case):
    before = build_skeleton("cases")
    client = client_as(keeper)
    client.get("/maps/cases")
    script = client.get("/maps/cases/skeleton.js")

    assert script.text == before.script
    assert script.mimetype == "text/javascript"
    for word in (EVIL, "alert", case.title, case.tree, "http", "cdn", "<", "`", "${"):
        assert word not in script.text
    assert before.html == '<div id="map_cases" class="map__live map__live--tall"></div>'


@pytest.mark.parametrize("name", ["${alert(1)}", "a b", "", "</script>", "é", "x;alert(1)"])
def test_a_map_has_a_name_of_ours(name):
    with pytest.raises(ValueError, match="named by us"):
        build_skeleton(name)


@pytest.mark.one_database
def test_areas_are_json(client_as, keeper, area):
    answer = client_as(keeper).get("/maps/areas.json")

    (feature,) = answer.json["features"]
    assert feature["properties"]["name"] == EVIL
    assert feature["geometry"]["type"] == "Polygon"
    assert answer.mimetype == "application/json"


def test_an_exact_place_on_a_map_is_a_look_by_the_assignment_that_allows_it(client_as):
    keeper = make_responder()
    case = make_case(keeper=keeper)
    client_as(keeper).get("/maps/cases.json")

    look = db.session.scalars(select(AuditEntry).where(AuditEntry.what == What.CASE_LOOKED_AT)).one()

    assert (look.subject_id, look.permission) == (case.id, Permission.PLACE_READ.value)
    assert look.assignment_id == db.session.scalars(select(Assignment.id)).one()


def test_a_map_of_blocks_is_one_look_that_names_each_case(client_as):
    cases = {make_case().id for _ in range(3)}
    client_as(Role.COORDINATOR).get("/maps/cases.json")

    look = db.session.scalars(select(AuditEntry).where(AuditEntry.what == What.CASE_MAP_SHOWN)).one()

    assert set(look.facts["of"]) == cases
