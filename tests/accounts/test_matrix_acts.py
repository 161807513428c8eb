"""Nothing forbidden is done: forms filled in, by every role, with doors, queries or the vault left open.

An act that opens no sealed field passes no vault. The trail asks in its place: what it does not take
is not done, and everything that was changed with it is undone.
"""

from datetime import date, timedelta

import pytest

from app.accounts.permissions import TABLE, Permission, Role, Scope
from app.accounts.sign_in import actor_of
from app.assignments.models import Assignment
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.audit.trail import require_reach
from app.board.labels import HAND_BACK_LABELS
from app.cases.queries import LOOKS
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import NotFound
from tests.accounts.test_matrix import (
    NAMES_A_RECORD,
    REAL,
    forbidden,
    leave_the_door_open,
    open_every_query,
    open_the_vault,
    signed_in,  # noqa: F401 - a fixture
)
from tests.support.acts import noting_what_is_done
from tests.support.cases import make_case
from tests.support.matrix import PEOPLE, Relation, ask, doors_of, make_world
from tests.support.people import make_account
from tests.support.roster import make_organization, make_responder, make_team

pytestmark = pytest.mark.one_database

LAYERS = {"door": leave_the_door_open, "queries": open_every_query, "vault": open_the_vault}
ONLY_SEEN = {*LOOKS, What.HANDOFF_READ, What.REFERRAL_READ, What.INPUT_READ, What.CASE_MAP_SHOWN}


def form_of(endpoint: str, ids: dict[str, str]) -> dict[str, object]:
    """What somebody would send who means it; empty where there is nothing to fill in."""
    day = (date.today() + timedelta(days=20)).isoformat()  # noqa: DTZ011 - any day to come
    consent = {"shares": ["need"], "said_by": "person", "how": "aloud", "until_on": day}
    forms: dict[str, dict[str, object]] = {
        "assignments.not_safe": {"reason": "danger_on_scene"},
        "assignments.step": {"step": "acknowledged"},
        "board.give_back": {"reason": next(iter(HAND_BACK_LABELS))},
        "cases.agreements.add": {"text": "They knock first", "by_party": "", "to_party": ""},
        "cases.agreements.say": {"party": ids.get("party_id", ""), "said": "kept"},
        "cases.close": {"outcome": "agreement"},
        "cases.contacts.plan": {"due_on": day},
        "cases.parties.name": {"name": "Somebody"},
        "cases.parties.new": {"side": "asked", "name": "Somebody"},
        "cases.signs": {"harm": "even", "payback": "no_sign", "people_now": "2", "weapon": "none"},
        "handoffs.consent": consent,
        "handoffs.refuse": {"reason": "no_room"},
        "handoffs.withdraw": {"said_by": "person", "how": "aloud"},
    }
    return forms.get(endpoint, {})


def done_by(app, sign_in, role: Role) -> set[str]:
    """What this role does at doors that are shut to it."""
    world = make_world(role)
    client, token = sign_in(world)
    with noting_what_is_done() as done:
        for door, relation in forbidden(app, role):
            if door.method == "POST":
                form = form_of(door.rule.endpoint, world.ids[relation])
                ask(client, door, world.address(app, door, relation), token, form)
    return done - ONLY_SEEN


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("left_open", [("door", "queries"), ("door", "vault")], ids="+".join)
def test_nothing_forbidden_is_done(app, signed_in, role, left_open, monkeypatch):  # noqa: F811
    for layer in left_open:
        LAYERS[layer](monkeypatch)

    assert done_by(app, signed_in, role) == set()


@pytest.mark.parametrize("role", [Role.MEDIATOR, Role.COUNTY_PARTNER, Role.ADMIN])
def test_with_all_three_open_all_of_it_is_done(app, signed_in, role, monkeypatch):  # noqa: F811
    """What the others do not do could be done: they could fail."""
    for leave_open in LAYERS.values():
        leave_open(monkeypatch)

    done = done_by(app, signed_in, role)

    assert done >= {
        What.CASE_CLOSED,
        What.CASE_PARTY_ADDED,
        What.CASE_SIGNS_NOTED,
        What.CASE_FOLLOW_UP_PLANNED,
        What.CASE_PROMISE_SAID,
        What.CASE_PHOTO_REMOVED,
        What.ASSIGNMENT_NOT_SAFE,
        What.REFERRAL_MOVED,
        What.HANDOFF_MOVED,
        What.HANDOFF_CONSENT_WITHDRAWN,
    } - ({What.HANDOFF_CONSENT_WITHDRAWN} if role is Role.MEDIATOR else set())


def test_every_door_that_acts_on_a_record_is_asked(app):
    acting = [
        door for door in doors_of(app) if door.method == "POST" and door.rule.arguments & NAMES_A_RECORD
    ]

    assert len(acting) * len(PEOPLE) * len(REAL) > 1_000
    assert Relation.NONE not in REAL


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
