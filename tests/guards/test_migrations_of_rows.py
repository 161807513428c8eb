"""What stands in the database goes up and down with it: nobody loses what is theirs, on both databases."""

import json

import pytest
from sqlalchemy import JSON, Column, MetaData, Table, inspect, select, text

from app.accounts.actions import create_client
from app.accounts.models import Account, DispatchClient
from app.accounts.permissions import Role
from app.accounts.session_actions import start_session
from app.accounts.session_rules import Way
from app.accounts.sign_in import actor_of, fits_password
from app.accounts.sign_in_models import SignInSession
from app.accounts.way_actions import make_recovery_codes
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.audit.trail import SYSTEM, record
from app.cases import consent_actions, consent_queries, party_actions
from app.cases.consent_models import SaidHow
from app.cases.models import ConflictCase, Party, PartyIdentity
from app.cases.payloads import ExactPlace, Identity
from app.cases.queries import open_block, open_identities
from app.delivery.models import DueTimer, Network
from app.foundation import clock
from app.foundation.db import db
from app.handoffs.models import HandoffConsent
from app.referrals.clock_actions import set_clocks
from app.referrals.models import CallKind, ClientClocks, Referral, Source, State
from app.referrals.transitions import owner_in
from app.vault import erasures, period_keys, sealing, sweep
from app.vault.access import Use
from app.vault.callbacks import fingerprint_of
from app.vault.models import DataKey
from tests.guards.history import scripts
from tests.support.board import make_call
from tests.support.cases import make_case, make_party
from tests.support.clocks import clocks_that_stand_wrongly
from tests.support.custody_pairs import pairs_that_stand
from tests.support.handoffs import make_world as make_handoffs
from tests.support.migrating import counts
from tests.support.old_seals import put_old_key, seal_as_before
from tests.support.people import make_account
from tests.support.photos import make_photo
from tests.support.roster import make_responder


@pytest.mark.slow
def test_calls_survive_the_clocks_of_their_centre_and_the_trail_keeps_them(migrate) -> None:
    """On the way down a centre's own clocks go; its calls stay as they are, and it may be given new ones."""
    migrate("head")
    made = create_client(
        agency="psap.example.gov", purpose="dispatch", callback_url=None, network=Network.PUBLIC, actor=SYSTEM
    )
    client_id = made.client.id
    set_clocks(made.client, CallKind.LIVE, {"confirm_seconds": 10}, actor=SYSTEM)
    clocks_id = db.session.scalars(select(ClientClocks.id)).one()
    call_id = make_call(State.OFFERED, client_id=client_id, kind=CallKind.LIVE, clocks_id=clocks_id).id
    due_at = db.session.get_one(Referral, call_id).clock_due_at
    migrate("0005")
    assert "clocks_id" not in {
        one["name"] for one in inspect(db.session.connection()).get_columns("referrals")
    }
    migrate("head")
    db.session.expire_all()

    call = db.session.get_one(Referral, call_id)
    assert (call.state, call.clock_due_at, call.clocks_id) == (State.OFFERED, due_at, None)
    assert db.session.scalars(select(ClientClocks)).all() == []
    assert What.CLIENT_CLOCKS_SET in db.session.scalars(select(AuditEntry.what)).all()
    client = db.session.get_one(DispatchClient, client_id)
    assert set_clocks(client, CallKind.LIVE, {"confirm_seconds": 10}, actor=SYSTEM).confirm_seconds == 10
    assert pairs_that_stand(call) == {(state, owner_in(state, Source.DISPATCH)) for state in State}


def test_the_migrated_database_refuses_clocks_that_outlast_dispatchs_own(migrate) -> None:
    """Check constraints are compared by name alone; these are what stands under "we give up first"."""
    migrate("head")
    made = create_client(
        agency="psap.example.gov", purpose="dispatch", callback_url=None, network=Network.PUBLIC, actor=SYSTEM
    )

    assert clocks_that_stand_wrongly(made.client.id) == []


