"""The invented centre against a real server, real callbacks, and people who say yes."""

import socket
import threading
import time
from collections import Counter

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from app import journey
from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.delivery import outbox
from app.delivery.webhook import WebhookSender
from app.demo import simulator
from app.demo.agenda import Agenda
from app.demo.calls import Spot
from app.demo.habits import Habits
from app.demo.held import Owner
from app.demo.parts.dispatch_client import put_client
from app.demo.stories import STORIES
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import DomainError
from app.referrals.models import Custody, Referral, State
from app.roster.lanes import Lane
from tests.support.people import make_account
from tests.support.places import make_area
from tests.support.roster import make_coverage, make_responder, make_team

SPOTS = (Spot(33.94, -118.25), Spot(33.938, -118.252))
BRISK = {
    "confirm_seconds": (0.0, 0.1),
    "late_seconds": 0.1,
    "take_back_seconds": (0.0, 0.1),
    "later_seconds": (0.3, 1.0),
    "look_seconds": 0.3,
    "again_seconds": 0.2,
}
PUNCTUAL = Habits(**BRISK, no_confirm_share=0, late_confirm_share=0)
FORGETFUL = Habits(**BRISK, no_confirm_share=1)


@pytest.fixture
def keys(app, tmp_path):
    """The centre's keys; its callbacks go to a free port. One team covers all lanes that need one."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    make_area()
    for lane in Lane:
        team = make_team(lane=lane)
        make_coverage(team)
        make_responder(team)
    _, keys = put_client(tmp_path / "keys.json", port, SPOTS)
    db.session.commit()
    return keys


class Office:
    """The people and the worker of the test: says yes to offers, delivers what was promised."""

    def __init__(self):
        self.coordinator = actor_of(make_account(Role.COORDINATOR))
        db.session.commit()
        self.sender = WebhookSender()

    def work(self):
        for referral in referrals_in(State.OFFERED):
            self.act(journey.accept, referral)
        for referral in referrals_in(State.CANCEL_REQUESTED):
            self.act(journey.agree_to_cancel, referral)
        while outbox.deliver_next(self.sender, clock.now()):
            pass
        db.session.rollback()

    def act(self, act, referral, *words):
        try:
            act(referral, *words, actor=self.coordinator)
            db.session.commit()
        except DomainError:
            db.session.rollback()


@pytest.fixture
def office(app, keys):
    office = Office()
    yield office
    office.sender.close()


def referrals_in(*states):
    return db.session.scalars(select(Referral).where(Referral.state.in_(states))).all()


def run(keys, url, each, *, seconds=4.0, habits=PUNCTUAL, until=lambda: False):
    """Run the centre beside the test, doing `each` again and again; gives the centre at its end."""
    agenda, made = Agenda(), []
    plan = simulator.Run(calls_per_minute=400, seed=5, habits=habits)
    thread = threading.Thread(target=lambda: made.append(simulator.run(keys, url, agenda, plan)), daemon=True)
    thread.start()
    ends_at = time.monotonic() + seconds
    while time.monotonic() < ends_at and thread.is_alive() and not until():
        each()
        time.sleep(0.05)
    agenda.stop.set()
    thread.join(20)
    assert made, "the centre did not end well"
    return made[0]


def test_calls_are_offered_confirmed_and_owned_as_the_centre_believes(keys, office, live_url, capsys):
    centre = run(keys, live_url, office.work)
    db.session.expire_all()
    states = Counter(db.session.scalars(select(Referral.state)))

    assert centre.unexplained_count == 0
    assert states[State.ACCEPTED] > 1, states
    assert states[State.HANDED_BACK] > 0, states
    let_go = {one.referral_id for one in centre.ledger.list_open() if one.owner is Owner.OFFICE}
    for referral_id in let_go:
        assert db.session.get_one(Referral, referral_id).custody is not Custody.DISPATCH
    said = capsys.readouterr().out
    assert "confirmed" in said
    assert "0 without a known owner" in said


def test_what_is_printed_holds_no_word_of_a_person(keys, office, live_url, capsys):
    run(keys, live_url, office.work, seconds=2)
    said = capsys.readouterr().out

    assert said
    assert "555-01" not in said
    assert not any(story.words[:25] in said for story in STORIES)


def test_a_call_that_is_given_back_is_taken_back(keys, office, live_url):
    def work():
        office.work()
        for referral in referrals_in(State.ACCEPTED):
            office.act(journey.give_back, referral, "danger_on_scene")

    def is_taken_back():
        back = select(Referral.id).where(
            Referral.state == State.HANDED_BACK, Referral.reason == "danger_on_scene"
        )
        found = db.session.scalars(back).first()
        db.session.rollback()
        return found is not None

    centre = run(keys, live_url, work, seconds=10, until=is_taken_back)

    assert is_taken_back()
    assert centre.unexplained_count == 0


def test_a_centre_that_forgets_to_confirm_never_lets_go(keys, office, live_url):
    centre = run(keys, live_url, office.work, seconds=2.5, habits=FORGETFUL)

    assert referrals_in(State.ACCEPT_PENDING)
    assert not referrals_in(State.ACCEPTED)
    assert all(one.owner is Owner.DISPATCH for one in centre.ledger.list_open())


@pytest.mark.one_database
def test_an_office_that_does_not_answer_leaves_every_call_with_the_centre(keys, app, capsys, monkeypatch):
    monkeypatch.setattr(simulator, "TRIES", 2)
    centre = run(keys, "http://127.0.0.1:9", lambda: None, seconds=1.5)

    assert set(centre.ledger.count()) == {"kept"}
    assert "no answer" in capsys.readouterr().out


@pytest.mark.one_database
def test_without_keys_the_centre_says_what_to_do(app, tmp_path):
    said = CliRunner().invoke(simulator.main, ["--url", "http://x", "--keys", str(tmp_path / "none.json")])

    assert said.exit_code == 1
    assert "flask demo load" in said.output
