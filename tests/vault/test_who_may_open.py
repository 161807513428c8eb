"""The vault asks for itself who may open a field, whatever the door and the query have said."""

from collections.abc import Callable

import pytest
from sqlalchemy import insert, select

from app.accounts.permissions import Permission, Role
from app.accounts.sign_in import actor_of
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.audit.trail import RESIDENT, Actor, Grounds
from app.cases import actions, agreement_queries, contact_queries, queries
from app.cases.models import ConflictCase, Outcome
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.ids import new_id
from app.vault import access
from app.vault.access import Use
from app.vault.columns import Ciphertext
from app.vault.models import DataKey, KeyPurpose
from tests.support.cases import (
    NAME,
    assign_to,
    end_assignment,
    make_agreement,
    make_case,
    make_contact,
    make_party,
)
from tests.support.people import make_account
from tests.support.roster import make_responder

Open = Callable[[ConflictCase, Grounds], object]

FIELDS: dict[str, tuple[Permission, Open]] = {
    "names": (Permission.PARTY_READ, queries.open_identities),
    "place": (Permission.PLACE_READ, queries.open_place),
    "block": (Permission.CASE_READ, queries.open_block),
    "notes": (Permission.CASE_READ, contact_queries.list_contacts),
    "agreement": (Permission.AGREEMENT_WORK, agreement_queries.list_agreements),
}
# What each permission opens to somebody who is assigned: security.md B, not what the packages have said.
OPENED_BY: dict[str, set[Permission]] = {
    "names": {Permission.PARTY_READ},
    "place": {Permission.PLACE_READ},
    "block": {Permission.CASE_READ, Permission.CASE_MAP},
    "notes": {Permission.CASE_READ, Permission.NOTES_READ},
    "agreement": {Permission.AGREEMENT_WORK},
}
# What the machine itself may do with each key; nothing with those that seal no field.
USES: dict[KeyPurpose, set[Use]] = {
    KeyPurpose.CASE: {Use.COMPARING, Use.INTEGRITY},
    KeyPurpose.BLOCK: {Use.INTEGRITY},
    KeyPurpose.CONTACT: {Use.COMPARING, Use.INTEGRITY},
    KeyPurpose.PHOTO: {Use.INTEGRITY},
    KeyPurpose.PARTY: {Use.INTEGRITY},
    KeyPurpose.REFERRAL: {Use.SCREENING, Use.OPENING_A_CASE, Use.INTEGRITY},
    KeyPurpose.HANDOFF: {Use.INTEGRITY},
    KeyPurpose.INPUT: {Use.COMPARING, Use.INTEGRITY},
    KeyPurpose.DESTINATION: {Use.SIGNING, Use.INTEGRITY},
    KeyPurpose.CLIENT: {Use.CHECKING, Use.INTEGRITY},
    KeyPurpose.ACCOUNT: {Use.CHECKING, Use.INTEGRITY},
    KeyPurpose.CALLBACKS: set(),
    KeyPurpose.TRAIL: set(),
}


@pytest.fixture
def keeper(app):
    return make_responder(role=Role.MEDIATOR)


@pytest.fixture
def case(keeper) -> ConflictCase:
    """A case with something in every sealed field."""
    case = make_case(keeper=keeper)
    one, other = make_party(case, keeper), make_party(case, keeper)
    make_contact(case, keeper, one)
    make_agreement(case, keeper, one, other)
    return case


def grounds(case: ConflictCase, actor: Actor, permission: Permission) -> Grounds:
    """As if the trail had taken the look: what is tried here is the vault alone."""
    return Grounds(actor, permission, "case", frozenset((case.id,)))


@pytest.mark.parametrize("field", FIELDS)
def test_who_is_assigned_opens_it(case, keeper, field):
    permission, opens = FIELDS[field]

    assert opens(case, grounds(case, actor_of(keeper), permission))


def opens_to(field: str, case: ConflictCase, actor: Actor, permission: Permission) -> bool:
    """Whether the vault gives something of it; it refuses with `NotFound`, and with nothing else."""
    try:
        return bool(FIELDS[field][1](case, grounds(case, actor, permission)))
    except NotFound:
        return False


def test_nobody_else_does_whatever_they_are(case):
    actors = {
        role: Actor(RESIDENT.kind, "somebody", role=role.value)
        if role in (Role.RESIDENT, Role.DISPATCH_CLIENT)
        else actor_of(make_account(role, organization_id=case.organization_id))
        for role in Role
    }
    opened = [
        f"{field} to {role}"
        for field, (permission, _) in FIELDS.items()
        for role, actor in actors.items()
        if opens_to(field, case, actor, permission)
    ]

    assert opened == []


