"""What the scopes of the permission table mean for cases, and who opens what is sealed in one."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, and_, exists, select

from app.accounts.permissions import Permission, Scope
from app.accounts.reach import Reach, same
from app.assignments.models import Assignment
from app.audit.trail import Actor, acted_on
from app.cases.contact_models import Contact
from app.cases.emergency_models import EmergencyOpening
from app.cases.models import ConflictCase, Party
from app.cases.photo_models import CasePhoto
from app.foundation import clock
from app.vault.access import opened_by
from app.vault.models import KeyPurpose


def _of_own_organization(actor: Actor) -> ColumnElement[bool]:
    return same(ConflictCase.organization_id, actor.organization_id)


def _assigned_while_open(actor: Actor) -> ColumnElement[bool]:
    works_in_it = exists().where(
        Assignment.case_id == ConflictCase.id,
        Assignment.account_id == actor.id,
        Assignment.ended_at.is_(None),
    )
    return and_(ConflictCase.closed_at.is_(None), works_in_it)


def _in_an_emergency(actor: Actor) -> ColumnElement[bool]:
    agreed_to = exists().where(
        EmergencyOpening.case_id == ConflictCase.id,
        EmergencyOpening.asked_by_id == actor.id,
        EmergencyOpening.until_at > clock.now(),
        EmergencyOpening.ended_at.is_(None),
    )
    return and_(ConflictCase.closed_at.is_(None), _of_own_organization(actor), agreed_to)


CASES = Reach(
    {
        Scope.OWN_ORGANIZATION: _of_own_organization,
        Scope.ASSIGNED: _assigned_while_open,
        Scope.BREAK_GLASS: _in_an_emergency,
    }
)


def _keys(actor: Actor, permission: Permission, case_ids: Collection[str]) -> Select[str]:
    return select(ConflictCase.key_id).where(ConflictCase.id.in_(case_ids), CASES.rows(actor, permission))


def _block_keys(actor: Actor, permission: Permission, case_ids: Collection[str]) -> Select[str | None]:
    """The block on the map has a key of its own: it opens nothing else of the case."""
    return select(ConflictCase.block_key_id).where(
        ConflictCase.id.in_(case_ids), CASES.rows(actor, permission)
    )


def _contact_keys(actor: Actor, permission: Permission, case_ids: Collection[str]) -> Select[str]:
    """A contact of the field log has a key of its own; it opens to whoever its case opens to."""
    reached = select(ConflictCase.id).where(ConflictCase.id.in_(case_ids), CASES.rows(actor, permission))
    return select(Contact.key_id).where(Contact.case_id.in_(reached))


def _photo_keys(actor: Actor, permission: Permission, case_ids: Collection[str]) -> Select[str]:
    """Each picture has a key of its own too."""
    reached = select(ConflictCase.id).where(ConflictCase.id.in_(case_ids), CASES.rows(actor, permission))
    return select(CasePhoto.key_id).where(CasePhoto.case_id.in_(reached))


def _party_keys(actor: Actor, permission: Permission, case_ids: Collection[str]) -> Select[str | None]:
    """Each person has a key of their own: it opens who they are, and nothing that was said."""
    reached = select(ConflictCase.id).where(ConflictCase.id.in_(case_ids), CASES.rows(actor, permission))
    return select(Party.key_id).where(Party.case_id.in_(reached))


def _reached(actor: Actor, permission: Permission, case_id: str) -> Select[str]:
    return select(ConflictCase.id).where(ConflictCase.id == case_id, CASES.rows(actor, permission))


acted_on("case", _reached)

_BLOCK = "conflict_cases.block_sealed"
_PLACE = "conflict_cases.place_sealed"
_IDENTITY = "party_identities.identity_sealed"
_WORDS = "contacts.words_sealed"
_PROMISE = "agreement_items.text_sealed"

opened_by(
    KeyPurpose.CASE,
    "case",
    _keys,
    {
        Permission.CASE_READ: {_WORDS},
        Permission.PLACE_READ: {_PLACE},
        Permission.NOTES_READ: {_WORDS},
        Permission.AGREEMENT_WORK: {_PROMISE},
    },
)
opened_by(
    KeyPurpose.BLOCK,
    "case",
    _block_keys,
    {Permission.CASE_READ: {_BLOCK}, Permission.CASE_MAP: {_BLOCK}},
)
opened_by(
    KeyPurpose.CONTACT,
    "case",
    _contact_keys,
    {Permission.CASE_READ: {_WORDS}, Permission.NOTES_READ: {_WORDS}},
)
opened_by(KeyPurpose.PARTY, "case", _party_keys, {Permission.PARTY_READ: {_IDENTITY}})
opened_by(KeyPurpose.PHOTO, "case", _photo_keys, {Permission.PHOTO_WORK: {"case_photos.picture_sealed"}})
