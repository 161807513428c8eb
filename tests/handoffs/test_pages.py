"""The pages of service referrals: who sees which, what they say, bad input, and their cost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.permissions import TABLE, Permission, Role
from app.assignments.models import Assignment
from app.audit.models import AuditEntry
from app.directory.models import CapacityState, ServiceCapacity
from app.foundation import clock
from app.foundation.db import db
from app.handoffs import actions, queries
from app.handoffs.models import Handoff, HandoffState, Met, RefusalReason, Share
from app.handoffs.rules import day_of
from app.vault.access import Use
from tests.support.cases import NAME, assign_to, end_assignment
from tests.support.directory import make_partner, make_service
from tests.support.handoffs import CALL_THEM, NEED, REACH_THEM, make_world
from tests.support.roster import make_responder

pytestmark = pytest.mark.guarded_rows

PEOPLE = [role for role in Role if role not in (Role.RESIDENT, Role.DISPATCH_CLIENT)]
CONTENT = (NEED, CALL_THEM, REACH_THEM, NAME.name, NAME.contact)


@pytest.fixture
def world(app):
    return make_world()


def new_form(world, **changes):
    return {
        "party_id": world.party.id,
        "service_id": world.service.id,
        "need": NEED,
        "how": "aloud",
        "said_by": "person",
        "shares": ["need", "name"],
        "name": CALL_THEM,
        "contact": REACH_THEM,
        "until_on": (day_of(clock.now()) + timedelta(days=30)).isoformat(),
        **changes,
    }


@pytest.mark.one_database
@pytest.mark.parametrize("role", PEOPLE)
def test_each_page_opens_only_for_its_roles(client_as, role):
    client = client_as(role)
    for path, permission in (
        ("/service-referrals", Permission.HANDOFF_TRACK),
        ("/service-referrals/inbox", Permission.HANDOFF_ANSWER),
    ):
        expected = 200 if role in TABLE[permission] else 403
        assert client.get(path).status_code == expected, path


def test_the_office_sees_birds_and_no_content(world, client_as):
    handoff = world.sent()
    office = client_as(Role.OFFICE_STAFF)

    pages = [
        office.get("/service-referrals?turn=partner").text,
        office.get(f"/service-referrals/{handoff.id}").text,
    ]

    assert all(world.party.bird in page for page in pages)
    assert not [words for page in pages for words in CONTENT if words in page]
    assert office.get(f"/service-referrals/{handoff.id}/shared").status_code == 404
    assert office.post(f"/service-referrals/{handoff.id}/send").status_code == 404


def test_a_mediator_sees_their_own_and_nobody_elses(world, client_as):
    handoff = world.sent()
    stranger = client_as(make_responder(role=Role.MEDIATOR))

    assert world.party.bird in client_as(world.keeper).get("/service-referrals?turn=partner").text
    assert world.party.bird not in stranger.get("/service-referrals?turn=partner").text
    for path in ("", "/shared", "/consent", "/withdraw"):
        assert stranger.get(f"/service-referrals/{handoff.id}{path}").status_code == 404
    for act in ("send", "close", "consent", "withdraw"):
        assert stranger.post(f"/service-referrals/{handoff.id}/{act}").status_code == 404
    assert stranger.get(f"/cases/{world.case.id}/service-referrals/new").status_code == 404


def test_when_the_case_is_no_longer_theirs_nor_is_the_service_referral(world, client_as):
    handoff = world.sent()
    end_assignment(db.session.scalars(select(Assignment)).one())

    assert client_as(world.keeper).get(f"/service-referrals/{handoff.id}").status_code == 404


def test_the_whole_way_from_a_case_to_the_closed_loop(world, client_as):
    mediator, partner = client_as(world.keeper), client_as(world.partner)

    assert mediator.get(f"/cases/{world.case.id}/service-referrals/new").status_code == 200
    mediator.post(f"/cases/{world.case.id}/service-referrals/new", data=new_form(world))
    handoff = db.session.scalars(select(Handoff)).one()
    assert mediator.post(f"/service-referrals/{handoff.id}/send").status_code == 302

    assert world.party.bird in partner.get("/service-referrals/inbox").text
    opened = partner.get(f"/service-referrals/inbox/{handoff.id}").text
    assert NEED in opened
    assert CALL_THEM in opened
    assert REACH_THEM not in opened
    partner.post(f"/service-referrals/inbox/{handoff.id}/accept")
    partner.post(f"/service-referrals/inbox/{handoff.id}/outcome", data={"met": "met"})
    mediator.post(f"/service-referrals/{handoff.id}/close")

    db.session.refresh(handoff)
    assert (handoff.state, handoff.met) == (HandoffState.CLOSED, Met.MET)
    looks = select(AuditEntry).where(AuditEntry.actor_id == world.partner.id)
    assert "handoff.read" in {entry.what.value for entry in db.session.scalars(looks)}


@pytest.mark.one_database
@pytest.mark.parametrize(("role", "offers"), [(Role.MEDIATOR, True), (Role.INTERRUPTER, False)])
def test_the_people_of_a_case_can_be_connected_by_those_who_may(world, client_as, role, offers):
    keeper = make_responder(role=role)
    assign_to(world.case, keeper)
    page = client_as(keeper).get(f"/cases/{world.case.id}/people").text

    assert (f"/cases/{world.case.id}/service-referrals/new" in page) is offers


def test_a_draft_keeps_what_was_written_for_the_day_they_say_yes(world, client_as):
    mediator = client_as(world.keeper)
    mediator.post(f"/cases/{world.case.id}/service-referrals/new", data=new_form(world, how="not_yet"))
    handoff = db.session.scalars(select(Handoff)).one()
    yes = {"said_by": "person", "how": "aloud", "until_on": day_of(clock.now()).isoformat()}
    path = f"/service-referrals/{handoff.id}/consent"

    assert mediator.post(path, data={**yes, "shares": ["area"]}).status_code == 200  # never written down
    assert mediator.post(path, data={**yes, "shares": ["need", "name"]}).status_code == 302
    assert queries.open_for_partner(handoff, Use.INTEGRITY, clock.now()) == {
        Share.NEED: NEED,
        Share.NAME: CALL_THEM,
    }


def test_what_was_typed_and_not_ticked_is_forgotten(world, client_as):
    mediator = client_as(world.keeper)
    mediator.post(f"/cases/{world.case.id}/service-referrals/new", data=new_form(world))
    handoff = db.session.scalars(select(Handoff)).one()

    page = mediator.get(f"/service-referrals/{handoff.id}/shared").text

    assert CALL_THEM in page
    assert REACH_THEM not in page


def test_without_a_yes_it_stays_a_draft_and_sending_says_why(world, client_as):
    mediator = client_as(world.keeper)
    mediator.post(f"/cases/{world.case.id}/service-referrals/new", data=new_form(world, how="not_yet"))
    handoff = db.session.scalars(select(Handoff)).one()

    answer = mediator.post(f"/service-referrals/{handoff.id}/send")

    assert answer.status_code == 409
    assert "Ask the person first" in answer.text
    assert "Ask for consent" in mediator.get(f"/service-referrals/{handoff.id}").text


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"need": ""}, "Write what they need, in a sentence."),
        ({"party_id": ""}, "Choose the person."),
        ({"party_id": "somebody"}, "Choose one."),
        ({"service_id": "00000000-0000-4000-8000-000000000000"}, "Choose one."),
        ({"shares": []}, "Choose at least one thing they agreed to share."),
        ({"shares": ["papers"]}, "Choose from the list."),
        ({"name": ""}, "Write it, or take it out of what is shared."),
        ({"until_on": "2020-01-01"}, "Choose a day from today to a year ahead."),
        ({"until_on": "soon"}, "Write the day as year-month-day."),
        ({"need": "x" * 1001}, "Make this shorter"),
        ({"need": "bed\u202e"}, "Take out the hidden characters."),
        ({"how": "shouted"}, "Choose one."),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_kept(world, client_as, changes, words):
    page = client_as(world.keeper).post(
        f"/cases/{world.case.id}/service-referrals/new", data=new_form(world, **changes)
    )

    assert page.status_code == 200
    assert words in page.text
    assert db.session.scalars(select(Handoff)).all() == []


def test_a_refusal_says_why_and_the_next_form_is_filled_in(world, client_as):
    handoff = world.sent()
    client_as(world.partner).post(
        f"/service-referrals/inbox/{handoff.id}/refuse",
        data={"reason": "no_room", "room_again_on": "2027-01-04"},
    )
    mediator = client_as(world.keeper)

    page = mediator.get("/service-referrals").text
    again = mediator.get(f"/cases/{world.case.id}/service-referrals/new?from={handoff.id}").text

    assert "Said no" in page
    assert "No room" in page
    assert "Choose another" in page
    assert NEED in again


@pytest.mark.parametrize("query", ["?from=nothing", "?from=%00"])
def test_filling_in_from_what_is_not_there_is_not_found(world, client_as, query):
    assert (
        client_as(world.keeper).get(f"/cases/{world.case.id}/service-referrals/new{query}").status_code == 404
    )


def test_filling_in_from_another_case_is_not_found(world, client_as):
    handoff = world.sent()
    actions.refuse(handoff, RefusalReason.OTHER, actor=world.answerer)
    other = make_world(area=world.case.area)

    path = f"/cases/{other.case.id}/service-referrals/new?from={handoff.id}"

    assert client_as(other.keeper).get(path).status_code == 404


def test_taking_it_back_on_the_page_shuts_the_partner_out(world, client_as):
    handoff = world.sent()
    office, partner = client_as(Role.OFFICE_STAFF), client_as(world.partner)
    assert partner.get(f"/service-referrals/inbox/{handoff.id}").status_code == 200

    office.post(f"/service-referrals/{handoff.id}/withdraw", data={"said_by": "person", "how": "aloud"})

    assert partner.get(f"/service-referrals/inbox/{handoff.id}").status_code == 404
    assert "took back their yes" in office.get(f"/service-referrals/{handoff.id}").text


def test_a_partner_says_room_for_their_own_services_only(world, client_as):
    partner = client_as(world.partner)
    alien = make_service("Other bed", partner=make_partner())

    def say(service, **data):
        named = {f"{service.id}-{name}": value for name, value in data.items()}
        return partner.post(f"/service-referrals/inbox/room/{service.id}", data=named).status_code

    assert say(world.service, state="open", places="4") == 302
    assert say(world.service, state="open") == 302  # sent back with words, nothing kept
    assert say(world.service, state="open", places="-1") == 302
    assert say(alien, state="full") == 404
    rows = db.session.scalars(select(ServiceCapacity)).all()
    assert [(row.service_id, row.state, row.places) for row in rows] == [
        (world.service.id, CapacityState.OPEN, 4)
    ]
    assert "4 places" in partner.get("/service-referrals/inbox").text
