"""Who opens what a resident wrote: those who moderate, and whoever has its receipt."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, select

from app.accounts.permissions import Permission, Scope
from app.accounts.reach import Reach, same
from app.audit.trail import Actor, acted_on
from app.inputs.models import Input
from app.vault.access import opened_by
from app.vault.models import KeyPurpose


def _by_receipt(actor: Actor) -> ColumnElement[bool]:
    return same(Input.receipt_fingerprint, actor.receipt)


INPUTS = Reach({Scope.OWN: _by_receipt})


def _keys(actor: Actor, permission: Permission, input_ids: Collection[str]) -> Select[str]:
    return select(Input.key_id).where(Input.id.in_(input_ids), INPUTS.rows(actor, permission))


def _reached(actor: Actor, permission: Permission, input_id: str) -> Select[str]:
    return select(Input.id).where(Input.id == input_id, INPUTS.rows(actor, permission))


acted_on("input", _reached)

_WORDS, _PLACE = "inputs.words_sealed", "inputs.place_sealed"

opened_by(
    KeyPurpose.INPUT,
    "input",
    _keys,
    {Permission.INPUT_MODERATE: {_WORDS, _PLACE}, Permission.INPUT_OWN: {_WORDS}},
)
