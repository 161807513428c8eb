"""Every door x every role x every relation: who gets in is exactly what the permission table says.

What is expected is worked out here anew from the table and security.md B, not by the code that guards
the doors. What a scope means for each kind of record stands in `REACHED`.
"""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import true

from app.accounts.permissions import TABLE, Permission, Role, Scope
from app.assignments.models import Assignment
from tests.support.cases import NAME, PLACE, PROMISE, WORDS
from tests.support.handoffs import NEED
from tests.support.matrix import PEOPLE, Door, Relation, World, ask, doors_of, make_world, undoing
from tests.support.photos import IN_EVERY_PICTURE

pytestmark = [
    pytest.mark.one_database,  # what PostgreSQL adds is tried in tests/vault/test_rows.py
    pytest.mark.slow,
]

REAL = tuple(relation for relation in Relation if relation is not Relation.NONE)
OURS = (Relation.ASSIGNED, Relation.SAME_ORGANIZATION, Relation.CLOSED)
# Which relations each scope reaches, by what stands in the address.
REACHED: dict[str, dict[Scope, tuple[Relation, ...]]] = {
    "case_id": {
        Scope.ALL: REAL,
        Scope.OWN_ORGANIZATION: OURS,
        Scope.ASSIGNED: (Relation.ASSIGNED,),
        Scope.BREAK_GLASS: (),  # nobody has agreed to anything here
    },
    "referral_id": {Scope.ALL: REAL, Scope.OWN_ORGANIZATION: OURS},
    "assignment_id": {Scope.OWN: (Relation.ASSIGNED,)},
    "shift_id": {Scope.ALL: REAL, Scope.OWN_ORGANIZATION: OURS},
    "handoff_id": {
        Scope.ALL: REAL,
        Scope.ASSIGNED: (Relation.ASSIGNED,),
        Scope.CONSENTED: OURS,  # the person's yes holds on after the case is closed
    },
}
# What a door asks beside its own permission: the record it begins from, or the part it shows.
ALSO_ASKED: dict[tuple[str, str], Permission] = {
    ("cases.show", "agreement"): Permission.AGREEMENT_WORK,
    ("cases.show", "photos"): Permission.PHOTO_WORK,
    ("assignments.told", ""): Permission.ASSIGNMENT_WORK,
    ("cases.emergencies.end", ""): Permission.CASE_LIST,
    ("cases.emergencies.ask", ""): Permission.CASE_LIST,
}
# Shows a thing that the record has only later; who may not is refused all the same.
ONLY_LATER = {"policy.versions.flips", "audit_trail.mark"}
# Taken back once nobody works in the case any more; until then it is written down anew.
AFTER_THE_CLOSE = {"cases.consents.take_back"}
LEAST = 5_000


def is_expected(door: Door, role: Role, relation: Relation) -> bool | None:
    """Whether the table lets them in; None where the role may, and there is no such record to speak of."""
    asked = {door.permission, *_also_asked(door)}
    scopes = {permission: TABLE[permission].get(role) for permission in asked}
    if None in scopes.values():
        return False
    if door.rule.endpoint in AFTER_THE_CLOSE and relation is not Relation.CLOSED:
        return False
    for name, reached in REACHED.items():
        if name in door.rule.arguments:
            return all(
                relation in reached[scope]
                for permission, scope in scopes.items()
                if scope in reached or not _is_of_another_kind(name, permission)
            )
    is_there = relation in REAL and door.rule.endpoint not in ONLY_LATER
    return True if is_there or not door.rule.arguments else None


def _also_asked(door: Door) -> list[Permission]:
    words = {"", *dict(door.chosen).values()}
    return [
        permission
        for (endpoint, word), permission in ALSO_ASKED.items()
        if endpoint == door.rule.endpoint and word in words
    ]


def _is_of_another_kind(name: str, permission: Permission) -> bool:
    """The told of a call is asked for by the assignment: its own scope is that of the call."""
    return name == "assignment_id" and permission is Permission.REFERRAL_READ


def token_of(app, client) -> str:
    with client.session_transaction() as session:
        raw = session.setdefault("csrf_token", "t" * 32)
    return URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps(raw)


@pytest.fixture
def signed_in(app, client_as):
    """A client of the plain kind for a world's person, with its forgery token."""

    def sign_in(world: World):
        person = client_as(world.account)
        client = app.test_client()
        with person.session_transaction() as theirs, client.session_transaction() as session:
            session.update(dict(theirs))
        return client, token_of(app, client)

    return sign_in


def test_there_are_thousands_of_ways_to_ask(app):
    with_records = [door for door in doors_of(app) if door.rule.arguments]

    assert len(with_records) * len(PEOPLE) * len(Relation) >= LEAST


