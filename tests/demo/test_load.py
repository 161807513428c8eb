"""The invented city: its past is what the office's own rules would have made, and again is the same."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.accounts import actions as account_actions
from app.accounts.models import Account, DispatchClient
from app.accounts.permissions import Role
from app.assignments.models import Assignment, AssignmentStep, Step
from app.audit import chain
from app.cases.contact_models import Contact
from app.cases.models import CaseState, CaseStateRow, ConflictCase
from app.delivery.models import Destination, DueTimer, OutboxMessage
from app.demo import commands
from app.demo.keys import FILE_NAME, DispatchKeys
from app.demo.load import SIGN_IN_FILE, Loader, Size, keep_password
from app.demo.los_angeles import SHIFT_STARTS
from app.demo.parts.inputs import show_receipt
from app.directory.models import Service, ServiceCapacity
from app.foundation import clock
from app.foundation.db import db
from app.foundation.office import LOS_ANGELES
from app.handoffs.models import Handoff
from app.inputs.models import Answer, AnswerKind, Input
from app.inputs.queries import find_by_receipt
from app.places.queries import locate
from app.plans.models import Plan, PlanState
from app.referrals.models import Referral, ReferralStateRow, State
from app.referrals.transitions import owner_in
from app.roster.models import Shift
from tests.support.people import make_account

TINY = Size(call_count=40, spot_count=8, input_count=14, handoff_count=3)


@pytest.fixture
def city(app, tmp_path, monkeypatch):
    """A tiny city, loaded; passwords are not hashed, since that takes most of the time."""
    monkeypatch.setattr(account_actions, "hash_password", lambda password: f"hash of {password}")
    load(tmp_path)
    return tmp_path


def load(folder, port=5001):
    loader = Loader(TINY, folder, port)
    assert sum(loader.run()) == loader.unit_count
    return loader


def count_of(model):
    return db.session.scalar(select(func.count()).select_from(model))


def rows_of(model):
    return db.session.scalars(select(model).order_by(model.at, model.id)).all()


def test_the_past_is_what_the_rules_would_have_made(city):
    """One city for many looks: loading it is what takes the time."""
    check_every_call_stands_where_its_last_dated_row_says()
    check_nothing_of_the_past_lies_ahead_and_its_clocks_are_still()
    check_the_past_has_calls_that_went_each_way()
    check_steps_and_case_states_follow_in_time()
    check_the_trail_can_be_verified()


def test_the_city_is_ready_for_visitors(city):
    check_a_call_waits_on_the_phone_of_a_visiting_mediator()
    check_the_files_are_for_their_owner_only(city)
    check_calls_come_from_inside_the_city(city)
    check_every_room_holds_something()
    check_the_receipt_that_is_shown_opens_an_answer()


def check_every_call_stands_where_its_last_dated_row_says():
    last = {row.referral_id: row for row in rows_of(ReferralStateRow)}
    referrals = db.session.scalars(select(Referral)).all()

    assert len(referrals) >= TINY.call_count
    for referral in referrals:
        assert (referral.state, referral.custody) == (last[referral.id].state, last[referral.id].custody)
        assert referral.custody is owner_in(referral.state, referral.source)


def check_nothing_of_the_past_lies_ahead_and_its_clocks_are_still():
    now = clock.now()

    assert all(row.at <= now for row in rows_of(ReferralStateRow))
    assert all(row.at <= now for row in rows_of(AssignmentStep))
    running = select(DueTimer).where(DueTimer.done_at.is_(None), DueTimer.cancelled_at.is_(None))
    for timer in db.session.scalars(running):
        assert timer.kind.startswith("handoff.") or timer.due_at > now + timedelta(hours=3)
    assert db.session.scalar(select(func.count()).where(OutboxMessage.sent_at.is_(None))) == 0


def check_the_past_has_calls_that_went_each_way():
    states = Counter(db.session.scalars(select(Referral.state)))
    days = {row.at.date() for row in rows_of(ReferralStateRow)}

    assert states[State.CLOSED] > 5
    assert states[State.HANDED_BACK] > 5
    assert len(days) > 20


def check_steps_and_case_states_follow_in_time():
    for assignment in db.session.scalars(select(Assignment)).all():
        steps = [(row.at, row.step) for row in assignment.steps]
        assert steps == sorted(steps, key=lambda step: step[0])
        assert steps[0][1] is Step.ASSIGNED
    for case in db.session.scalars(select(ConflictCase)).all():
        assert (case.closed_at is None) == (case.state is not CaseState.CLOSED)
        states = select(CaseStateRow.state).where(CaseStateRow.case_id == case.id)
        last = db.session.scalars(states.order_by(CaseStateRow.at.desc(), CaseStateRow.id.desc())).first()
        assert last is case.state


def check_a_call_waits_on_the_phone_of_a_visiting_mediator():
    mediator = db.session.scalars(select(Account).where(Account.email == "mediator@demo.example")).one()
    steps = db.session.scalars(select(Assignment.step).where(Assignment.account_id == mediator.id)).all()

    assert Step.ASSIGNED in steps


@pytest.mark.one_database
@pytest.mark.parametrize("hour", SHIFT_STARTS)
def test_a_city_loads_just_after_a_change_of_shift(app, tmp_path, monkeypatch, hour):
    """The waiting call was offered five minutes ago: to who was on shift then."""
    monkeypatch.setattr(account_actions, "hash_password", lambda password: f"hash of {password}")
    with clock.as_of(datetime(2026, 11, 24, hour, 3, tzinfo=LOS_ANGELES).astimezone(UTC)):
        load(tmp_path)

    check_a_call_waits_on_the_phone_of_a_visiting_mediator()


def check_every_room_holds_something():
    assert {plan.state for plan in db.session.scalars(select(Plan))} == set(PlanState)
    assert {sent.language for sent in db.session.scalars(select(Input))} == {"en", "es", "fa"}
    assert count_of(Answer) > 3
    assert count_of(Service) > 5
    assert count_of(Handoff) > 0
    assert count_of(Contact) > 10


def check_the_receipt_that_is_shown_opens_an_answer():
    sent = find_by_receipt(show_receipt())

    assert [answer.kind for answer in sent.answers] == [AnswerKind.IN_THE_PLAN]


def test_loading_again_changes_nothing_but_the_port(city):
    models = (Account, Referral, Assignment, ConflictCase, DispatchClient, OutboxMessage, Plan, Input)
    models += (Handoff, Service, ServiceCapacity, Shift)
    before = [count_of(model) for model in models]
    keys = DispatchKeys.read(city / FILE_NAME)

    load(city, port=6001)

    assert [count_of(model) for model in models] == before
    assert DispatchKeys.read(city / FILE_NAME) == replace(keys, callback_port=6001)
    assert db.session.scalars(select(Destination.url)).all() == ["http://127.0.0.1:6001/"]


def check_the_files_are_for_their_owner_only(city):
    assert {(city / name).stat().st_mode & 0o777 for name in (FILE_NAME, SIGN_IN_FILE)} == {0o600}


def check_calls_come_from_inside_the_city(city):
    for spot in DispatchKeys.read(city / FILE_NAME).spots:
        located = locate(spot.lat, spot.lon)
        assert located
        assert not located.is_border


def check_the_trail_can_be_verified():
    while chain.link_waiting():
        db.session.commit()

    assert chain.verify().broken_at is None


@pytest.mark.one_database
def test_the_command_prints_who_can_sign_in(app, tmp_path, monkeypatch):
    monkeypatch.setattr(account_actions, "hash_password", lambda password: f"hash of {password}")
    monkeypatch.setitem(
        commands.SIZES, "small", Size(call_count=2, spot_count=2, input_count=1, handoff_count=1)
    )
    monkeypatch.setitem(
        app.extensions, "settings", replace(app.extensions["settings"], instance_path=tmp_path)
    )
    said = app.test_cli_runner().invoke(commands.demo_group, ["load"]).output

    password = keep_password(tmp_path / SIGN_IN_FILE)
    for role in ("mediator", "coordinator", "county_partner", "admin"):
        assert any(role in line and password in line for line in said.splitlines()), said


@pytest.mark.one_database
def test_an_invented_city_is_never_put_among_real_people(app):
    make_account(Role.ADMIN, email="admin@ovp.example.gov")
    db.session.commit()
    said = app.test_cli_runner().invoke(commands.demo_group, ["load"])

    assert said.exit_code == 1
    assert "Real people" in said.output
    assert count_of(Referral) == 0
