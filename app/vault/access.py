"""The vault's own check: who may open which sealed field, asked again where the key is.

The door has asked and the query has asked. A field opens only on grounds: a look that stands on
the trail, by a named actor, under one line of the permission table, at the very record whose key it
is. Each package says for its records which permissions open them, and whom they reach
(`opened_by`); a key whose purpose nobody has spoken for is opened by no one. What the machine itself
opens, to screen or to sign, is a `Use`: named, and allowed for each purpose apart.
"""

from collections.abc import Callable, Collection, Mapping, Set
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Select

from app.accounts.permissions import Permission
from app.audit.trail import Actor, Grounds
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.vault.models import DataKey, KeyPurpose


class Use(StrEnum):
    """What the machine opens a field for. Nobody is shown what is in it."""

    SCREENING = "screening"
    """A call is read by the policy, with what was told of it before."""
    OPENING_A_CASE = "opening a case"
    """The place of an accepted call goes into the case that it became."""
    COMPARING = "comparing"
    """The same form came again, or a correction: whether anything was changed."""
    CHECKING = "checking"
    """A signature is checked by a client's secret."""
    SIGNING = "signing"
    """A message is signed by the secret that its receiver knows."""
    INTEGRITY = "integrity"
    """A drill or a check tries whether what is stored opens; its words are thrown away."""


KeyIds = Callable[[Actor, Permission, Collection[str]], Select[str] | Select[str | None]]
"""Of the records with these ids, the keys of those that a permission of this actor reaches."""


@dataclass(frozen=True)
class Opening:
    """What one permission opens in one kind of record, and for whom."""

    subject_type: str
    columns: Set[str]
    """As `table.column`."""
    key_ids: KeyIds


_OPENINGS: dict[KeyPurpose, dict[Permission, Opening]] = {}
_USES: dict[KeyPurpose, frozenset[Use]] = {
    KeyPurpose.CASE: frozenset({Use.COMPARING, Use.INTEGRITY}),
    KeyPurpose.BLOCK: frozenset({Use.INTEGRITY}),
    KeyPurpose.CONTACT: frozenset({Use.COMPARING, Use.INTEGRITY}),
    KeyPurpose.PHOTO: frozenset({Use.INTEGRITY}),
    KeyPurpose.PARTY: frozenset({Use.INTEGRITY}),
    KeyPurpose.REFERRAL: frozenset({Use.SCREENING, Use.OPENING_A_CASE, Use.INTEGRITY}),
    KeyPurpose.HANDOFF: frozenset({Use.INTEGRITY}),
    KeyPurpose.INPUT: frozenset({Use.COMPARING, Use.INTEGRITY}),
    KeyPurpose.DESTINATION: frozenset({Use.SIGNING, Use.INTEGRITY}),
    KeyPurpose.CLIENT: frozenset({Use.CHECKING, Use.INTEGRITY}),
    KeyPurpose.ACCOUNT: frozenset({Use.CHECKING, Use.INTEGRITY}),
    KeyPurpose.CALLBACKS: frozenset(),  # keys of quarters and months seal no field
    KeyPurpose.TRAIL: frozenset(),
}
_ASKED = "vault asked"


def opened_by(
    purpose: KeyPurpose, subject_type: str, key_ids: KeyIds, columns: Mapping[Permission, Set[str]]
) -> None:
    """Say who opens the fields of a kind of record. Once for each permission, where its package is loaded."""
    of_purpose = _OPENINGS.setdefault(purpose, {})
    of_purpose.update({one: Opening(subject_type, opens, key_ids) for one, opens in columns.items()})


def openings() -> Mapping[KeyPurpose, Mapping[Permission, Opening]]:
    """Who opens what, for the drills and for whoever checks it."""
    return _OPENINGS


def require(keys: Collection[DataKey], by: Grounds | Use) -> None:
    """Refuse with `NotFound` unless each of these keys may be used on these grounds (one query)."""
    for purpose in {key.purpose for key in keys}:
        of_purpose = {key.id for key in keys if key.purpose is purpose}
        if not (_may_use(purpose, by) if isinstance(by, Use) else _reaches(purpose, of_purpose, by)):
            raise NotFound


def require_column(key: DataKey, column: str, by: Grounds | Use) -> None:
    """The same for one field, `table.column`, of one record."""
    require([key], by)
    if not isinstance(by, Use) and column not in _OPENINGS[key.purpose][by.permission].columns:
        raise NotFound


def _may_use(purpose: KeyPurpose, use: Use) -> bool:
    return use in _USES.get(purpose, frozenset())


def _reaches(purpose: KeyPurpose, key_ids: set[str], grounds: Grounds) -> bool:
    opening = _OPENINGS.get(purpose, {}).get(grounds.permission)
    if opening is None or opening.subject_type != grounds.subject_type:
        return False
    known = _known(grounds)
    if key_ids - known:
        wanted = opening.key_ids(grounds.actor, grounds.permission, grounds.subject_ids)
        known.update(key_id for key_id in db.session.scalars(wanted) if key_id)
    return not key_ids - known


def _known(grounds: Grounds) -> set[str]:
    """Keys that these grounds opened before in this transaction: a page asks once, the next request again."""
    session = db.session()
    transaction, asked = session.get_transaction(), session.info.get(_ASKED)
    if asked is None or asked[0] is not transaction:
        asked = session.info[_ASKED] = (transaction, {})
    by_grounds: dict[Grounds, set[str]] = asked[1]
    return by_grounds.setdefault(grounds, set())
