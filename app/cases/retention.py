"""What the vault must know of cases: until when their words, people and places are kept.

All of a case is sealed under one key, but the words of an interrupter's contacts: they go 30 days
after they were written, while the case may be open for months. Emptying the column would leave
them in every backup, under a key that lives on. So each such contact has a key of its own, and
so has each picture: one that is taken away is gone from the backups too. Each person has one as well,
for who they are.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Index, exists, select, update
from sqlalchemy.orm import InstrumentedAttribute

from app.cases.consent_models import FollowUpConsent
from app.cases.contact_models import Contact
from app.cases.models import CaseStateRow, ConflictCase, FourSigns, Party
from app.cases.photo_models import CasePhoto
from app.foundation.db import db
from app.foundation.office import LOS_ANGELES
from app.roster.lanes import Lane
from app.vault import erasures, sealing
from app.vault.hold_models import Subject
from app.vault.models import DataKey, KeyPurpose
from app.vault.records import SealedRecords
from app.vault.retention import Kind
from app.vault.sweep import SCHEDULED


def key_of_contact(case: ConflictCase) -> str:
    """The key that seals the words of a new contact: its own in the field log, else that of the case."""
    return sealing.new_key(KeyPurpose.CONTACT) if case.lane is Lane.INTERRUPTION else case.key_id


def forget_case(case_ids: Sequence[str]) -> None:
    """What goes with the key of a case: the key of its block on the map, and its hours."""
    blocks = select(ConflictCase.block_key_id).where(
        ConflictCase.id.in_(case_ids), ConflictCase.block_key_id.is_not(None)
    )
    erasures.destroy([key_id for key_id in db.session.scalars(blocks) if key_id], SCHEDULED)
    coarsen(case_ids)


def coarsen(case_ids: Sequence[str]) -> None:
    """Of a case that was destroyed only the days stay: an hour beside a place finds a person again.

    Reports count cases by day and longer. The moments of its call, of assignments and of the trail
    are others' and stay until their own time.
    """
    for table, columns, of_case in _MOMENTS:
        rows = db.session.execute(select(table.id, *columns).where(of_case.in_(case_ids))).all()
        changes = [
            {"id": row[0]} | {column.key: row[n] and _noon(row[n]) for n, column in enumerate(columns, 1)}
            for row in rows
        ]
        if changes:
            db.session.execute(update(table), changes)


def empty_photos(case_ids: Sequence[str]) -> None:
    """What no key opens any more is not carried along: pictures are large."""
    dead = select(DataKey.id).where(DataKey.id == CasePhoto.key_id, DataKey.wrapped.is_(None)).exists()
    emptied = update(CasePhoto).where(CasePhoto.case_id.in_(case_ids), dead).values(picture_sealed=None)
    db.session.execute(emptied.execution_options(synchronize_session=False))


def _noon(moment: datetime) -> datetime:
    """Noon of the day that it was in Los Angeles: the same day in every report."""
    local = moment.astimezone(LOS_ANGELES)
    return local.replace(hour=12, minute=0, second=0, microsecond=0)


_Columns = tuple[InstrumentedAttribute[Any], ...]
_MOMENTS: tuple[tuple[Any, _Columns, InstrumentedAttribute[str]], ...] = (
    (ConflictCase, (ConflictCase.opened_at, ConflictCase.closed_at), ConflictCase.id),
    (CaseStateRow, (CaseStateRow.at,), CaseStateRow.case_id),
    (Contact, (Contact.at, Contact.logged_at), Contact.case_id),
    (Party, (Party.added_at,), Party.case_id),
    (FollowUpConsent, (FollowUpConsent.at,), FollowUpConsent.case_id),
    (FourSigns, (FourSigns.at,), FourSigns.case_id),
    (CasePhoto, (CasePhoto.added_at, CasePhoto.removed_at), CasePhoto.case_id),
)


def _closed_at(case_id: InstrumentedAttribute[str]) -> ColumnElement[Any]:
    """When the case of a record was closed, in SQL."""
    return select(ConflictCase.closed_at).where(ConflictCase.id == case_id).scalar_subquery()


CASES = SealedRecords(
    Kind.CASE,
    purpose=KeyPurpose.CASE,
    subject=Subject.CASE,
    subject_id=ConflictCase.id,
    key_id=ConflictCase.key_id,
    began_at=ConflictCase.opened_at,
    ended_at=ConflictCase.closed_at,
    forget=forget_case,
)
# Of the newest word, and only of a yes in a closed case: whoever said no other is forgotten with all.
_yes_counts_from = (
    select(FollowUpConsent.counted_from)
    .where(FollowUpConsent.party_id == Party.id)
    .order_by(FollowUpConsent.at.desc(), FollowUpConsent.id.desc())
    .limit(1)
    .scalar_subquery()
)
PARTIES = SealedRecords(
    Kind.PARTY,
    purpose=KeyPurpose.PARTY,
    subject=Subject.CASE,
    subject_id=Party.case_id,
    key_id=Party.key_id,
    began_at=DataKey.created_at,
    ended_at=_closed_at(Party.case_id),
    and_also=_yes_counts_from.is_(None),
)
FOLLOW_UP = SealedRecords(
    Kind.FOLLOW_UP,
    purpose=KeyPurpose.PARTY,
    subject=Subject.CASE,
    subject_id=Party.case_id,
    key_id=Party.key_id,
    began_at=_yes_counts_from,
    ended_at=_yes_counts_from,
    and_also=_yes_counts_from.is_not(None),
)
FIELD_LOG = SealedRecords(
    Kind.FIELD_LOG,
    purpose=KeyPurpose.CONTACT,
    subject=Subject.CASE,
    subject_id=Contact.case_id,
    key_id=Contact.key_id,
    began_at=DataKey.created_at,
)
_in_field_log = exists().where(ConflictCase.id == CasePhoto.case_id, ConflictCase.lane == Lane.INTERRUPTION)
PHOTOS = SealedRecords(
    Kind.CASE_PHOTO,
    purpose=KeyPurpose.PHOTO,
    subject=Subject.CASE,
    subject_id=CasePhoto.case_id,
    key_id=CasePhoto.key_id,
    began_at=DataKey.created_at,
    ended_at=_closed_at(CasePhoto.case_id),
    and_also=~_in_field_log,
    forget=empty_photos,
)
FIELD_PHOTOS = SealedRecords(
    Kind.FIELD_PHOTO,
    purpose=KeyPurpose.PHOTO,
    subject=Subject.CASE,
    subject_id=CasePhoto.case_id,
    key_id=CasePhoto.key_id,
    began_at=DataKey.created_at,
    and_also=_in_field_log,
    forget=empty_photos,
)
RECORDS = (PHOTOS, PARTIES, FOLLOW_UP, CASES, FIELD_LOG, FIELD_PHOTOS)
"""Pictures and people before cases: a case that is destroyed forgets the hour it was closed, from which
they count."""

Index("ix_conflict_cases_key_id", ConflictCase.key_id)
Index("ix_conflict_cases_block_key_id", ConflictCase.block_key_id)
Index("ix_parties_key_id", Party.key_id)
Index("ix_contacts_key_id", Contact.key_id)
Index("ix_case_photos_key_id", CasePhoto.key_id)
