"""From a line of the permission table to rows: which of a kind of record each scope means.

A package says once for its records what "assigned", "own organization" and so on are, as conditions.
Its queries and the vault's check are made of that and of the table; neither decides anything itself.
A scope that a package says nothing about reaches no row.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, false, true
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.permissions import Permission, Scope, scope_of
from app.audit.trail import Actor

Condition = Callable[[Actor], ColumnElement[bool]]


class Reach:
    """What the scopes of the permission table mean for one kind of record."""

    def __init__(self, conditions: Mapping[Scope, Condition]) -> None:
        self._conditions = conditions

    def rows(self, actor: Actor, permission: Permission) -> ColumnElement[bool]:
        """Which rows a permission of this actor reaches, as a condition. Without the permission: none."""
        scope = scope_of(actor.role, permission)
        if scope is Scope.ALL:
            return true()
        condition = self._conditions.get(scope) if scope else None
        return condition(actor) if condition else false()


def same(column: InstrumentedAttribute[Any], value: str | None) -> ColumnElement[bool]:
    """That a column holds this value. Who has none has nothing in common with a row that has none."""
    return column == value if value else false()
