"""Journey: time goes by. What people said is gone, its count is not, and yesterday's backup knows no more.

On both databases: one of every kind of record, a night's backup, the sweep a day later, the whole chain
beside its witness, and the backup restored elsewhere with every key at hand. A month later no words, a
quarter later no number that is known again, two years later nobody on the trail.
"""

import shutil
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.audit import people
from app.audit.models import AuditEntry
from app.audit.verification import verify_all
from app.cases import actions as case_actions
from app.cases import consent_actions
from app.cases.consent_models import SaidHow
from app.cases.models import ConflictCase, Outcome, Party, PartyIdentity
from app.foundation import clock
from app.foundation.db import db
from app.vault import sweep
from app.vault.callbacks import fingerprints_of
from app.vault.models import KeyPurpose
from app.vault.periods import period_at
from app.vault.readable import Readable, count_unreadable, read_all
from tests.support.backups import Databases, run
from tests.support.cases import make_agreement, make_case, make_contact, make_party
from tests.support.people import make_account
from tests.support.periods import make_period_keys
from tests.support.retention import PHONE, Kept, make_everything
from tests.support.roster import make_responder
from tests.support.tampering import SIGNER, make_linker

NOW = clock.now()
BEGAN, YESTERDAY = NOW - timedelta(days=31), NOW - timedelta(days=1)
BY_MACHINES = "secret_sealed"
"""Secrets of systems that still work with us: no words of anybody."""
# The sweep writes on the trail and in the ledger; what was delivered and failed tries are rows without use.
GROW_OR_GO = {"audit_entries", "audit_checkpoints", "erasures"}
GROW_OR_GO |= {"outbox_messages", "failed_attempts", "sign_in_notices"}
GROW_OR_GO |= {"sign_in_sessions", "recovery_requests", "invitations"}
GROW_WITH_TIME = {"data_keys", "period_keys"}
"""Each quarter and month has its key, of which the tombstone stays."""


def test_a_month_later_nobody_can_read_it_and_yesterdays_backup_changes_nothing(
    office: Flask, new_app: Databases, tmp_path: Path
) -> None:
    kept = make_everything(BEGAN)
    with clock.as_of(BEGAN):
        for case in db.session.scalars(select(ConflictCase).where(ConflictCase.closed_at.is_(None))):
            case_actions.close_case(case, Outcome.CALMED, actor=actor_of(kept.keeper))
    db.session.commit()
    before, counted = words(), counts()
    assert len({one.key_id for one in before}) >= 6
    backup, witness = tmp_path / "yesterday", tmp_path / "witness.jsonl"
    with clock.as_of(YESTERDAY):
        tell(witness)
        told_yesterday = shutil.copy(witness, tmp_path / "witness-of-yesterday.jsonl")
        run(office, "backup", str(backup))

    sweep.sweep(NOW)
    tell(witness)

    assert left(kept) == []
    stays = [one for one in before if one.table != "case_photos"]  # a picture is emptied as well
    assert count_unreadable() == len(stays) - len(words())
    assert unlike(counts(), counted) == set()
    assert holds(witness)
    db.session.remove()

    elsewhere = new_app()
    with elsewhere.app_context():
        run(elsewhere, "restore", str(backup))
        assert left(kept) == []
        assert unlike(counts(), counted) == set()
        assert holds(Path(told_yesterday))


def test_two_years_later_no_number_is_known_again_and_the_trail_names_nobody(
    office: Flask, new_app: Databases, tmp_path: Path
) -> None:
    make_period_keys(BEGAN)
    kept = make_everything(BEGAN)
    with clock.as_of(BEGAN):
        for case in db.session.scalars(select(ConflictCase).where(ConflictCase.closed_at.is_(None))):
            case_actions.close_case(case, Outcome.CALMED, actor=actor_of(kept.keeper))
    db.session.commit()
    print_kept, marks, said = kept.call.callback_fingerprint, marks_of(kept), entries_of(BEGAN)
    witness, counted = tmp_path / "witness.jsonl", counts()
    assert print_kept in fingerprints_of(PHONE)
    known = {mark: people.meant_by(mark) for mark in marks}
    assert kept.keeper.id in known.values()
    assert not set(known) & set(known.values()), "nobody is named by their id"
    quarter, month = (period_at(one, BEGAN).ends_at for one in (KeyPurpose.CALLBACKS, KeyPurpose.TRAIL))

    for days, moment in (
        (31, BEGAN + timedelta(days=31)),
        (91, max(quarter, BEGAN) + timedelta(days=91)),
        (181, quarter + timedelta(days=181)),
        (731, month + timedelta(days=731)),
    ):
        backup, told = tmp_path / f"before-{days}", tmp_path / f"witness-before-{days}.jsonl"
        with clock.as_of(moment - timedelta(days=1)):
            make_period_keys(clock.now())
            tell(witness)
            shutil.copy(witness, told)
            run(office, "backup", str(backup))
        with clock.as_of(moment):
            sweep.sweep(clock.now())
            tell(witness)
        assert (days, left(kept) if days < 365 else words()) == (days, [])
        assert ends(print_kept, marks) == (days >= 91, days >= 731)
        assert entries_of(BEGAN) == said, "what was done, and when, stands for ever"
        assert unlike(counts(), counted) - GROW_WITH_TIME == set()
        assert holds(witness)
        db.session.remove()
        if days in (91, 731):
            elsewhere = new_app()
            with elsewhere.app_context(), clock.as_of(moment):
                run(elsewhere, "restore", str(backup))
                assert ends(print_kept, marks) == (days >= 91, days >= 731)
                assert entries_of(BEGAN) == said
                assert holds(told)
                db.session.remove()


