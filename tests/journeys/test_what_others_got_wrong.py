"""What was found wrong in systems like ours, tried against every door of ours that it could be at.

An outsider here has the very role that the door asks for, and is on nothing: no case, no team, no
organization of those whose record it is. Only that shows whether a door asks more than the role.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.accounts.access import SIGNED
from app.accounts.models import Account
from app.accounts.permissions import Permission, Role, Scope, scope_of
from app.foundation.db import db
from app.foundation.i18n import PUBLIC
from tests.support.cases import NAME, PLACE, PROMISE, WORDS, make_case
from tests.support.handoffs import CALL_THEM, NEED, REACH_THEM
from tests.support.people import make_account
from tests.support.referrals import Dispatch
from tests.support.roster import make_responder
from tests.support.whole import Whole, make_whole, rules_of

CONTENT = (NAME.name, NAME.contact, PLACE.words, WORDS, PROMISE, NEED, CALL_THEM, REACH_THEM)
OF_A_RECORD = {"case_id", "handoff_id", "assignment_id", "message_id", "shift_id"}
WRITTEN_BY_LOOKING = {
    "audit_entries",
    "failed_attempts",
    "input_states",
    "inputs",
    "sign_in_sessions",
    "authenticator_apps",
    "data_keys",
}
"""A look is kept, and that a person is here; of an opened input its author sees that somebody reads it.

The page that shows the picture for an app makes the secret in it, which holds for nothing before a
code of it was given.
"""


@pytest.fixture
def whole(app: Flask) -> Whole:
    return make_whole()


def permission_of(app: Flask, rule: Rule) -> Any:
    return getattr(app.view_functions[rule.endpoint], "permission", None)


def outsider_for(permission: Permission) -> Account | None:
    """Somebody of a role that has this permission over less than everything, and who is on nothing."""
    narrow = [
        role
        for role in Role
        if scope_of(role, permission) in {Scope.ASSIGNED, Scope.OWN, Scope.OWN_ORGANIZATION}
    ]
    if not narrow:
        return None
    return make_responder(role=narrow[0]) if narrow[0] is Role.MEDIATOR else make_account(narrow[0])


def records(app: Flask) -> Iterator[tuple[Rule, Permission]]:
    """Every address of one person's, team's or organization's record, with what it asks for."""
    for rule in rules_of(app):
        permission = permission_of(app, rule)
        if permission not in {PUBLIC, SIGNED, None} and rule.arguments & OF_A_RECORD:
            yield rule, permission


def state_of_everything(but: set[str] = frozenset()) -> str:
    """A digest of all rows."""
    db.session.commit()
    rows = [
        (table.name, sorted(map(str, db.session.execute(table.select()))))
        for table in db.metadata.sorted_tables
        if table.name not in {"audit_entries", "failed_attempts"} | but
    ]
    db.session.rollback()
    return sha256(repr(rows).encode()).hexdigest()


def test_an_outsider_of_the_right_role_finds_nothing_and_changes_nothing_anywhere(
    app: Flask, whole: Whole, client_as: Any
) -> None:
    """History, names, places, packets, maps of a case: the same answer as for what is not there."""
    before, found, tried = state_of_everything(), [], 0
    outsiders = {
        permission: client_as(person)
        for permission in {asked for _, asked in records(app)}
        if (person := outsider_for(permission))
    }
    made = state_of_everything()
    for rule, permission in records(app):
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            if permission not in outsiders:
                continue
            answer = outsiders[permission].open(whole.address_of(rule), method=method)
            tried += 1
            wanted = {404} if method in rule.methods else {405}
            leaks = [words for words in (*CONTENT, whole.world.case.title) if words in answer.text]
            if answer.status_code not in wanted or leaks:
                found.append(f"{method} {rule} {answer.status_code} {leaks}")

    assert found == []
    assert tried > 100
    assert before != made, "the digest must see the outsiders themselves"
    assert state_of_everything() == made


def test_a_part_of_another_case_is_not_reached_through_a_case_of_ones_own(
    app: Flask, whole: Whole, client_as: Any
) -> None:
    """Two parts of an address that do not belong together open nothing."""
    keeper = make_responder(role=Role.MEDIATOR)
    own = make_case(keeper=keeper)
    db.session.commit()
    client, tried = client_as(keeper), 0
    for rule, _ in records(app):
        if "case_id" not in rule.arguments or len(rule.arguments) == 1 or "part" in rule.arguments:
            continue
        parts = {name: whole.parts[name] for name in rule.arguments} | {"case_id": own.id}
        address = rule.build(parts)[1]
        tried += 1
        for method in sorted({"GET", "POST"} & rule.methods):
            answer = client.open(address, method=method)
            assert (answer.status_code, address) == (404, address)
            assert not [words for words in CONTENT if words in answer.text]
    assert tried >= 4


@pytest.mark.one_database
def test_no_page_of_a_role_without_content_shows_any(app: Flask, whole: Whole, client_as: Any) -> None:
    """Names masked in one list and open in another: every page that each of these roles may open."""
    without = [role for role in whole.people if scope_of(role, Permission.CASE_READ) is None]
    shown = []
    for role in (role for role in without if role is not Role.COUNTY_PARTNER):
        client = client_as(whole.people[role])
        for rule in rules_of(app):
            permission = permission_of(app, rule)
            if permission in {PUBLIC, SIGNED, None} or "GET" not in rule.methods:
                continue
            if scope_of(role, permission) is not None:
                text = client.get(whole.address_of(rule)).text
                shown += [f"{role} {rule}: {words}" for words in CONTENT if words in text]

    assert shown == []


def test_another_centre_finds_none_of_the_first_ones_calls(app: Flask, whole: Whole) -> None:
    first, second = Dispatch(app), Dispatch(app, agency="other.example.gov")
    call_id = first.offer().json["id"]
    paths = ("", "/updates", "/confirm", "/cancel", "/handback-ack")
    for path in paths:
        send = second.look if not path else second.tell
        theirs = send(f"/referrals/{call_id}") if not path else send(call_id, path[1:])
        nobodys = send(f"/referrals/{'0' * 26}") if not path else send("0" * 26, path[1:])

        assert theirs.status_code == 404
        assert theirs.data == nobodys.data
    assert first.look(f"/referrals/{call_id}").status_code == 200


@pytest.mark.one_database
def test_looking_changes_nothing_but_what_a_look_leaves(app: Flask, whole: Whole, client_as: Any) -> None:
    """No address that a page, a picture or a crawler may fetch does anything."""
    people = {role: client_as(person) for role, person in whole.people.items()}
    before = state_of_everything(WRITTEN_BY_LOOKING)
    for rule in rules_of(app):
        permission = permission_of(app, rule)
        if permission in {PUBLIC, SIGNED, None} or "GET" not in rule.methods:
            continue
        role = whole.who_opens(permission).role
        people[role].get(whole.address_of(rule))

    assert state_of_everything(WRITTEN_BY_LOOKING) == before


@pytest.mark.one_database
def test_no_page_acts_without_its_own_token(app: Flask, whole: Whole, client_as: Any) -> None:
    people = {role: client_as(person) for role, person in whole.people.items()}
    before = state_of_everything()
    for rule in rules_of(app):
        permission = permission_of(app, rule)
        if permission in {SIGNED, None} or "POST" not in rule.methods:
            continue
        role = Role.MEDIATOR if permission == PUBLIC else whole.who_opens(permission).role
        answer = people[role].post(whole.address_of(rule), csrf=False)
        assert (answer.status_code, str(rule)) == (400, str(rule))

    assert state_of_everything() == before
