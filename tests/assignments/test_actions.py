"""Sending a person, their steps, and the end of it."""

import pytest
from sqlalchemy import select

from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.assignments import actions
from app.assignments.actions import AlreadySent, CannotBeSent, WrongStep
from app.assignments.models import Assignment, AssignmentStep, Step
from app.audit.models import AuditEntry
from app.audit.trail import SYSTEM
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.roster.actions import declare_tie
from tests.support.assignments import make_assignment
from tests.support.board import make_call
from tests.support.people import make_account
from tests.support.places import make_area
from tests.support.roster import make_organization, make_responder, make_team


@pytest.fixture
def coordinator(app):
    return actor_of(make_account(Role.COORDINATOR))


def send(person, actor, **fields):
    values = {"referral_id": make_call().id, "case_id": None, "team_id": person.team_id, **fields}
    return actions.assign(account_id=person.id, actor=actor, **values)


def test_a_person_is_sent_by_a_named_person(coordinator):
    sent = send(make_responder(), coordinator)

    assert (sent.step, sent.assigned_by_id, sent.ended_at) == (Step.ASSIGNED, coordinator.id, None)
    assert [step.step for step in sent.steps] == [Step.ASSIGNED]


def test_the_same_person_is_on_a_call_once(coordinator):
    person, call = make_responder(), make_call()
    first = send(person, coordinator, referral_id=call.id)
    with pytest.raises(AlreadySent):
        send(person, coordinator, referral_id=call.id)

    actions.end(first, "handed_back", actor=coordinator)

    assert send(person, coordinator, referral_id=call.id).id != first.id


def test_a_second_call_does_not_touch_the_first(coordinator):
    person = make_responder()
    first = send(person, coordinator)
    actions.take_step(first, Step.ACKNOWLEDGED, actor=actor_of(person))

    send(person, coordinator)

    assert (first.step, first.ended_at) == (Step.ACKNOWLEDGED, None)


@pytest.mark.parametrize(
    "who",
    [
        lambda: make_responder(is_on_shift=False),
        lambda: make_responder(is_active=False),
        lambda: make_responder(role=Role.OFFICE_STAFF),
        lambda: make_account(Role.MEDIATOR),
    ],
    ids=["off shift", "not active", "not a responder's role", "on no team"],
)
def test_some_people_cannot_be_sent(coordinator, who):
    with pytest.raises(CannotBeSent):
        send(who(), coordinator)


def test_nobody_is_sent_for_another_team(coordinator):
    with pytest.raises(CannotBeSent):
        send(make_responder(), coordinator, team_id=make_team().id)


def test_nobody_is_sent_to_where_they_have_ties(coordinator):
    person, area = make_responder(), make_area()
    declare_tie(area.id, actor=actor_of(person))

    with pytest.raises(CannotBeSent, match="ties"):
        send(person, coordinator, referral_id=make_call(area_id=area.id).id)

    assert send(person, coordinator, referral_id=make_call(area_id=make_area("Newton").id).id)


def test_a_provider_lead_sends_only_their_own_people(app):
    ours = make_organization()
    lead = actor_of(make_account(Role.PROVIDER_LEAD, organization_id=ours.id))

    assert send(make_responder(make_team(organization=ours)), lead)
    with pytest.raises(CannotBeSent):
        send(make_responder(), lead)


@pytest.mark.parametrize("role", [Role.MEDIATOR, Role.OFFICE_STAFF, Role.ADMIN, Role.ANALYST])
def test_other_roles_send_nobody(app, role):
    with pytest.raises(CannotBeSent):
        send(make_responder(), actor_of(make_account(role)))


def test_software_sends_nobody(app):
    with pytest.raises(CannotBeSent):
        send(make_responder(), SYSTEM)


def test_steps_are_dated_rows_and_the_same_twice_is_one(coordinator):
    person = make_responder()
    sent = send(person, coordinator)
    for step in (Step.ACKNOWLEDGED, Step.EN_ROUTE, Step.EN_ROUTE, Step.ON_SCENE):
        actions.take_step(sent, step, actor=actor_of(person))

    rows = db.session.scalars(select(AssignmentStep).order_by(AssignmentStep.at)).all()
    assert [row.step for row in rows] == [Step.ASSIGNED, Step.ACKNOWLEDGED, Step.EN_ROUTE, Step.ON_SCENE]
    assert [row.by_id for row in rows] == [coordinator.id, *[person.id] * 3]


@pytest.mark.parametrize(
    ("at", "step"),
    [
        (Step.ASSIGNED, Step.ON_SCENE),
        (Step.ON_SCENE, Step.EN_ROUTE),
        (Step.ON_SCENE, Step.CLEAR),
        (Step.EN_ROUTE, Step.DECLINED),
    ],
)
def test_no_step_is_skipped_and_none_taken_back(app, at, step):
    person = make_responder()
    sent = make_assignment(person, referral_id=make_call().id, step=at)

    with pytest.raises(WrongStep):
        actions.take_step(sent, step, actor=actor_of(person))


def test_nobody_takes_a_step_for_another(coordinator):
    sent = send(make_responder(), coordinator)

    with pytest.raises(NotFound):
        actions.take_step(sent, Step.ACKNOWLEDGED, actor=coordinator)


def test_declining_ends_it_and_an_end_stays(coordinator):
    person = make_responder()
    sent = send(person, coordinator)
    actions.take_step(sent, Step.DECLINED, actor=actor_of(person))
    ended = (sent.ended_at, sent.ended_reason)
    actions.end(sent, "handed_back", actor=coordinator)

    assert (sent.ended_at, sent.ended_reason) == ended
    assert sent.ended_reason == "declined"
    with pytest.raises(WrongStep):
        actions.take_step(sent, Step.ACKNOWLEDGED, actor=actor_of(person))


def test_the_trail_tells_of_it_in_ids_and_codes(coordinator):
    person = make_responder()
    sent = send(person, coordinator)
    actions.take_step(sent, Step.ACKNOWLEDGED, actor=actor_of(person))
    actions.end(sent, "closed", actor=coordinator)
    db.session.flush()

    of_it = select(AuditEntry).where(AuditEntry.subject_id == sent.id).order_by(AuditEntry.at)
    entries = db.session.scalars(of_it).all()
    assert [entry.what.value for entry in entries] == [
        "assignment.made",
        "assignment.stepped",
        "assignment.ended",
    ]
    assert person.name not in str([entry.facts for entry in entries])


def test_the_database_itself_refuses_a_second_current_one(app):
    person, call = make_responder(), make_call()
    make_assignment(person, referral_id=call.id)
    with pytest.raises(AlreadySent):
        send(person, actor_of(make_account(Role.COORDINATOR)), referral_id=call.id)

    assert len(db.session.scalars(select(Assignment)).all()) == 1
