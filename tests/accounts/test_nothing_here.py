"""What is not yours and what is not there get one answer, byte for byte: nobody learns that it is there.

Every door with a record in its address is asked for a record that is refused to this person, and for
one that does not exist. Status, headers and page are compared whole, but for what every answer has of
its own: its nonce, its forgery token, and the ids that were asked for. How long an answer takes is
compared in test_nothing_here_in_time.py.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.permissions import Role, Scope, scope_of
from app.foundation.db import db, only_reads
from app.foundation.errors import DomainError, NotFound
from app.foundation.ids import new_id
from tests.support.matrix import PEOPLE, Door, Relation, World, doors_of, make_world, undoing
from tests.support.people import ClientAs

pytestmark = pytest.mark.one_database  # what is compared is made above the database

REAL = tuple(relation for relation in Relation if relation is not Relation.NONE)
REFUSED = {401, 403, 404}
OWN_TO_EACH = re.compile(r"nonce-[\w-]+|nonce=\"[^\"]+\"|csrf_token\" value=\"[^\"]+\"|session=[^;\r]*")
LEAST = 50
LEAST_PARTS = 8
WORDS = frozenset({"kind", "nature", "rule"})
"""What stands in addresses and is no record."""


@dataclass(frozen=True)
class Said:
    """A whole answer without what is its own; what was taken out is as long in every answer."""

    status: int
    headers: str
    page: str


Ask = Callable[[Door, Mapping[str, str]], Said]


@pytest.fixture
def asking(app: Flask, client_as: ClientAs) -> Callable[[World], Ask]:
    """Asks at doors as a world's person, each time in a request of its own; nothing is kept."""

    def as_person(world: World) -> Ask:
        client = client_as(world.account)
        token = client._csrf_token()

        def ask(door: Door, ids: Mapping[str, str]) -> Said:
            address = app.url_map.bind("localhost").build(door.rule.endpoint, {**ids, **dict(door.chosen)})
            with app.app_context():
                answer = FlaskClient.open(client, address, method=door.method, headers={"X-CSRFToken": token})
                page = "" if answer.mimetype == "text/event-stream" else answer.data.decode(errors="replace")
                answer.close()
                db.session.rollback()
            only_reads.set(False)
            if answer.status_code not in REFUSED:
                with client.session_transaction() as session:
                    session.pop("_flashes", None)  # what was said of this act is not for the next page
            return Said(answer.status_code, taken_out(str(answer.headers), ids), taken_out(page, ids))

        return ask

    return as_person


def taken_out(text: str, ids: Mapping[str, str]) -> str:
    for name, value in ids.items():
        text = text.replace(value, name)
    return OWN_TO_EACH.sub("", text)


def ids_for(door: Door, there: Mapping[str, str], real: frozenset[str]) -> dict[str, str]:
    """What stands in the address: of these names the record that is there, of others one that never was."""
    names = door.rule.arguments - {name for name, _ in door.chosen}
    known = {name: there.get(name, new_id()) for name in names}
    return {
        name: value if name in real | WORDS else new_id().ljust(len(value), "0")
        for name, value in known.items()
    }


def with_records(app: Flask) -> list[Door]:
    return [door for door in doors_of(app) if ids_for(door, {}, frozenset())]


def ways(doors: list[Door], role: Role) -> Iterator[tuple[Door, Relation]]:
    """Every way to be refused. Where a role reaches all or nothing, one relation stands for all."""
    for door in doors:
        is_the_same = scope_of(role, door.permission) in (None, Scope.ALL, Scope.AGGREGATE)
        for relation in (Relation.OTHER_ORGANIZATION,) if is_the_same else REAL:
            yield door, relation


def compare(doors: list[Door], ask: Ask, world: World) -> tuple[int, list[str]]:
    """How many answers were compared, and the doors at which refused and not there can be told apart."""
    compared, found, role = 0, [], Role(world.account.role)
    with undoing():
        for door, relation in ways(doors, role):
            there = world.ids[relation]
            answer = ask(door, ids_for(door, there, frozenset(there)))
            if answer.status in REFUSED:
                compared += 1
                if answer != ask(door, ids_for(door, there, frozenset())):
                    found.append(f"{door} {relation}")
    return compared, found


@pytest.mark.parametrize("role", PEOPLE)
def test_what_is_refused_is_answered_as_what_is_not_there(app, asking, role):
    world = make_world(role)

    compared, found = compare(with_records(app), asking(world), world)

    assert not found, "\n".join(found)
    assert compared > LEAST


@pytest.mark.parametrize("role", [Role.MEDIATOR, Role.FACILITATOR])
def test_a_part_of_another_case_is_no_part_of_ones_own(app, asking, role):
    """Who may open one case learns nothing of others by asking for their parts in it."""
    world = make_world(role)
    ask, ours, theirs = asking(world), world.ids[Relation.ASSIGNED], world.ids[Relation.OTHER_ORGANIZATION]
    parts = frozenset({"party_id", "contact_id", "agreement_id", "item_id", "opening_id"})
    mixed = {**ours, **{name: theirs[name] for name in parts}}
    compared = 0
    with undoing():
        for door in with_records(app):
            if "case_id" in door.rule.arguments and door.rule.arguments & parts:
                answer = ask(door, ids_for(door, mixed, frozenset(mixed)))
                assert answer == ask(door, ids_for(door, mixed, frozenset(mixed) - parts)), str(door)
                compared += answer.status in REFUSED

    assert compared >= LEAST_PARTS


@pytest.mark.parametrize("tells", ["status", "code", "title"])
def test_one_word_of_what_is_there_is_seen(app, asking, monkeypatch, tells):
    """The comparison can fail: a case that is there is refused a little otherwise."""
    world = make_world(Role.MEDIATOR)
    theirs = {ids["case_id"] for ids in world.ids.values() if ids}

    def load(case_id: str, *_: object) -> None:
        refusal = NotFound()
        if case_id in theirs:
            refusal = refusal_of[tells]
        raise refusal

    refusal_of = {
        "status": DomainError("There is nothing here for you.", status=403),
        "code": DomainError("There is nothing here for you", status=404),
        "title": DomainError("There is something here", status=404),
    }
    monkeypatch.setattr("app.cases.queries._load", load)

    of_cases = [door for door in with_records(app) if door.rule.endpoint.startswith("cases.")]
    _, found = compare(of_cases, asking(world), world)

    assert len(found) > LEAST_PARTS
