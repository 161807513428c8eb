"""Journey: a month goes by. What people said is gone, its count is not, and yesterday's backup knows no more.

On both databases: one of every kind of record, a night's backup, the sweep a day later, the whole chain
beside its witness, and the backup restored elsewhere with every key at hand.
"""

import shutil
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from app.accounts.sign_in import actor_of
from app.audit.verification import verify_all
from app.cases import actions as case_actions
from app.cases.models import ConflictCase, Outcome
from app.foundation import clock
from app.foundation.db import db
from app.vault import sweep
from app.vault.readable import Readable, count_unreadable, read_all
from tests.support.backups import Databases, run
from tests.support.retention import Kept, make_everything
from tests.support.tampering import SIGNER, make_linker

NOW = clock.now()
BEGAN, YESTERDAY = NOW - timedelta(days=31), NOW - timedelta(days=1)
BY_MACHINES = "secret_sealed"
"""Secrets of systems that still work with us: no words of anybody."""
# The sweep writes on the trail and in the ledger; what was delivered and failed tries are rows without use.
GROW_OR_GO = {"audit_entries", "audit_checkpoints", "erasures", "outbox_messages", "failed_attempts"}


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
