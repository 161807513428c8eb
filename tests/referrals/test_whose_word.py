"""Who may say what of a call, and who owns it meanwhile: held by the code, and below it by the database."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import journey
from app.accounts.permissions import Role
from app.assignments.models import Assignment
from app.audit.trail import RESIDENT, SYSTEM, Actor, ActorKind
from app.foundation.db import db
from app.foundation.errors import DomainError
from app.referrals.actions import move
from app.referrals.models import Custody, Source, State
from app.referrals.transitions import TRANSITIONS, WITH_US_STATES, By, Event, Transition, owner_in
from tests.support.board import actor_with, make_call, make_lane_team, make_responder_on_shift
from tests.support.custody_pairs import pairs_that_stand
from tests.support.referrals import Dispatch, referral_now

CLIENT = Actor(ActorKind.CLIENT, "client", "psap.example.gov", role=Role.DISPATCH_CLIENT.value)
PERSON = Actor(ActorKind.PERSON, "person", "Ana Reyes", role=Role.COORDINATOR.value)
SPEAKERS = {By.SOFTWARE: SYSTEM, By.DISPATCH: CLIENT, By.PERSON: PERSON}
BY_TELEPHONE = (Event.ACKNOWLEDGED, By.PERSON)
"""A dispatcher's word, told to a person here."""
NOT_THEIRS = [
    pytest.param(one, since, speaker, id=f"{by}-{one.event}-{since}-{one.to}")
    for one in TRANSITIONS
    for since in one.since
    for by, speaker in (*SPEAKERS.items(), ("resident", RESIDENT))
    if by not in one.by and (one.event, by) != BY_TELEPHONE
]


@pytest.mark.parametrize("software", [SYSTEM, CLIENT], ids=["our worker", "dispatch's system"])
@pytest.mark.parametrize("source", [Source.DISPATCH, Source.RESIDENT])
def test_software_never_accepts_a_call(app: Flask, software: Actor, source: Source) -> None:
    offered = make_call(State.OFFERED, source=source)

    with pytest.raises(PermissionError):
        journey.accept(offered, actor=software)
    assert referral_now(offered.id).state is State.OFFERED


@pytest.mark.parametrize(
    ("state", "say"),
    [
        (State.ACCEPT_PENDING, lambda call: journey._confirm(call, actor=SYSTEM)),
        (State.HANDING_BACK, lambda call: journey.acknowledge_hand_back(call, actor=SYSTEM)),
    ],
    ids=["confirmed", "acknowledged"],
)
def test_software_never_speaks_for_dispatch(app: Flask, state: State, say) -> None:
    call = make_call(state)

    with pytest.raises(PermissionError):
        say(call)
    assert (referral_now(call.id).state, referral_now(call.id).custody) == (state, Custody.BOTH)


@pytest.mark.one_database
@pytest.mark.parametrize(("way", "since", "speaker"), NOT_THEIRS)
def test_nobody_says_what_is_not_theirs_to_say(
    app: Flask, way: Transition, since: State, speaker: Actor
) -> None:
    call = make_call(since)

    with pytest.raises(PermissionError):
        move(call, way.event, actor=speaker, to=way.to)
    assert referral_now(call.id).state is since


@pytest.mark.parametrize("state", [one for one in State if one not in WITH_US_STATES])
def test_nobody_is_sent_to_a_call_that_is_not_ours_alone(app: Flask, state: State) -> None:
    team = make_lane_team()
    responder = make_responder_on_shift(team)
    call = make_call(state, team_id=team.id)

    with pytest.raises(DomainError):
        journey.send_responder(call, responder.id, actor=actor_with(Role.COORDINATOR))
    assert db.session.scalar(select(func.count()).select_from(Assignment)) == 0


def test_the_database_refuses_every_owner_that_does_not_fit_the_state(app: Flask) -> None:
    call = make_call(State.OFFERED, client_id=Dispatch(app).client_id)

    assert pairs_that_stand(call) == {(state, owner_in(state, Source.DISPATCH)) for state in State}
