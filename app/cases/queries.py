"""Reading cases. Loading one and being allowed to see it are the same act."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Account
from app.accounts.permissions import Permission
from app.accounts.queries import names_of
from app.assignments.models import Assignment
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.audit.people import meant_by
from app.audit.trail import Actor, Grounds
from app.cases.agreement_models import Agreement, AgreementItem
from app.cases.models import CaseStateRow, ConflictCase, FourSigns, Party, PartyIdentity
from app.cases.payloads import ExactPlace, Identity
from app.cases.reach import CASES
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.paging import Page, page_of
from app.foundation.reader import as_machine
from app.vault import sealing
from app.vault.access import Use

LOOKS = (
    What.CASE_LOOKED_AT,
    What.CASE_NAMES_SHOWN,
    What.CASE_PHOTO_SHOWN,
    What.CASE_PLACE_SHOWN,
    What.EMERGENCY_AGREED,
)
LOOKS_ON_A_PAGE = 50


@dataclass(frozen=True)
class Look:
    """Somebody opened a part of a case: who, which part, and what let them."""

    at: datetime
    what: What
    name: str
    """Empty where the account is gone."""
    role: str | None
    part: str | None
    """A part of the case by its code; none where names or the place were opened."""
    permission: str | None
    """None in what was kept before permissions were."""
    is_assigned: bool
    """Whether it was an assignment that made it their work."""


def get_case(case_id: str, seen_by: Actor, permission: Permission = Permission.CASE_READ) -> ConflictCase:
    """A case that a permission of this person reaches now; for everyone else there is nothing here."""
    return _load(case_id, seen_by, permission)


def get_header(case_id: str, seen_by: Actor, permission: Permission = Permission.CASE_LIST) -> ConflictCase:
    """A case for those who may know that it is there: its lane, area and state, and nothing said in it."""
    return _load(case_id, seen_by, permission)


def list_cases(seen_by: Actor, page: int = 1) -> Page[ConflictCase]:
    """The cases a person may know of, open ones first, newest first."""
    return page_of(visible_cases(seen_by, Permission.CASE_LIST), page)


def visible_cases(seen_by: Actor, permission: Permission) -> Select[ConflictCase]:
    """The cases that a permission of this person reaches, with their areas, in the order of the list."""
    return (
        select(ConflictCase)
        .where(_reached_by(seen_by, permission))
        .options(joinedload(ConflictCase.area))
        .order_by(ConflictCase.closed_at.is_not(None), ConflictCase.opened_at.desc(), ConflictCase.id.desc())
    )


def may_read(case: ConflictCase, seen_by: Actor) -> bool:
    """Whether the content of a case is this person's work now."""
    one = select(ConflictCase.id).where(
        ConflictCase.id == case.id, _reached_by(seen_by, Permission.CASE_READ)
    )
    return db.session.scalar(one) is not None


def find_of_referral(referral_id: str) -> ConflictCase | None:
    """The case that a referral became, for the journey; it asks nobody's permission."""
    with as_machine():
        return db.session.scalars(
            select(ConflictCase).where(ConflictCase.referral_id == referral_id)
        ).one_or_none()


def find_by_id(case_id: str | None) -> ConflictCase | None:
    """A case for those whose own assignment led them here; it asks nobody's permission."""
    return db.session.get(ConflictCase, case_id) if case_id else None


def list_parties(case: ConflictCase) -> Sequence[Party]:
    """The people of a case in the order they were added."""
    return db.session.scalars(select(Party).where(Party.case_id == case.id).order_by(Party.id)).all()


def get_party(case: ConflictCase, party_id: str) -> Party:
    """A person of this case."""
    party = db.session.get(Party, party_id)
    if party is None or party.case_id != case.id:
        raise NotFound
    return party