def test_a_yes_keeps_who_somebody_is_until_its_day_and_no_backup_knows_more(
    office: Flask, new_app: Databases, tmp_path: Path
) -> None:
    """Three people of one case: who was never asked, who takes the yes back, and who stays with it."""
    make_period_keys(BEGAN)
    keeper, staff = make_responder(), actor_of(make_account(Role.OFFICE_STAFF))
    with clock.as_of(BEGAN):
        case = make_case(keeper=keeper)
        silent, regrets, stays = (make_party(case, keeper) for _ in range(3))
        make_contact(case, keeper, silent)
        make_agreement(case, keeper, silent, regrets)
        for party in (regrets, stays):
            consent_actions.note_word(case, party, 180, SaidHow.IN_PERSON, actor=actor_of(keeper))
        case_actions.close_case(case, Outcome.AGREEMENT, actor=actor_of(keeper))
    db.session.commit()
    case_id, regrets_id, stays_id = case.id, regrets.id, stays.id
    for days, known in ((31, {regrets_id, stays_id}), (40, {stays_id}), (181, set())):
        backup, moment = tmp_path / f"before-{days}", BEGAN + timedelta(days=days)
        with clock.as_of(moment - timedelta(days=1)):
            make_period_keys(clock.now())
            run(office, "backup", str(backup))
        with clock.as_of(moment):
            if days == 40:
                case, regrets = (
                    db.session.get_one(ConflictCase, case_id),
                    db.session.get_one(Party, regrets_id),
                )
                consent_actions.take_back(case, regrets, SaidHow.BY_PHONE, actor=staff)
                db.session.commit()
                assert known_people() == known, "at once, before any sweep"
            sweep.sweep(clock.now())
        assert known_people() == known
        db.session.remove()
        elsewhere = new_app()
        with elsewhere.app_context(), clock.as_of(moment):
            run(elsewhere, "restore", str(backup))
            assert known_people() == known
            db.session.remove()


def known_people() -> set[str]:
    """Whose name can be read; nothing else of what was said can."""
    read = words()
    assert {one.field for one in read} <= {"party_identities.identity_sealed"}
    ids = [one.row_id for one in read]
    return set(db.session.scalars(select(PartyIdentity.party_id).where(PartyIdentity.id.in_(ids))))


def marks_of(kept: Kept) -> set[str]:
    """How the trail names who kept the case."""
    looks = select(AuditEntry.actor_id).where(AuditEntry.subject_id == kept.case.id)
    return {one for one in db.session.scalars(looks) if one}


def ends(print_kept: str | None, marks: Collection[str]) -> tuple[bool, bool]:
    """Whether a number is not known again any more, and whether the trail names nobody any more."""
    return print_kept not in fingerprints_of(PHONE), not any(people.meant_by(mark) for mark in marks)


def entries_of(moment: datetime) -> list[tuple[str, ...]]:
    """What the trail says of a moment, letter by letter."""
    columns = [column for column in AuditEntry.__table__.columns if column.name not in ("position", "digest")]
    rows = db.session.execute(select(*columns).where(AuditEntry.at == moment).order_by(AuditEntry.id))
    return [tuple(map(str, row)) for row in rows]


def words() -> list[Readable]:
    """What whoever has the database and every key can read of what people said."""
    return [one for one in read_all() if one.column != BY_MACHINES]


def left(kept: Kept) -> list[str]:
    """What is still readable, but for an idea that was answered: it is kept as long as its plan runs."""
    return [one.field for one in words() if one.key_id != kept.answered.key_id]


def counts() -> dict[str, int]:
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in db.metadata.sorted_tables
    }


def unlike(after: dict[str, int], before: dict[str, int]) -> Collection[str]:
    return {name for name in before if after[name] != before[name]} - GROW_OR_GO


def tell(witness: Path) -> None:
    """Link the trail to its end and tell the witness, as the worker does."""
    linker = make_linker(witness)
    while linker.link(clock.now() + timedelta(minutes=5)):
        pass
    linker.write_file(0.0)
    db.session.commit()


def holds(witness: Path) -> bool:
    """Whether the whole chain holds beside its witness, which has something to say."""
    report = verify_all(SIGNER.public_key, witness)
    return (report.damages, report.unknown) == ([], None) and report.witnessed_count > 0
