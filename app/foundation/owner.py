"""The owner of the tables, where the app itself is somebody else.

On PostgreSQL policies hold for everybody but the owner, so pages and the hook connect as a role
that owns nothing. What needs the owner is named here and nowhere else: migrations, the policies
themselves, backups, and writing the table of keys anew after a destruction.
"""

from weakref import WeakKeyDictionary

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool

from app.foundation.db import db

_owners: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()


def use_owner(url: str | None) -> None:
    """Say how the owner of the app's tables connects. Called once, by `create_app`."""
    if url:
        _owners[db.engine] = create_engine(url, poolclass=NullPool, hide_parameters=True)


def owner_engine() -> Engine:
    """Connects as the owner; as the app itself where no owner was named."""
    return _owners.get(db.engine, db.engine)


def has_owner() -> bool:
    """Whether an owner was named to this process. Those that serve pages and the hook are told of none."""
    return db.engine in _owners