@pytest.mark.slow
@pytest.mark.parametrize("is_old", [False, True])
def test_the_block_of_a_case_moves_under_its_own_key_and_back(migrate, *, is_old: bool) -> None:
    """Sealed before keys said their name or after; of a case that was destroyed nothing is left to move."""
    migrate("head")
    case, gone = (make_case(place=ExactPlace(lat=34.05, lon=-118.25)) for _ in range(2))
    ids, block = (case.id, gone.id), open_block(case, Use.INTEGRITY)
    erasures.destroy([gone.key_id, gone.block_key_id], "retention schedule")
    before = scripts().get_revision("0016").down_revision
    assert isinstance(before, str)
    migrate(before)
    kept = dict(db.session.execute(text("SELECT id, block_sealed FROM conflict_cases")).all())
    assert kept[ids[0]] is not None
    assert kept[ids[1]] is None
    if is_old:
        key_id, secret = put_old_key("case")
        sealed = seal_as_before(
            secret, "conflict_cases", "block_sealed", ids[0], json.dumps({"lat": block[0], "lon": block[1]})
        )
        values = {"key": key_id, "sealed": sealed, "id": ids[0]}
        db.session.execute(
            text("UPDATE conflict_cases SET key_id = :key, block_sealed = :sealed WHERE id = :id"), values
        )
    migrate("head")
    db.session.expire_all()

    case, gone = (db.session.get_one(ConflictCase, case_id) for case_id in ids)
    assert block is not None
    assert open_block(case, Use.INTEGRITY) == block
    assert case.block_key_id not in {None, case.key_id}
    assert (gone.block_key_id, gone.block_sealed) == (None, None)


@pytest.mark.slow
@pytest.mark.parametrize("is_old", [False, True])
def test_who_somebody_is_moves_under_their_own_key_and_back(migrate, *, is_old: bool) -> None:
    """Sealed before keys said their name or after; of a case that was destroyed nothing is left to move."""
    migrate("head")
    keeper = make_responder()
    case, gone = (make_case(keeper=keeper) for _ in range(2))
    party, lost = make_party(case, keeper), make_party(gone, keeper)
    ids, lost_ids = (case.id, party.id), (gone.id, lost.id)
    party_actions.name_party(case, party, Identity("Ana Ficticia"), actor=actor_of(keeper))
    consent_actions.note_word(case, party, 90, SaidHow.IN_PERSON, actor=actor_of(keeper))
    assert lost.key_id
    erasures.destroy([gone.key_id, lost.key_id], "retention schedule")
    before = scripts().get_revision("0017").down_revision
    assert isinstance(before, str)
    migrate(before)
    rows = db.session.execute(text("SELECT id, party_id, key_id FROM party_identities ORDER BY id")).all()
    assert not inspect(db.session.connection()).has_table("follow_up_consents")
    assert [(row.party_id, row.key_id) for row in rows] == [(ids[1], case.key_id)] * 2
    if is_old:
        key_id, secret = put_old_key("case")
        sealed = seal_as_before(
            secret, "party_identities", "identity_sealed", rows[1].id, Identity("Ana Ficticia").to_json()
        )
        change = "UPDATE party_identities SET key_id = :key, identity_sealed = :sealed WHERE id = :id"
        db.session.execute(text(change), {"key": key_id, "sealed": sealed, "id": rows[1].id})
    migrate("head")
    db.session.expire_all()

    case, party = db.session.get_one(ConflictCase, ids[0]), db.session.get_one(Party, ids[1])
    assert open_identities(case, Use.INTEGRITY) == {party.id: Identity("Ana Ficticia")}
    used = set(db.session.scalars(select(PartyIdentity.key_id)))
    assert used == {party.key_id}
    assert case.key_id not in used
    assert db.session.get_one(Party, lost_ids[1]).key_id is None
    assert consent_queries.latest_words(case) == {}, "every word is forgotten"
    assert What.CASE_FOLLOW_UP_AGREED in db.session.scalars(select(AuditEntry.what)).all()
    assert open_identities(db.session.get_one(ConflictCase, lost_ids[0]), Use.INTEGRITY) == {}


@pytest.mark.slow
def test_the_way_down_forgets_holds_and_no_destruction(migrate) -> None:
    """What was destroyed stays so, the trail keeps it, and the code before finds no strange clock."""
    migrate("head")
    key_id = sealing.new_key("case")
    erasures.destroy([key_id], "retention schedule")
    sweep.schedule(clock.now())
    record(What.RECORDS_SWEPT, actor=SYSTEM, subject_type="retention", subject_id="case", count=1)
    before = scripts().get_revision("0010").down_revision
    assert isinstance(before, str)
    migrate(before)
    tables = set(inspect(db.session.connection()).get_table_names())
    assert tables & {"legal_holds", "held_records", "hold_steps", "erasures"} == set()
    migrate("head")
    db.session.expire_all()

    assert db.session.get_one(DataKey, key_id).destroyed_reason == "retention schedule"
    assert What.RECORDS_SWEPT in db.session.scalars(select(AuditEntry.what)).all()
    assert db.session.scalars(select(DueTimer)).all() == []
    sweep.schedule(clock.now())
    assert [timer.kind for timer in db.session.scalars(select(DueTimer))] == [sweep.SWEEP_TIMER]


