"""Nothing forbidden is done: forms filled in, by every role, with doors, queries or the vault left open.

An act that opens no sealed field passes no vault. The trail asks in its place: what it does not take
is not done, and everything that was changed with it is undone.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from app.accounts.permissions import TABLE, Permission, Role, Scope
from app.accounts.sign_in import actor_of
from app.assignments.models import Assignment
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.audit.trail import require_reach
from app.board.labels import HAND_BACK_LABELS
from app.cases.queries import LOOKS
from app.cases.rules import day_of
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.ids import new_id
from app.handoffs import actions as handoff_actions
from app.handoffs.models import Met
from app.places.models import Area
from app.referrals.models import State
from tests.accounts.test_matrix import (
    NAMES_A_RECORD,
    forbidden,
    leave_the_door_open,
    open_every_query,
    open_the_vault,
    signed_in,  # noqa: F401 - a fixture
)
from tests.support.acts import noting_what_is_done
from tests.support.board import make_call
from tests.support.cases import make_case
from tests.support.handoffs import make_world as make_handoff_world
from tests.support.matrix import PEOPLE, Door, Relation, World, ask, doors_of, make_world
from tests.support.people import make_account
from tests.support.photos import plain, saved
from tests.support.roster import make_organization, make_responder, make_team

pytestmark = pytest.mark.one_database

LAYERS = {"door": leave_the_door_open, "queries": open_every_query, "vault": open_the_vault}
ONLY_SEEN = {*LOOKS, What.HANDOFF_READ, What.REFERRAL_READ, What.INPUT_READ, What.CASE_MAP_SHOWN}


def form_of(endpoint: str, ids: dict[str, str]) -> dict[str, object]:
    """What somebody would send who means it; empty where there is nothing to fill in."""
    day = (date.today() + timedelta(days=20)).isoformat()  # noqa: DTZ011 - any day to come
    consent = {"shares": ["need"], "said_by": "person", "how": "aloud", "until_on": day}
    contact = {"client_key": new_id().lower(), "result": "talked", "parties": [ids.get("party_id", "")]}
    contact |= {"how": "visit", "at": (clock.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")}
    forms: dict[str, dict[str, object]] = {
        "assignments.not_safe": {"reason": "danger_on_scene"},
        "assignments.step": {"step": "acknowledged"},
        "board.send": {"account_id": ids.get("goes", "")},
        "board.give_back": {"reason": next(iter(HAND_BACK_LABELS))},
        "cases.agreements.add": {"text": "They knock first", "by_party": "", "to_party": ""},
        "cases.agreements.say": {"party": ids.get("party_id", ""), "said": "kept"},
        "cases.agreements.new": {
            "text": "They knock first",
            "by_party": "",
            "to_party": "",
            "reached_on": day_of(clock.now()).isoformat(),
        },
        "cases.close": {"outcome": "agreement"},
        "cases.consents.say": {"answer": "60", "how": "in_person"},
        "cases.consents.take_back": {"how": "in_person"},
        "cases.contacts.correct": contact,
        "cases.contacts.new": contact,
        "cases.contacts.plan": {"due_on": day},
        "cases.emergencies.ask": {"reason": "medical"},
        "cases.parties.name": {"name": "Somebody"},
        "cases.parties.new": {"side": "asked", "name": "Somebody"},
        "cases.photos.new": {"kind": "damage", "picture": (BytesIO(saved(plain())), "photo.jpg")},
        "cases.signs": {"harm": "even", "payback": "no_sign", "people_now": "2", "weapon": "none"},
        "handoffs.consent": consent,
        "handoffs.new": {"party_id": ids.get("party_id", ""), "service_id": ids.get("service_id", "")}
        | {"need": "A warm coat", "how": "not_yet", "said_by": "person", "until_on": day},
        "handoffs.outcome": {"met": "met"},
        "handoffs.refuse": {"reason": "no_room"},
        "handoffs.withdraw": {"said_by": "person", "how": "aloud"},
    }
    return forms.get(endpoint, {})


Done = dict[str, set[str]]
"""What was done, by the door at which it was."""


def records_to_act_on() -> dict[str, dict[str, str]]:
    """For doors whose act needs a record in a state of its own: its ids."""
    free = make_responder()
    working = make_handoff_world(area=db.session.scalars(select(Area)).first())
    begun = working.sent()
    handoff_actions.accept(begun, actor=working.answerer)
    handoff_actions.note_first_contact(begun, actor=working.answerer)
    over = working.sent()
    handoff_actions.accept(over, actor=working.answerer)
    handoff_actions.note_first_contact(over, actor=working.answerer)
    handoff_actions.note_outcome(over, Met.MET, actor=working.answerer)
    ids = {
        "board.accept": {"referral_id": make_call(State.OFFERED, team_id=free.team_id).id},
        "board.offer": {"referral_id": make_call(State.IN_REVIEW, team_id=free.team_id).id},
        "board.dispatch_has_it": {"referral_id": make_call(State.HANDING_BACK, team_id=free.team_id).id},
        "board.stand_down": {"referral_id": make_call(State.CANCEL_REQUESTED, team_id=free.team_id).id},
        "board.send": {"referral_id": make_call(State.ACCEPTED, team_id=free.team_id).id, "goes": free.id},
        "handoffs.close": {"handoff_id": over.id},
        "handoffs.new": {"case_id": working.case.id, "party_id": working.party.id},
        "handoffs.outcome": {"handoff_id": begun.id},
        "handoffs.send": {"handoff_id": working.consented().id},
    }
    ids["handoffs.new"]["service_id"] = working.service.id
    db.session.commit()
    return ids


def ways_to_act(app, world: World, role: Role) -> Iterator[tuple[Door, dict[str, str]]]:
    """Every forbidden way to act, and once more where it needs a record that the world does not have."""
    more = records_to_act_on()
    for door, relation in forbidden(app, role):
        if door.method == "POST":
            yield door, world.ids[relation]
            if more.get(door.rule.endpoint):
                yield door, world.ids[relation] | more.pop(door.rule.endpoint)


def done_by(app, sign_in, role: Role) -> Done:
    """What this role does at doors that are shut to it; every door that was asked is named."""
    world = make_world(role)
    client, token = sign_in(world)
    found: Done = {}
    ways = list(ways_to_act(app, world, role))
    with noting_what_is_done() as done:
        for door, ids in ways:
            done.clear()
            form = form_of(door.rule.endpoint, ids)
            ask(client, door, address_of(app, door, ids), token, form)
            found.setdefault(door.rule.endpoint, set()).update(done - ONLY_SEEN)
    return found


def address_of(app, door: Door, ids: dict[str, str]) -> str:
    return World(None, {Relation.ASSIGNED: ids}).address(app, door, Relation.ASSIGNED)  # type: ignore[arg-type]


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("left_open", [("door", "queries"), ("door", "vault")], ids="+".join)
def test_nothing_forbidden_is_done(app, signed_in, role, left_open, monkeypatch):  # noqa: F811
    for layer in left_open:
        LAYERS[layer](monkeypatch)

    assert {door: done for door, done in done_by(app, signed_in, role).items() if done} == {}


NOTHING_DONE = {
    "board.send": "the act asks the table once more, by the organization of who is sent",
    "assignments.told": "shows what was told of a call: a look",
    "cases.names": "shows who they are: a look",
    "cases.place": "shows where it is: a look",
    "cases.emergencies.open_up": "shows who and where, under an opening of one's own: a look",
    "cases.emergencies.end": "ends an opening of one's own, and who is asked here has none",
}
"""Doors at which nothing is done even with all layers open, and why."""


def test_with_all_three_open_all_of_it_is_done(app, signed_in, monkeypatch):  # noqa: F811
    """What the others do not do could be done: they could fail, at every door that acts on a record."""
    for leave_open in LAYERS.values():
        leave_open(monkeypatch)
    acting = {
        door.rule.endpoint
        for door in doors_of(app)
        if door.method == "POST" and door.rule.arguments & NAMES_A_RECORD
    }

    done = done_by(app, signed_in, Role.ADMIN)  # who may do none of it

    assert acting == done.keys()
    assert {door for door, what in done.items() if not what} == NOTHING_DONE.keys()


def test_the_trail_takes_no_act_under_a_permission_that_somebody_does_not_have(app):
    case, analyst = make_case(), actor_of(make_account(Role.ANALYST))

    for subject_type, subject_id in (("case", case.id), ("plan", "any"), ("case", "many")):
        with pytest.raises(NotFound):
            require_reach(analyst, Permission.CASE_WORK, subject_type, subject_id)


def test_a_scope_that_nothing_is_said_of_reaches_no_record(app, monkeypatch):
    keeper = make_responder(make_team(organization=make_organization()))
    case = make_case(keeper=keeper)
    require_reach(actor_of(keeper), Permission.CASE_WORK, "case", case.id)
    db.session.commit()

    monkeypatch.setitem(TABLE, Permission.CASE_WORK, {Role(keeper.role): Scope.CONSENTED})
    with pytest.raises(NotFound):
        require_reach(actor_of(keeper), Permission.CASE_WORK, "case", case.id)


def test_what_was_reached_is_reached_to_the_end_of_the_transaction_and_no_longer(app):
    keeper = make_responder(make_team(organization=make_organization()))
    case = make_case(keeper=keeper)
    db.session.commit()
    require_reach(actor_of(keeper), Permission.CASE_WORK, "case", case.id)
    db.session.query(Assignment).update({"ended_at": clock.now()})
    require_reach(actor_of(keeper), Permission.CASE_WORK, "case", case.id)
    db.session.commit()

    with pytest.raises(NotFound):
        require_reach(actor_of(keeper), Permission.CASE_WORK, "case", case.id)
    assert db.session.query(AuditEntry).count() > 0
