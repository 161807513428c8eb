"""Reading accounts and dispatch's systems: a page of them, one, and the names behind ids."""

from collections.abc import Collection
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.accounts.models import Account, ClientKey, DispatchClient
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.paging import Page, page_of

T = TypeVar("T")


def list_accounts(number: int) -> Page[Account]:
    """A page of accounts: the active ones first, by name (one query)."""
    return page_of(select(Account).order_by(Account.is_active.desc(), Account.name, Account.id), number)


def get_account(account_id: str) -> Account:
    """An account, for whoever manages accounts."""
    return _found(db.session.get(Account, account_id))


def find_account(email: str) -> Account | None:
    """Whose e-mail this is, in large or small letters."""
    return db.session.scalars(select(Account).where(Account.email == email.lower())).one_or_none()


def names_of(account_ids: Collection[str]) -> dict[str, str]:
    """The names of these accounts, by id (one query). What is no account has none."""
    named = select(Account.id, Account.name).where(Account.id.in_(account_ids))
    return dict(db.session.execute(named).all())


def list_clients(number: int) -> Page[DispatchClient]:
    """A page of dispatch's systems with all their keys, oldest first (two queries)."""
    ordered = select(DispatchClient).order_by(DispatchClient.id)
    return page_of(ordered.options(selectinload(DispatchClient.keys)), number)


def get_client(client_id: str) -> DispatchClient:
    """A system of dispatch by its id; else `NotFound`."""
    return _found(db.session.get(DispatchClient, client_id))


def get_key(key_id: str) -> ClientKey:
    """A key of a system by its id; else `NotFound`."""
    return _found(db.session.get(ClientKey, key_id))


def _found(row: T | None) -> T:
    if row is None:
        raise NotFound
    return row
