"""PostgreSQL itself shows each person only rows that they may see, whatever a page or a query asks for.

The app connects as a role that does not own the tables. What is expected is worked out here from
the permission table and from what a person is to a record, not from the policies.
"""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import ProgrammingError

from app.accounts.permissions import TABLE, Permission, Role, Scope
from app.accounts.readers import RESIDENT_READS, reader_of
from app.accounts.sign_in import actor_of
from app.assignments.models import Assignment
from app.cases.agreement_models import Agreement, AgreementItem
from app.cases.contact_models import Contact
from app.cases.emergency_actions import agree, ask
from app.cases.emergency_models import EmergencyOpening, EmergencyReason
from app.cases.models import ConflictCase, Party, PartyIdentity
from app.cases.photo_models import CasePhoto
from app.foundation import clock
from app.foundation.db import db
from app.foundation.reader import MACHINE, Reader, as_machine, read_as
from app.handoffs.actions import give_consent
from app.handoffs.models import Handoff, HandoffConsent
from app.inputs.models import Input
from app.referrals.models import Referral
from app.vault.models import DataKey
from tests.accounts.test_matrix import (
    leave_the_door_open,
    let_in,
    open_every_query,
    open_the_vault,
    token_of,
)
from tests.support.cases import end_assignment
from tests.support.handoffs import PACKET, terms
from tests.support.handoffs import make_world as make_handoffs
from tests.support.inputs import make_input
from tests.support.matrix import PEOPLE, Relation, make_world
from tests.support.people import make_account
from tests.support.photos import make_photo
from tests.support.plans import make_neighborhood
from tests.support.referrals import Dispatch
from tests.support.rows import all_ids, counts, make_full_case, reading_as

pytestmark = pytest.mark.guarded_rows(alone=True)

REAL = tuple(relation for relation in Relation if relation is not Relation.NONE)
OURS = (Relation.ASSIGNED, Relation.SAME_ORGANIZATION, Relation.CLOSED)
OF_CASE = {
    Scope.ALL: REAL,
    Scope.OWN_ORGANIZATION: OURS,
    Scope.ASSIGNED: (Relation.ASSIGNED,),
    Scope.BREAK_GLASS: (),  # nobody has agreed to anything here
}
OF_CALL = {Scope.ALL: REAL, Scope.ASSIGNED: (Relation.ASSIGNED,)}
OF_HANDOFF = {Scope.ASSIGNED: (Relation.ASSIGNED,), Scope.CONSENTED: OURS}
NOTES = (Permission.CASE_READ, Permission.NOTES_READ)
OPENS_CASE = (*NOTES, Permission.PARTY_READ, Permission.PLACE_READ, Permission.CASE_MAP)
# What there is of a record, where its ids come from, and which permissions reach it in which relation.
KINDS = {
    "identities": (
        lambda ids: select(PartyIdentity.id).join(Party).where(Party.case_id == ids["case_id"]),
        OF_CASE,
        (Permission.PARTY_READ,),
    ),
    "contacts": (
        lambda ids: select(Contact.id).where(Contact.case_id == ids["case_id"]),
        OF_CASE,
        NOTES,
    ),
    "promises": (
        lambda ids: select(AgreementItem.id).join(Agreement).where(Agreement.case_id == ids["case_id"]),
        OF_CASE,
        (Permission.AGREEMENT_WORK,),
    ),
    "key of the case": (
        lambda ids: select(ConflictCase.key_id).where(ConflictCase.id == ids["case_id"]),
        OF_CASE,
        (*OPENS_CASE, Permission.AGREEMENT_WORK),
    ),
    "key of the contact": (
        lambda ids: select(Contact.key_id).where(Contact.case_id == ids["case_id"]),
        OF_CASE,
        NOTES,
    ),
    "key of the picture": (
        lambda ids: select(CasePhoto.key_id).where(CasePhoto.case_id == ids["case_id"]),
        {**OF_CASE, Scope.CONSENTED: OURS},
        (Permission.PHOTO_WORK, Permission.PHOTO_READ),
    ),
    "key of the call": (
        lambda ids: select(Referral.key_id).where(Referral.id == ids["referral_id"]),
        OF_CALL,
        (Permission.REFERRAL_READ,),
    ),
    "key of the packet": (
        lambda ids: select(Handoff.key_id).where(Handoff.id == ids["handoff_id"]),
        OF_HANDOFF,
        (Permission.HANDOFF_MAKE, Permission.HANDOFF_ANSWER),
    ),
}


