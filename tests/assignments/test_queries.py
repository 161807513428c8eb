"""What an assignment opens, and to whom: to the person sent, while it lasts."""

from datetime import timedelta

import pytest

from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.assignments import queries
from app.assignments.actions import end
from app.assignments.models import Step
from app.foundation import clock
from app.foundation.errors import NotFound
from app.roster.actions import declare_tie
from tests.support.assignments import make_assignment, note_step
from tests.support.board import make_call
from tests.support.people import make_account
from tests.support.places import make_area
from tests.support.roster import make_responder, make_team


@pytest.fixture
def person(app):
    return make_responder()


@pytest.fixture
def call(app):
    return make_call(area_id=make_area().id)


def test_a_person_sees_their_own(person, call):
    sent = make_assignment(person, referral_id=call.id)

    assert queries.get_assignment(sent.id, actor_of(person)).id == sent.id
    assert [one.id for one in queries.list_current(actor_of(person))] == [sent.id]
    assert queries.is_assigned(person.id, referral_id=call.id)


def test_when_it_ends_access_is_gone_at_the_next_look(person, call):
    sent = make_assignment(person, referral_id=call.id)
    end(sent, "closed", actor=actor_of(person))

    with pytest.raises(NotFound):
        queries.get_assignment(sent.id, actor_of(person))
    assert list(queries.list_current(actor_of(person))) == []
    assert not queries.is_assigned(person.id, referral_id=call.id)
    assert list(queries.current_for_referral(call.id)) == []
    assert queries.current_for_referrals([call.id]) == {}


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.RESIDENT, Role.DISPATCH_CLIENT)])
def test_to_everybody_else_it_does_not_exist(person, call, role):
    sent = make_assignment(person, referral_id=call.id)
    other = make_account(role, organization_id=person.organization_id, team_id=person.team_id)

    with pytest.raises(NotFound):
        queries.get_assignment(sent.id, actor_of(other))
    assert list(queries.list_current(actor_of(other))) == []


def test_being_on_nothing_named_is_being_on_nothing(person, call):
    make_assignment(person, referral_id=call.id)
    make_assignment(person)

    assert not queries.is_assigned(person.id)
    assert not queries.is_assigned(person.id, case_id=None, referral_id=None)


def test_who_is_on_a_call_comes_in_the_order_they_were_sent(person, call):
    first = make_assignment(person, referral_id=call.id, assigned_at=clock.now() - timedelta(minutes=5))
    second = make_assignment(make_responder(), referral_id=call.id)

    assert [one.id for one in queries.current_for_referral(call.id)] == [first.id, second.id]
    assert [one.id for one in queries.current_for_referrals([call.id])[call.id]] == [first.id, second.id]


@pytest.mark.parametrize(
    ("step", "is_busy"),
    [(Step.ASSIGNED, True), (Step.ON_SCENE, True), (Step.REFUSED, True), (Step.CLEAR, False)],
)
def test_clear_of_the_scene_a_person_is_free_again(person, call, step, is_busy):
    make_assignment(person, referral_id=call.id, step=step)

    assert (person.id in queries.busy_account_ids()) is is_busy


def test_ranking_reads_shift_ties_load_language_area_and_rest(app, call):
    team = make_team()
    names = ["Ana", "Ben", "Cal", "Dee", "Eva", "Fay"]
    _, _, cal, dee, eva, fay = (make_responder(team, name=name, is_on_shift=name != "Ben") for name in names)
    declare_tie(call.area_id, actor=actor_of(cal))
    make_assignment(dee, referral_id=make_call().id, step=Step.EN_ROUTE)
    worked = make_assignment(eva, referral_id=call.id)
    note_step(worked, Step.CLEAR, at=clock.now() - timedelta(days=2))
    tired = make_assignment(fay, referral_id=make_call().id)
    note_step(tired, Step.CLEAR, at=clock.now() - timedelta(hours=1))
    make_responder(name="Of another team")

    ranked = queries.rank_responders(team.id, "es", call.area_id, clock.now())

    assert [(one.name, one.may_go) for one in ranked] == [
        ("Eva", True),
        ("Ana", True),
        ("Fay", True),
        ("Dee", True),
        ("Ben", False),
        ("Cal", False),
    ]
    assert ranked[0].reasons == ("on_shift", "speaks", "free", "knows_area")
    assert ranked[-1].reasons == ("on_shift", "has_tie", "speaks", "free")
