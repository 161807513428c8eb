"""The chain over the trail: whatever of an entry is changed, the walk finds where."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.audit import chain, guarding
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.audit.trail import SYSTEM, record
from app.foundation import clock
from app.foundation.db import db


@pytest.fixture
def five(app: Flask) -> None:
    """Five linked entries."""
    note(5)
    chain.link_waiting()
    db.session.commit()
    guarding.unprotect(db.session.connection())  # whoever owns the database can


def note(count: int) -> None:
    for number in range(count):
        record(What.REFERRAL_READ, actor=SYSTEM, subject_type="referral", subject_id="call-1", order=number)
        db.session.flush()


def change(at: int, /, **values: Any) -> None:
    db.session.execute(update(AuditEntry).where(AuditEntry.position == at).values(**values))
    db.session.expire_all()


def test_an_untouched_chain_holds(five: None) -> None:
    assert chain.verify() == chain.Verification(linked_count=5, waiting_count=0, broken_at=None)


@pytest.mark.parametrize(
    "values",
    [
        {"at": clock.now() - timedelta(days=400)},
        {"what": What.ACCOUNT_SIGNED_IN},
        {"actor_kind": "person"},
        {"actor_id": "somebody-else"},
        {"actor_role": "auditor"},
        {"permission": "case.read"},
        {"assignment_id": "a" * 26},
        {"subject_type": "case"},
        {"subject_id": "call-2"},
        {"facts": {"order": 9}},
        {"digest": "0" * 64},
    ],
)
def test_whatever_is_changed_is_found(five: None, values: dict[str, Any]) -> None:
    change(3, **values)
    assert chain.verify().broken_at == 3


def test_new_entries_go_on_from_the_end(five: None) -> None:
    note(2)
    assert (chain.verify().linked_count, chain.verify().waiting_count) == (5, 2)

    assert chain.link_waiting() == 2
    assert (chain.verify().linked_count, chain.verify().broken_at) == (7, None)
    assert chain.link_waiting() == 0


def test_an_entry_set_between_others_is_found(five: None) -> None:
    note(1)
    added = db.session.scalars(select(AuditEntry).where(AuditEntry.position.is_(None))).one()
    for position in (5, 4):
        change(position, position=position + 1)
    added.position, added.digest = 4, "f" * 64
    db.session.flush()

    assert chain.verify().broken_at == 4


def test_two_entries_that_changed_places_are_found(five: None) -> None:
    change(2, position=99)
    change(3, position=2)
    change(99, position=3)

    assert chain.verify().broken_at == 2


def test_a_chain_has_one_end(five: None) -> None:
    note(1)
    waiting = db.session.scalars(select(AuditEntry).where(AuditEntry.position.is_(None))).one()
    waiting.position, waiting.digest = 5, "f" * 64
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_an_act_that_is_undone_leaves_no_entry(app: Flask) -> None:
    note(1)
    db.session.rollback()
    assert db.session.scalars(select(AuditEntry)).all() == []