@pytest.mark.slow
def test_who_signs_in_by_password_keeps_it_and_who_does_not_is_shut_out_on_the_way_down(migrate) -> None:
    """Passkeys, codes and sign-ins are forgotten; nobody gets in by what stands in their place."""
    migrate("head")
    ana, ben = (make_account(Role.ADMIN, password_hash=one).id for one in ("an argon2 hash", None))
    start_session(db.session.get_one(Account, ana), Way.PASSKEY, is_limited=False, device="")
    own = db.session.scalars(select(SignInSession.id)).one()
    db.session.commit()
    make_recovery_codes(db.session.get_one(Account, ana), session_id=own)
    migrate("0010")
    kept = dict(db.session.execute(text("SELECT id, password_hash FROM accounts")).all())
    assert kept == {ana: "an argon2 hash", ben: "none"}
    assert not fits_password(Account(password_hash="none"), "none")
    migrate("head")
    db.session.expire_all()

    assert db.session.get_one(Account, ana).password_hash == "an argon2 hash"
    assert db.session.get_one(Account, ben).password_hash is None
    assert counts()["sign_in_sessions"] == counts()["recovery_codes"] == 0
    assert What.ACCOUNT_RECOVERY_CODES_MADE in db.session.scalars(select(AuditEntry.what)).all()


@pytest.mark.slow
def test_keys_of_quarters_go_on_the_way_down_with_what_they_made_and_the_trail_stays(migrate) -> None:
    """Entries keep their marks, which lead nowhere then; who asked for a replay is known of no one."""
    migrate("head")
    period_keys.schedule(clock.now())
    actor = actor_of(make_account(Role.OFFICE_STAFF))
    record(What.CASE_LOOKED_AT, actor=actor, subject_type="case", subject_id="case-1", assignment_id="a" * 26)
    record(What.POLICY_REPLAY_STOPPED, actor=SYSTEM, subject_type="policy", subject_id="version-1")
    made = fingerprint_of("555-0142", clock.now())
    marked = make_call(callback_fingerprint=made.value, callback_quarter=made.quarter).id
    plain = make_call(callback_fingerprint="f" * 64).id
    db.session.commit()
    kept = dict(db.session.execute(select(AuditEntry.id, AuditEntry.actor_id)).all())
    assert made.quarter
    before = scripts().get_revision("0014").down_revision
    migrate(before)
    prints = dict(db.session.execute(text("SELECT id, callback_fingerprint FROM referrals")).all())
    assert prints == {marked: None, plain: "f" * 64}
    purposes = db.session.scalars(text("SELECT DISTINCT purpose FROM data_keys")).all()
    assert not {"callbacks", "trail"} & set(purposes)
    migrate("head")
    db.session.expire_all()

    assert dict(db.session.execute(select(AuditEntry.id, AuditEntry.actor_id)).all()) == kept
    assert What.POLICY_REPLAY_STOPPED in db.session.scalars(select(AuditEntry.what)).all()
    period_keys.schedule(clock.now())
    assert period_keys.is_ready(clock.now())
    assert db.session.get_one(Referral, plain).callback_quarter is None


@pytest.mark.slow
def test_a_yes_forgets_its_pictures_on_the_way_down_and_holds_for_all_else(migrate) -> None:
    """The code before knows no such share; after it nobody sees a picture that was named then."""
    migrate("head")
    world = make_handoffs()
    world.sent_with(make_photo(world.case, world.keeper))
    said = select(HandoffConsent.shares)
    assert "pictures" in db.session.scalars(said).one()
    migrate("0012")
    kept = Table("handoff_consents", MetaData(), Column("shares", JSON))
    assert db.session.scalars(select(kept.c.shares)).all() == [["contact", "name", "need"]]
    migrate("head")
    db.session.expire_all()

    assert db.session.scalars(said).all() == [["contact", "name", "need"]]
    assert db.session.scalars(select(HandoffConsent)).one().pictures == []
