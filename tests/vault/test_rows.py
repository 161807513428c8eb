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

from app.accounts.permissions import TABLE, Role
from app.accounts.readers import RESIDENT_READS, reader_of
from app.accounts.sign_in import actor_of
from app.assignments.models import Assignment, AssignmentStep
from app.cases.contact_models import Contact
from app.cases.emergency_actions import agree, ask
from app.cases.emergency_models import EmergencyOpening, EmergencyReason
from app.cases.models import ConflictCase, Outcome, Party, PartyIdentity
from app.foundation import clock
from app.foundation.db import db
from app.foundation.reader import MACHINE, Reader, as_machine, read_as
from app.handoffs.actions import give_consent
from app.handoffs.models import HandoffConsent
from app.inputs.models import InputStateRow
from app.journey import close_case
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
from tests.support.row_kinds import KINDS, OURS, REAL
from tests.support.rows import TABLES, all_ids, counts, make_full_case, reading_as

pytestmark = pytest.mark.guarded_rows(alone=True)


def test_who_says_nothing_sees_nothing(app):
    make_world(Role.PROVIDER_LEAD)
    Dispatch(app).offer()

    there = {table for table, count in counts(MACHINE).items() if count}
    assert {table.name for table in TABLES} - there <= NOT_IN_THIS_WORLD
    for nobody in (None, Reader(""), Reader("mediator"), Reader("police", "machine"), RESIDENT_READS):
        assert not any(counts(nobody).values())


NOT_IN_THIS_WORLD = {"follow_ups", "four_signs", "item_sayings", "answers", "published_texts"}
"""What only some cases and inputs have; they are shown with what they belong to."""


@pytest.mark.parametrize("role", PEOPLE)
def test_each_role_is_shown_exactly_what_the_table_says(app, role):
    world = make_world(role)
    seen = all_ids(reader_of(world.account))
    wrong = []
    for relation in REAL:
        for kind, (ids_of, *ways) in KINDS.items():
            theirs = set(db.session.scalars(ids_of(world.ids[relation])))
            expected = any(
                relation in relations.get(TABLE[permission].get(role), ())
                for relations, permissions in ways
                for permission in permissions
            )
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

    parties = set(db.session.scalars(select(Party.id).where(Party.case_id == case.id)))
    reader = reader_of(somebody)

    with reading_as(reader):
        seen = set(db.session.scalars(select(PartyIdentity.party_id)))
    assert len(seen) == len(parties) == 2
    assert not parties & seen


def test_nobody_changes_adds_or_removes_rows_of_others(app):
    case, _ = make_full_case()
    _, somebody = make_full_case()
    contact = db.session.scalars(select(Contact).where(Contact.case_id == case.id)).one()
    values = {column.key: getattr(contact, column.key) for column in Contact.__table__.columns}

    on_it, reader = Contact.case_id == case.id, reader_of(somebody)
    with reading_as(reader):
        assert db.session.execute(update(Contact).where(on_it).values(minutes=1)).rowcount == 0
        assert db.session.execute(update(DataKey).values(destroyed_reason="mine")).rowcount == 0
        for forbidden in (delete(Contact).where(on_it), delete(DataKey)):
            with pytest.raises(ProgrammingError, match="permission denied"), db.session.begin_nested():
                db.session.execute(forbidden)
        with pytest.raises(ProgrammingError, match="row-level security"):
            db.session.execute(Contact.__table__.insert(), {**values, "id": "0" * 26, "client_key": "k"})


def test_what_ended_is_hidden_from_the_next_transaction_on(app):
    case, keeper = make_full_case()
    reader = reader_of(keeper)
    assert {case.id, case.key_id, case.block_key_id} < all_ids(reader)

    assignment = db.session.scalars(select(Assignment).where(Assignment.case_id == case.id)).one()
    end_assignment(assignment)

    # What is left is that they were sent, and when.
    steps = set(db.session.scalars(select(AssignmentStep.id)))
    assert all_ids(reader) == {assignment.id} | steps


def test_who_closes_a_case_may_do_so_and_sees_it_no_more(app):
    case, keeper = make_full_case()
    reader, actor, case_id = reader_of(keeper), actor_of(keeper), case.id

    with reading_as(reader):
        close_case(db.session.get_one(ConflictCase, case_id), Outcome.AGREEMENT, actor=actor)
        db.session.commit()
        assert db.session.get(ConflictCase, case_id) is None

    assert not db.session.get_one(ConflictCase, case_id).is_open


def test_an_emergency_opens_a_case_for_its_hour_and_to_its_lead_alone(app):
    case, keeper = make_full_case()
    lead, other = (make_account(Role.PROVIDER_LEAD, organization_id=keeper.organization_id) for _ in range(2))
    reader, key = reader_of(lead), case.key_id
    opening = ask(case, EmergencyReason.MEDICAL, actor=actor_of(lead))
    before = all_ids(reader)
    # They know of the case and who is sent, may see its block, and have asked.
    assert {case.id, case.block_key_id, opening.id} < before
    assert key not in before

    agree(opening, actor=actor_of(make_account(Role.COORDINATOR)))

    seen = {name: count for name, count in counts(reader).items() if count}
    assert (seen["data_keys"], seen["party_identities"], seen["contacts"]) == (4, 2, 1)
    assert not {"agreements", "agreement_items", "four_signs", "case_photos"} & set(seen)
    assert key in all_ids(reader)
    assert all_ids(reader_of(other)) == before - {opening.id}
    over = {"until_at": clock.now() - timedelta(seconds=1)}
    db.session.execute(update(EmergencyOpening).values(over))
    assert all_ids(reader) == before


def test_a_receipt_opens_what_it_was_given_for(app):
    one, other = (make_input(make_neighborhood(name)) for name in ("Oak Park", "Fir Hill"))
    states = dict(db.session.execute(select(InputStateRow.input_id, InputStateRow.id)).all())
    all_of = {sent.id: {sent.id, sent.key_id, states[sent.id]} for sent in (one, other)}

    with_receipt = Reader(Role.RESIDENT.value, receipt=one.receipt_fingerprint)

    assert all_ids(with_receipt) == all_of[one.id]
    assert not all_ids(RESIDENT_READS)
    assert not all_ids(Reader(Role.MEDIATOR.value, receipt=other.receipt_fingerprint))
    assert all_ids(reader_of(make_account(Role.OFFICE_STAFF))) == all_of[one.id] | all_of[other.id]


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


def test_what_was_told_since_a_savepoint_is_told_again_after_it(app):
    """Undone with the rest, and not believed to be still so."""
    make_full_case()
    with reading_as(reader_of(make_account(Role.ANALYST))):
        assert not db.session.scalars(select(Contact.id)).all()
        nested = db.session.begin_nested()
        read_as(MACHINE)
        assert db.session.scalars(select(Contact.id)).all()
        nested.rollback()
        read_as(MACHINE)
        assert db.session.scalars(select(Contact.id)).all()


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

    world = make_world(role)
    person, client = client_as(world.account), app.test_client()
    with person.session_transaction() as theirs, client.session_transaction() as session:
        session.update(dict(theirs))
    token = token_of(app, client)
    leave_the_door_open(monkeypatch)
    open_every_query(monkeypatch)
    open_the_vault(monkeypatch)

    entered, shown = let_in(app, world, client, token)

    wrong = [one for one in shown if not one.endswith(reached)]
    assert len(entered) > 30  # the others do let them in
    assert not wrong, "\n".join(wrong)