@pytest.mark.parametrize("field", FIELDS)
def test_an_assignment_that_ended_opens_nothing(case, field):
    permission, opens = FIELDS[field]
    other = make_responder(role=Role.MEDIATOR)
    end_assignment(assign_to(case, other))

    with pytest.raises(NotFound):
        opens(case, grounds(case, actor_of(other), permission))


@pytest.mark.parametrize("field", FIELDS)
def test_a_closed_case_opens_to_nobody(case, keeper, field):
    permission, opens = FIELDS[field]
    actions.close_case(case, Outcome.CALMED, actor=actor_of(keeper))

    with pytest.raises(NotFound):
        opens(case, grounds(case, actor_of(keeper), permission))


def test_a_permission_opens_its_own_fields_and_no_others(case, keeper):
    """A map of blocks is no reason to read a name."""
    actor = actor_of(keeper)
    opened = {
        field: {permission for permission in Permission if opens_to(field, case, actor, permission)}
        for field in FIELDS
    }

    assert opened == OPENED_BY


def test_the_key_of_a_person_opens_who_they_are_to_one_permission_alone():
    """And that of their case does not open it."""
    identity = "party_identities.identity_sealed"
    opened = {
        (purpose, permission)
        for purpose, by_permission in access.openings().items()
        for permission, opening in by_permission.items()
        if identity in opening.columns
    }

    assert opened == {(KeyPurpose.PARTY, Permission.PARTY_READ)}
    assert access.openings()[KeyPurpose.PARTY][Permission.PARTY_READ].columns == {identity}


def test_the_trail_takes_no_look_that_is_not_somebodys(case, keeper):
    """Before the vault is asked at all; and what it takes is on it."""
    for actor in (actor_of(make_responder(role=Role.MEDIATOR)), actor_of(make_account(Role.ANALYST))):
        with pytest.raises(NotFound):
            actions.look_at(case, part="notes", actor=actor)
    assert actions.look_at(case, part="notes", actor=actor_of(keeper)).subject_ids == {case.id}


def test_a_look_at_one_case_opens_no_other(case, keeper):
    other = make_case(keeper=keeper)
    make_party(other, keeper)

    with pytest.raises(NotFound):
        queries.open_identities(other, grounds(case, actor_of(keeper), Permission.PARTY_READ))


def test_every_opening_is_on_the_trail_before_it_opens(case, keeper):
    names = actions.show_names(case, actor=actor_of(keeper))
    db.session.flush()

    assert NAME in names.values()
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.what, entry.actor_id, entry.subject_id) == (What.CASE_NAMES_SHOWN, keeper.id, case.id)


def test_a_key_that_nobody_spoke_for_opens_to_no_person(app, keeper):
    spoken_for = set(access.openings())

    assert spoken_for == {
        KeyPurpose.CASE,
        KeyPurpose.BLOCK,
        KeyPurpose.CONTACT,
        KeyPurpose.PHOTO,
        KeyPurpose.PARTY,
        KeyPurpose.REFERRAL,
        KeyPurpose.HANDOFF,
        KeyPurpose.INPUT,
    }
    for purpose in set(KeyPurpose) - spoken_for:
        key = DataKey(id=new_id(), purpose=purpose)
        with pytest.raises(NotFound):
            access.require([key], Grounds(actor_of(keeper), Permission.CASE_READ, "case", frozenset({"1"})))


def test_the_machine_opens_only_what_a_use_is_for():
    assert {purpose: {use for use in Use if may_use(purpose, use)} for purpose in KeyPurpose} == USES


def may_use(purpose: KeyPurpose, use: Use) -> bool:
    try:
        access.require([DataKey(id=new_id(), purpose=purpose)], use)
    except NotFound:
        return False
    return True


def test_words_cannot_be_kept_in_a_sealed_column(case):
    """Not by the ORM, and not by a plain statement."""
    for words in ("Juana", b"Juana", bytearray(b"Juana")):
        with pytest.raises(Exception, match=r"only what .* has sealed"):
            db.session.execute(insert(ConflictCase).values(id=new_id(), place_sealed=words))
        db.session.rollback()


def test_a_sealed_value_shown_says_nothing():
    assert repr(Ciphertext(b"\x02\x01bytes")) == "<sealed>"


@pytest.mark.parametrize("role", [Role.INTERRUPTER, Role.CRISIS_WORKER])
def test_an_agreement_is_the_work_of_those_who_mediate(client_as, role):
    """security.md B: an interrupter who is assigned to the case reads no agreement."""
    other = make_responder(role=role)
    case = make_case(keeper=other)
    client = client_as(other)

    assert client.get(f"/cases/{case.id}").status_code == 200
    assert client.get(f"/cases/{case.id}/agreement").status_code == 404
    assert client.get(f"/cases/{case.id}/agreements/new").status_code == 404
