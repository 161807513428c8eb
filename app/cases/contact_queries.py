"""Reading what we did in a case: contacts with what was corrected, and the days to look again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.permissions import Permission
from app.audit.trail import Actor, Grounds
from app.cases.contact_models import Contact, FollowUp
from app.cases.models import ConflictCase
from app.cases.payloads import ContactSaid
from app.cases.queries import visible_cases
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.vault import sealing
from app.vault.access import Use
from app.vault.sealing import KeyDestroyed, hold_keys

MOST_CONTACTS = 200


@dataclass(frozen=True)
class LoggedContact:
    """A contact as it stands, opened, with how it was told before."""

    contact: Contact
    words: str
    earlier: tuple[Contact, ...]

    @property
    def is_destroyed(self) -> bool:
        """Whether it had words that were destroyed on schedule."""
        return self.contact.words_sealed is not None and not self.words


@dataclass(frozen=True)
class Due:
    """A day to look again, and in which case."""

    follow_up: FollowUp
    case: ConflictCase


def find_by_client_key(case: ConflictCase, client_key: str) -> Contact | None:
    """The contact that a phone logged under this key."""
    same = select(Contact).where(Contact.case_id == case.id, Contact.client_key == client_key)
    return db.session.scalars(same).one_or_none()


def get_contact(case: ConflictCase, contact_id: str) -> Contact:
    """A contact of this case, as it was corrected last."""
    contact = db.session.get(Contact, contact_id)
    if contact is None or contact.case_id != case.id:
        raise NotFound
    return latest_of(contact)


def latest_of(contact: Contact) -> Contact:
    """The last correction of a contact, or the contact itself."""
    first_id = contact.corrects_id or contact.id
    versions = select(Contact).where((Contact.id == first_id) | (Contact.corrects_id == first_id))
    return db.session.scalars(versions.order_by(Contact.logged_at.desc(), Contact.id.desc()).limit(1)).one()


def said_in(contact: Contact, by: Grounds | Use) -> ContactSaid:
    """What a contact says, opened. People added to the case after it was logged are left out."""
    return ContactSaid(
        at=contact.at,
        how=contact.how,
        result=contact.result,
        party_ids=frozenset(p.id for p in contact.parties if p.added_at <= contact.logged_at),
        heat=contact.heat,
        minutes=contact.minutes,
        words=open_words(contact, by),
    )


def open_words(contact: Contact, by: Grounds | Use) -> str:
    """The words of a contact, none once they were destroyed."""
    try:
        return sealing.unseal(
            contact.key_id, Contact.__tablename__, "words_sealed", contact.id, contact.words_sealed, by=by
        )
    except KeyDestroyed:
        return ""


def count_contacts(case: ConflictCase) -> int:
    """How many contacts a case has; a correction is no contact of its own."""
    firsts = select(func.count()).where(Contact.case_id == case.id, Contact.corrects_id.is_(None))
    return db.session.scalar(firsts) or 0


def list_contacts(case: ConflictCase, by: Grounds | Use, most: int = MOST_CONTACTS) -> list[LoggedContact]:
    """The contacts of a case, opened, newest first; each with how it was told before (five queries)."""
    rows = db.session.scalars(
        select(Contact)
        .where(Contact.case_id == case.id)
        .options(selectinload(Contact.parties), joinedload(Contact.by))
        .order_by(Contact.logged_at, Contact.id)
    )
    versions: dict[str, list[Contact]] = {}
    for row in rows:
        versions.setdefault(row.corrects_id or row.id, []).append(row)
    newest = sorted(versions.values(), key=lambda told: (told[-1].at, told[-1].id), reverse=True)[:most]
    keys = hold_keys({told[-1].key_id for told in newest}, by)  # noqa: F841 - held until all are open
    return [LoggedContact(told[-1], open_words(told[-1], by), tuple(reversed(told[:-1]))) for told in newest]


def last_contact_at(case: ConflictCase) -> datetime | None:
    """When somebody last tried to reach the people of a case."""
    return db.session.scalar(select(func.max(Contact.at)).where(Contact.case_id == case.id))


def list_follow_ups(case: ConflictCase) -> Sequence[FollowUp]:
    """The days on which somebody will look again, soonest first."""
    ahead = select(FollowUp).where(FollowUp.case_id == case.id, FollowUp.done_at.is_(None))
    return db.session.scalars(ahead.order_by(FollowUp.due_on, FollowUp.id)).all()


def list_due(case: ConflictCase, today: date) -> Sequence[FollowUp]:
    """What should have been looked at by today, oldest first."""
    due = select(FollowUp).where(
        FollowUp.case_id == case.id, FollowUp.done_at.is_(None), FollowUp.due_on <= today
    )
    return db.session.scalars(due.order_by(FollowUp.due_on, FollowUp.id)).all()


def list_agenda(seen_by: Actor, most: int = 30) -> list[Due]:
    """What this person's open cases ask for, soonest first."""
    mine = visible_cases(seen_by, Permission.CASE_WORK).where(ConflictCase.closed_at.is_(None))
    cases = mine.order_by(None).subquery()
    rows = db.session.execute(
        select(FollowUp, ConflictCase)
        .join(ConflictCase, ConflictCase.id == FollowUp.case_id)
        .where(FollowUp.done_at.is_(None), FollowUp.case_id.in_(select(cases.c.id)))
        .order_by(FollowUp.due_on, FollowUp.id)
        .limit(most)
    )
    return [Due(follow_up, case) for follow_up, case in rows]
