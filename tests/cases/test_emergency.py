"""Opening a case in an emergency: two people of two organizations, an hour, and those assigned see it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.accounts.permissions import TABLE, Permission, Role, Scope
from app.accounts.sign_in import actor_of
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.audit.people import meant_by
from app.audit.review_rules import week_of
from app.audit.reviews import sample_of
from app.cases.emergency_actions import agree, ask, end
from app.cases.emergency_models import EmergencyOpening, EmergencyReason
from app.foundation import clock
from app.foundation.db import db
from app.foundation.office import LOS_ANGELES
from app.roster.lanes import Lane
from tests.support.cases import (
    NAME,
    PLACE,
    PROMISE,
    WORDS,
    make_agreement,
    make_case,
    make_contact,
    make_party,
)
from tests.support.people import make_account
from tests.support.roster import make_organization, make_responder

pytestmark = pytest.mark.guarded_rows

ASKED = {"reason": "party_in_danger"}


@pytest.fixture
def organization(app):
    return make_organization()


@pytest.fixture
def keeper(app):
    return make_responder(role=Role.MEDIATOR)


@pytest.fixture
def case(organization, keeper):
    """A case of an interruption team, with something in every field."""
    return filled(make_case(keeper=keeper, organization_id=organization.id, lane=Lane.INTERRUPTION), keeper)


def filled(case, keeper):
    one, other = make_party(case, keeper), make_party(case, keeper)
    make_contact(case, keeper, one)
    make_agreement(case, keeper, one, other)
    return case


@pytest.fixture
def lead(client_as, organization):
    return client_as(Role.PROVIDER_LEAD, organization_id=organization.id, name="Rosa Lead")


@pytest.fixture
def coordinator(client_as):
    return client_as(Role.COORDINATOR)


def the_opening() -> EmergencyOpening:
    db.session.expire_all()
    return db.session.scalars(select(EmergencyOpening).order_by(EmergencyOpening.id.desc())).first()


def ask_and_agree(case, lead, coordinator) -> None:
    assert lead.post(f"/cases/{case.id}/emergency", data=ASKED).status_code == 302
    assert coordinator.post(f"/cases/emergencies/{the_opening().id}/agree").status_code == 302


def test_nothing_opens_before_a_second_person_agrees(case, lead):
    assert lead.post(f"/cases/{case.id}/emergency/open").status_code == 404

    lead.post(f"/cases/{case.id}/emergency", data=ASKED)

    answer = lead.post(f"/cases/{case.id}/emergency/open")
    assert answer.status_code == 404
    assert NAME.name not in answer.text


def test_agreed_to_it_shows_who_and_where_and_the_notes_and_no_agreement(case, lead, coordinator):
    ask_and_agree(case, lead, coordinator)

    page = lead.post(f"/cases/{case.id}/emergency/open").text

    for words in (NAME.name, NAME.contact, PLACE.words, WORDS):
        assert words in page
    assert PROMISE not in page
    assert lead.get(f"/cases/{case.id}").status_code == 404


@pytest.mark.parametrize("lane", [Lane.MEDIATION, Lane.RESTORATIVE])
def test_what_was_said_in_a_mediation_stays_shut(lane, organization, keeper, lead, coordinator):
    case = filled(make_case(keeper=keeper, organization_id=organization.id, lane=lane), keeper)
    ask_and_agree(case, lead, coordinator)

    page = lead.post(f"/cases/{case.id}/emergency/open").text

    assert NAME.name in page
    assert WORDS not in page


def test_an_hour_later_it_is_shut(case, lead, coordinator):
    ask_and_agree(case, lead, coordinator)
    db.session.execute(update(EmergencyOpening).values(until_at=clock.now() - timedelta(seconds=1)))

    assert lead.post(f"/cases/{case.id}/emergency/open").status_code == 404


def test_ended_early_it_is_shut_at_once(case, lead, coordinator):
    ask_and_agree(case, lead, coordinator)
    assert lead.post(f"/cases/{case.id}/emergency/end").status_code == 302

    assert lead.post(f"/cases/{case.id}/emergency/open").status_code == 404


def test_it_opens_to_the_one_who_asked_and_to_no_colleague(case, lead, coordinator, client_as, organization):
    ask_and_agree(case, lead, coordinator)
    colleague = client_as(Role.PROVIDER_LEAD, organization_id=organization.id)

    assert colleague.post(f"/cases/{case.id}/emergency/open").status_code == 404


def test_nobody_agrees_for_their_own_organization(case, lead, client_as, organization):
    lead.post(f"/cases/{case.id}/emergency", data=ASKED)
    of_the_same = client_as(Role.COORDINATOR, organization_id=organization.id)

    assert of_the_same.post(f"/cases/emergencies/{the_opening().id}/agree").status_code == 409
    assert the_opening().confirmed_at is None


def test_the_database_keeps_one_from_agreeing_to_their_own_asking(case):
    account, now = make_account(Role.PROVIDER_LEAD), clock.now()
    db.session.add(
        EmergencyOpening(
            case_id=case.id,
            reason="medical",
            asked_by_id=account.id,
            asked_at=now,
            confirmed_by_id=account.id,
            confirmed_at=now,
            until_at=now + timedelta(hours=1),
        )
    )
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_who_is_assigned_is_told_at_once_by_whom_and_why(case, lead, coordinator, client_as, keeper):
    owner = client_as(keeper)
    assert "was opened in an emergency" not in owner.get("/today").text

    ask_and_agree(case, lead, coordinator)
    lead.post(f"/cases/{case.id}/emergency/open")

    today = owner.get("/today").text
    assert f"{case.title} was opened in an emergency" in today
    assert "Rosa Lead" in today
    looks = owner.get(f"/cases/{case.id}/looks").text
    assert "Agreed that it is opened in an emergency" in looks
    assert "Rosa Lead" in looks


def test_the_trail_says_who_asked_who_agreed_and_what_was_opened(case, lead, coordinator):
    ask_and_agree(case, lead, coordinator)
    lead.post(f"/cases/{case.id}/emergency/open")

    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.subject_id == case.id).order_by(AuditEntry.id)
    ).all()
    ours = [
        (one.what, one.actor_id)
        for one in entries
        if one.actor_id in (lead.account_id, coordinator.account_id)
    ]
    assert ours == [
        (What.EMERGENCY_ASKED, lead.account_id),
        (What.EMERGENCY_AGREED, coordinator.account_id),
        (What.CASE_NAMES_SHOWN, lead.account_id),
        (What.CASE_PLACE_SHOWN, lead.account_id),
        (What.CASE_LOOKED_AT, lead.account_id),
    ]


def test_asked_twice_it_waits_once(case, lead):
    assert lead.post(f"/cases/{case.id}/emergency", data=ASKED).status_code == 302
    assert lead.post(f"/cases/{case.id}/emergency", data=ASKED).status_code == 409


def test_a_refusal_opens_nothing_and_can_be_asked_again(case, lead, coordinator):
    lead.post(f"/cases/{case.id}/emergency", data=ASKED)
    coordinator.post(f"/cases/emergencies/{the_opening().id}/refuse")

    assert lead.post(f"/cases/{case.id}/emergency/open").status_code == 404
    assert coordinator.post(f"/cases/emergencies/{the_opening().id}/agree").status_code == 409
    assert lead.post(f"/cases/{case.id}/emergency", data=ASKED).status_code == 302


def test_what_nobody_agreed_to_for_an_hour_is_gone(case, lead, coordinator):
    lead.post(f"/cases/{case.id}/emergency", data=ASKED)
    db.session.execute(update(EmergencyOpening).values(asked_at=clock.now() - timedelta(minutes=61)))

    assert case.title not in coordinator.get("/cases/emergencies").text
    assert coordinator.post(f"/cases/emergencies/{the_opening().id}/agree").status_code == 409


def test_the_office_sees_that_somebody_asks(case, lead, coordinator):
    assert "asks to open a case" not in coordinator.get("/cases/").text
    lead.post(f"/cases/{case.id}/emergency", data=ASKED)

    assert "asks to open a case" in coordinator.get("/cases/").text
    assert "asks to open a case" in coordinator.get("/board").text
    page = coordinator.get("/cases/emergencies").text
    assert "Rosa Lead" in page
    assert "A person in the case is in danger" in page


def test_an_open_board_learns_of_it_with_its_next_question(case, lead, coordinator):
    before = coordinator.get("/board/stamp").text
    assert coordinator.get("/board/stamp").text == before
    lead.post(f"/cases/{case.id}/emergency", data=ASKED)

    assert coordinator.get("/board/stamp").text != before


def test_a_lead_of_another_organization_cannot_even_ask(case, client_as):
    other = client_as(Role.PROVIDER_LEAD, organization_id=make_organization().id)

    assert other.get(f"/cases/{case.id}/emergency").status_code == 404
    assert other.post(f"/cases/{case.id}/emergency", data=ASKED).status_code == 404


def test_only_a_lead_opens_in_an_emergency():
    """security.md B: scope b stands in the column of the lead, for people, place and notes."""
    found = {
        (permission, role)
        for permission, roles in TABLE.items()
        for role, scope in roles.items()
        if scope is Scope.BREAK_GLASS
    }
    assert found == {
        (permission, Role.PROVIDER_LEAD)
        for permission in (Permission.PARTY_READ, Permission.PLACE_READ, Permission.NOTES_READ)
    }


def test_the_keeper_is_the_one_who_reads_it_otherwise(case, keeper, client_as):
    assert actor_of(keeper).role == Role.MEDIATOR
    assert NAME.name in client_as(keeper).post(f"/cases/{case.id}/names").text


def test_more_than_three_openings_in_30_days_come_before_the_auditor(case, organization):
    """Each further one, whoever agreed. Those of 31 days ago count no more, nor do another lead's."""
    rosa, sam = (make_account(Role.PROVIDER_LEAD, organization_id=organization.id) for _ in range(2))
    agrees = actor_of(make_account(Role.COORDINATOR))
    last_week = clock.now() - timedelta(days=7)
    for lead, days in [(rosa, 31), (rosa, 4), (sam, 3), (rosa, 2), (rosa, 1), (rosa, 0)]:
        with clock.as_of(last_week - timedelta(days=days, minutes=1)):
            opening = ask(case, EmergencyReason.MEDICAL, actor=actor_of(lead))
            agree(opening, actor=agrees)
            end(opening, actor=actor_of(lead))
    db.session.commit()

    told = select(AuditEntry).where(AuditEntry.what == What.EMERGENCY_AGREED).order_by(AuditEntry.at)
    entries = db.session.scalars(told).all()
    assert [entry.facts.get("openings") for entry in entries] == [None, None, None, None, None, 4]
    assert meant_by(entries[-1].facts["account"]) == rosa.id
    monday = week_of(entries[-1].at.astimezone(LOS_ANGELES).date())
    assert [one.entry.id for one in sample_of(monday, 1).page.items] == [entries[-1].id]
