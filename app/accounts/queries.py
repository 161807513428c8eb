"""Reading accounts: a page of them, one, and the names behind ids."""

from collections.abc import Collection

from sqlalchemy import select

from app.accounts.models import Account
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.paging import Page, page_of


def list_accounts(number: int) -> Page[Account]:
    """A page of accounts: the active ones first, by name (one query)."""
    return page_of(select(Account).order_by(Account.is_active.desc(), Account.name, Account.id), number)


def get_account(account_id: str) -> Account:
    """An account, for whoever manages accounts."""
    account = db.session.get(Account, account_id)
    if account is None:
        raise NotFound
    return account


def names_of(account_ids: Collection[str]) -> dict[str, str]:
    """The names of these accounts, by id (one query). What is no account has none."""
    named = select(Account.id, Account.name).where(Account.id.in_(account_ids))
    return dict(db.session.execute(named).all())