def open_identities(case: ConflictCase, by: Grounds | Use) -> dict[str, Identity]:
    """What we know last of who the people are."""
    rows = db.session.scalars(
        select(PartyIdentity)
        .join(Party, Party.id == PartyIdentity.party_id)
        .where(Party.case_id == case.id)
        .order_by(PartyIdentity.at, PartyIdentity.id)
    )
    return {
        row.party_id: Identity.from_json(
            sealing.unseal(
                row.key_id,
                PartyIdentity.__tablename__,
                "identity_sealed",
                row.id,
                row.identity_sealed,
                by=by,
            )
        )
        for row in rows
    }


def open_place(case: ConflictCase, by: Grounds | Use) -> ExactPlace:
    """The exact place of a case."""
    return _open_place(case, case.key_id, "place_sealed", case.place_sealed, by)


def open_block(case: ConflictCase, by: Grounds | Use) -> tuple[float, float] | None:
    """The middle of the block a case is in: what staff and still maps may show."""
    if case.block_key_id is None:
        return None
    return _open_place(case, case.block_key_id, "block_sealed", case.block_sealed, by).point


def latest_signs(case: ConflictCase) -> FourSigns | None:
    """The four signs as they were judged last."""
    return db.session.scalars(
        select(FourSigns)
        .where(FourSigns.case_id == case.id)
        .options(joinedload(FourSigns.by))
        .order_by(FourSigns.at.desc(), FourSigns.id.desc())
        .limit(1)
    ).first()


def list_states(case: ConflictCase) -> Sequence[CaseStateRow]:
    """How a case came to stand where it does, oldest first."""
    return db.session.scalars(
        select(CaseStateRow).where(CaseStateRow.case_id == case.id).order_by(CaseStateRow.at, CaseStateRow.id)
    ).all()


def count_items(case: ConflictCase) -> int:
    """How many promises are written down in a case."""
    items = select(func.count(AgreementItem.id)).join(Agreement, Agreement.id == AgreementItem.agreement_id)
    return db.session.scalar(items.where(Agreement.case_id == case.id)) or 0


def list_assigned_names(case: ConflictCase) -> list[str]:
    """Who works in a case now, by name."""
    names = (
        select(Account.name)
        .join(Assignment, Assignment.account_id == Account.id)
        .where(Assignment.case_id == case.id, Assignment.ended_at.is_(None))
        .distinct()
        .order_by(Account.name)
    )
    return list(db.session.scalars(names))


def list_looks(case: ConflictCase, number: int = 1) -> Page[Look]:
    """Who opened a case, newest first, from the trail (two queries)."""
    of_it = select(AuditEntry).where(
        AuditEntry.subject_type == "case", AuditEntry.subject_id == case.id, AuditEntry.what.in_(LOOKS)
    )
    page = page_of(of_it.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()), number, LOOKS_ON_A_PAGE)
    names = names_of({meant_by(entry.actor_id) for entry in page.items})
    looks = [
        Look(
            at=entry.at,
            what=entry.what,
            name=names.get(meant_by(entry.actor_id), ""),
            role=entry.actor_role,
            part=entry.facts.get("part"),
            permission=entry.permission,
            is_assigned=entry.assignment_id is not None,
        )
        for entry in page.items
    ]
    return Page(looks, page.number, page.size, has_next=page.has_next)


def _load(case_id: str, seen_by: Actor, permission: Permission) -> ConflictCase:
    one = (
        select(ConflictCase)
        .where(ConflictCase.id == case_id, _reached_by(seen_by, permission))
        .options(joinedload(ConflictCase.area))
    )
    case = db.session.scalars(one).one_or_none()
    if case is None:
        raise NotFound
    return case


def _reached_by(seen_by: Actor, permission: Permission) -> ColumnElement[bool]:
    """Which cases a permission of this person reaches, as a condition."""
    return CASES.rows(seen_by, permission)


def _open_place(
    case: ConflictCase, key_id: str, column: str, blob: bytes | None, by: Grounds | Use
) -> ExactPlace:
    return ExactPlace.from_json(
        sealing.unseal(key_id, ConflictCase.__tablename__, column, case.id, blob, by=by)
    )