def test_who_says_nothing_sees_nothing(app):
    make_full_case()
    Dispatch(app).offer()

    assert all(counts(MACHINE).values())
    for nobody in (None, Reader(""), Reader("mediator"), Reader("police", "machine"), RESIDENT_READS):
        assert not any(counts(nobody).values())


@pytest.mark.parametrize("role", PEOPLE)
def test_each_role_is_shown_exactly_what_the_table_says(app, role):
    world = make_world(role)
    seen = all_ids(reader_of(world.account))
    wrong = []
    for relation in REAL:
        for kind, (ids_of, relations, permissions) in KINDS.items():
            theirs = set(db.session.scalars(ids_of(world.ids[relation])))
            scopes = {TABLE[permission].get(role) for permission in permissions}
            expected = any(relation in relations.get(scope, ()) for scope in scopes)
            if not theirs or (seen & theirs) != (theirs if expected else set()):
                wrong.append(f"{kind}, {relation}: {'hidden' if expected else 'shown'}")
    assert not wrong, "\n".join(wrong)


def test_a_partner_is_shown_the_key_of_a_picture_that_the_last_yes_names_and_of_no_other(app):
    world = make_handoffs()
    named, other = (make_photo(world.case, world.keeper) for _ in range(2))
    handoff, keys = world.sent_with(named), {named.key_id, other.key_id}
    partner = reader_of(world.partner)

    assert all_ids(partner) & keys == {named.key_id}
    give_consent(handoff, terms(*PACKET, pictures=[other]), actor=world.mediator)
    assert all_ids(partner) & keys == {other.key_id}
    with as_machine():
        db.session.execute(
            update(HandoffConsent)
            .values(until_on=date(2020, 1, 1))
            .where(HandoffConsent.until_on.is_not(None))
        )
    assert not all_ids(partner) & keys


def test_a_query_that_forgot_its_scope_finds_nothing_of_others(app):
    case, _ = make_full_case()
    _, somebody = make_full_case()

    with reading_as(reader_of(somebody)):
        seen = db.session.scalars(select(PartyIdentity)).all()
        parties = set(db.session.scalars(select(Party.id).where(Party.case_id == case.id)))
    assert len(seen) == 2
    assert not parties & {one.party_id for one in seen}


def test_nobody_changes_adds_or_removes_rows_of_others(app):
    case, _ = make_full_case()
    _, somebody = make_full_case()
    contact = db.session.scalars(select(Contact).where(Contact.case_id == case.id)).one()
    values = {column.key: getattr(contact, column.key) for column in Contact.__table__.columns}

    with reading_as(reader_of(somebody)):
        on_it = Contact.case_id == case.id
        assert db.session.execute(update(Contact).where(on_it).values(minutes=1)).rowcount == 0
        assert db.session.execute(delete(Contact).where(on_it)).rowcount == 0
        assert db.session.execute(update(DataKey).values(destroyed_reason="mine")).rowcount == 0
        assert db.session.execute(delete(DataKey)).rowcount == 0
        with pytest.raises(ProgrammingError, match="row-level security"):
            db.session.execute(Contact.__table__.insert(), {**values, "id": "0" * 26, "client_key": "k"})


def test_what_ended_is_hidden_from_the_next_transaction_on(app):
    case, keeper = make_full_case()
    reader = reader_of(keeper)
    assert len(all_ids(reader)) == 5  # two people, a contact, a promise, and the key of all

    end_assignment(db.session.scalars(select(Assignment).where(Assignment.case_id == case.id)).one())

    assert not all_ids(reader)