@pytest.mark.parametrize("role", PEOPLE)
def test_who_gets_in_is_what_the_table_says(app, signed_in, role):
    """All but what is `forbidden`: it is asked below with a layer left open, which is harder to refuse."""
    world = make_world(role)
    client, token = signed_in(world)
    asked_below, wrong = {(str(door), relation) for door, relation in forbidden(app, role)}, []
    with undoing():
        for door in doors_of(app):
            if door.rule.endpoint == "accounts.sign_out":
                continue  # whoever is signed in may go, and is gone then
            for relation in Relation if door.rule.arguments else (Relation.NONE,):
                expected = is_expected(door, role, relation)
                if expected is None or (str(door), relation) in asked_below:
                    continue
                is_in = not ask(client, door, world.address(app, door, relation), token).is_refused
                if is_in is not expected:
                    wrong.append(f"{door} {relation}: {'let in' if is_in else 'refused'}")
    assert not wrong, "\n".join(wrong)


NAMES_A_RECORD = {"case_id", "handoff_id", "assignment_id", "referral_id"}
OF_THE_CASE = (IN_EVERY_PICTURE, NAME.name, NAME.contact, PLACE.words, WORDS, PROMISE, NEED)
OF_THE_CALL = ("verbal argument with a neighbor", "1200 E 4th St")


def words_not_of(role: Role) -> tuple[str, ...]:
    """What this role must not read where it is forbidden. A coordinator reads of every call what was told."""
    return OF_THE_CASE if role is Role.COORDINATOR else (*OF_THE_CASE, *OF_THE_CALL)


def forbidden(app, role: Role) -> list[tuple[Door, Relation]]:
    """Every way to a record of somebody's that the table shuts to this role."""
    return [
        (door, relation)
        for door in doors_of(app)
        if door.rule.arguments & NAMES_A_RECORD
        for relation in REAL
        if is_expected(door, role, relation) is False
    ]


def let_in(app, world: World, client, token: str) -> tuple[list[str], list[str]]:
    """Of what is forbidden: who was let in, and where words of a record were shown."""
    role = Role(world.account.role)
    entered, shown = [], []
    with undoing():
        for door, relation in forbidden(app, role):
            answer = ask(client, door, world.address(app, door, relation), token)
            if not answer.is_refused:
                entered.append(f"{door} {relation}")
            if any(words in answer.text for words in words_not_of(role)):
                shown.append(f"{door} {relation}")
    return entered, shown


def leave_the_door_open(monkeypatch):
    monkeypatch.setattr("app.accounts.access.may", lambda *_: True)


def open_every_query(monkeypatch):
    for package in ("cases", "handoffs"):
        monkeypatch.setattr(f"app.{package}.queries._reached_by", lambda *_: true())
    monkeypatch.setattr("app.referrals.queries._in_scope", lambda statement, *_: statement)
    monkeypatch.setattr("app.assignments.queries._own", lambda one, _: Assignment.id == one)


def open_the_vault(monkeypatch):
    """The vault, and the trail, which asks the same of acts: they are one layer, where nothing passes by."""
    monkeypatch.setattr("app.audit.trail.scope_of", lambda *_: Scope.ALL)
    monkeypatch.setattr("app.vault.access.require", lambda *_: None)
    monkeypatch.setattr("app.vault.access.require_column", lambda *_: None)


@contextmanager
def leaving_open(monkeypatch, layers):
    with monkeypatch.context() as patched:
        for leave_open in layers:
            leave_open(patched)
        yield


@dataclass(frozen=True)
class LeftOpen:
    """Layers that are left open, and whether what is left still refuses, or gives no word at least."""

    name: str
    layers: tuple[Callable[[pytest.MonkeyPatch], None], ...]
    still_refuses: bool


LEFT_OPEN = (
    LeftOpen("the door: the queries refuse all", (leave_the_door_open,), still_refuses=True),
    LeftOpen("the vault: the others refuse all", (open_the_vault,), still_refuses=True),
    LeftOpen(
        "door and queries: the vault alone gives no word",
        (leave_the_door_open, open_every_query),
        still_refuses=False,
    ),
)


@pytest.fixture
def refused_in_short(monkeypatch):
    """What a refusal is told to say stands for its page, which says that and takes long."""
    monkeypatch.setattr("app.foundation.http.render_template", lambda _, **told: repr(told))


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.usefixtures("refused_in_short")
def test_whatever_is_left_open_the_rest_gives_no_word(app, signed_in, role, monkeypatch):
    """The queries left open alone are less than door and queries, and nothing more is asked of them.

    At the end all is left open to three of the roles: what was not found before is there to be read.
    """
    world = make_world(role)
    client, token = signed_in(world)
    found = []
    for one in LEFT_OPEN:
        with leaving_open(monkeypatch, one.layers):
            entered, shown = let_in(app, world, client, token)
        found += [f"{one.name}: read at {way}" for way in shown]
        found += [f"{one.name}: let in at {way}" for way in entered if one.still_refuses]
    assert not found, "\n".join(found)

    if role in (Role.MEDIATOR, Role.ANALYST, Role.ADMIN):
        with leaving_open(monkeypatch, (leave_the_door_open, open_every_query, open_the_vault)):
            entered, shown = let_in(app, world, client, token)
        assert len(entered) > 50
        assert len(shown) > 10
