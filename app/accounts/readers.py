"""Whom the database is told of: a person who has signed in, or a resident with or without a receipt."""

from dataclasses import replace

from app.accounts.models import Account
from app.accounts.permissions import Role
from app.foundation.reader import Reader, read_as

RESIDENT_READS = Reader(Role.RESIDENT.value)


def reader_of(account: Account) -> Reader:
    """The person of an account."""
    return Reader(account.role.value, account.id, account.organization_id or "")


def author_of(fingerprint: str) -> Reader:
    """The resident who has the receipt of this fingerprint."""
    return replace(RESIDENT_READS, receipt=fingerprint)


def read_by_receipt(fingerprint: str) -> None:
    """From here on a resident reads who has shown the receipt of this fingerprint."""
    read_as(author_of(fingerprint))