def test_an_emergency_opens_a_case_for_its_hour_and_to_its_lead_alone(app):
    case, keeper = make_full_case()
    lead, other = (make_account(Role.PROVIDER_LEAD, organization_id=keeper.organization_id) for _ in range(2))
    reader, key = reader_of(lead), {case.key_id}  # it opens the block on the map of their own cases
    opening = ask(case, EmergencyReason.MEDICAL, actor=actor_of(lead))
    assert all_ids(reader) == key

    agree(opening, actor=actor_of(make_account(Role.COORDINATOR)))

    seen = {name: count for name, count in counts(reader).items() if count}
    assert seen == {"data_keys": 1, "party_identities": 2, "contacts": 1}
    assert all_ids(reader_of(other)) == key
    over = {"until_at": clock.now() - timedelta(seconds=1)}
    db.session.execute(update(EmergencyOpening).values(over))
    assert all_ids(reader) == key


def test_a_receipt_opens_what_it_was_given_for(app):
    one, other = (make_input(make_neighborhood(name)) for name in ("Oak Park", "Fir Hill"))

    with_receipt = Reader(Role.RESIDENT.value, receipt=one.receipt_fingerprint)

    assert all_ids(with_receipt) == {one.key_id}
    assert not all_ids(RESIDENT_READS)
    assert not all_ids(Reader(Role.MEDIATOR.value, receipt=other.receipt_fingerprint))
    assert all_ids(reader_of(make_account(Role.OFFICE_STAFF))) == {one.key_id, other.key_id}
    assert db.session.scalar(select(Input.id).limit(1))


def test_connections_of_the_pool_take_nobody_along(app):
    """People take turns on four connections, 2,000 transactions in all; every third reader says nothing."""
    people = [make_full_case()[1] for _ in range(6)]
    readers = [*(reader_of(one) for one in people), None, None, None]
    own = {reader: all_ids(reader) for reader in readers}
    db.session.remove()

    def turns(seed: int) -> int:
        chance, wrong = random.Random(seed), 0  # noqa: S311 - whose turn it is, no secret
        with app.app_context():
            for _ in range(500):
                reader = chance.choice(readers)
                read_as(reader)
                wrong += set(db.session.scalars(select(Contact.id))) != own[reader] & contacts
                db.session.rollback() if chance.random() < 0.5 else db.session.commit()
        return wrong

    contacts = set(db.session.scalars(select(Contact.id)))
    assert len(contacts) == len(people)
    db.session.remove()
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(turns, range(4))) == 0


def test_a_failed_piece_of_the_machines_work_leaves_the_person_a_person(app):
    make_full_case()
    somebody = make_account(Role.MEDIATOR)
    with reading_as(reader_of(somebody)):
        with pytest.raises(ZeroDivisionError), as_machine():
            raise ZeroDivisionError(db.session.scalars(select(Contact.id)).one())
        assert not db.session.scalars(select(Contact.id)).all()
        with pytest.raises(ProgrammingError), as_machine():
            db.session.execute(text("SELECT nothing_there"))
        db.session.rollback()
        assert not db.session.scalars(select(Contact.id)).all()


@pytest.mark.parametrize(
    ("role", "reached"), [(Role.MEDIATOR, (Relation.ASSIGNED,)), (Role.PROVIDER_LEAD, OURS)]
)
def test_with_door_queries_and_vault_open_postgresql_alone_gives_no_word(
    app, client_as, role, reached, monkeypatch
):
    """Of records whose key no permission of this person reaches; of the others the vault parts the fields."""

    def sign_in(world):
        person, client = client_as(world.account), app.test_client()
        with person.session_transaction() as theirs, client.session_transaction() as session:
            session.update(dict(theirs))
        return client, token_of(app, client)

    leave_the_door_open(monkeypatch)
    open_every_query(monkeypatch)
    open_the_vault(monkeypatch)

    entered, shown = let_in(app, sign_in, role)

    wrong = [one for one in shown if not one.endswith(reached)]
    assert len(entered) > 30  # the others do let them in
    assert not wrong, "\n".join(wrong)
