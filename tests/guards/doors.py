"""What every endpoint says about who may come in, read from the built app."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.accounts.access import SIGNED
from app.accounts.permissions import Permission, Role
from app.foundation.i18n import PUBLIC

SERVED_BY_FLASK = {"static"}


def unmarked(views: Mapping[str, Any]) -> list[str]:
    """Endpoints that do not say who may come in."""
    marks = {PUBLIC, SIGNED, *Permission}
    return sorted(
        name
        for name, view in views.items()
        if name not in SERVED_BY_FLASK and getattr(view, "permission", None) not in marks
    )


def unused(views: Mapping[str, Any], elsewhere: Iterable[Permission]) -> list[Permission]:
    """Permissions that no endpoint asks for and that are not used `elsewhere`."""
    asked = {getattr(view, "permission", None) for view in views.values()}
    return [permission for permission in Permission if permission not in asked | set(elsewhere)]


def unheld(table: Mapping[Role, Mapping[Permission, Any]]) -> list[Permission]:
    """Permissions that no role has."""
    held = {permission for permissions in table.values() for permission in permissions}
    return [permission for permission in Permission if permission not in held]


def open_to_forgery(exempt_views: Iterable[str], exempt_blueprints: Iterable[Any]) -> list[str]:
    """What takes requests without a forgery token and is not a machine's door."""
    views = [name for name in exempt_views if name.rpartition(".")[0].rpartition(".")[2] != "api"]
    names = [getattr(blueprint, "name", blueprint) for blueprint in exempt_blueprints]
    blueprints = [name for name in names if name != "api" and not name.endswith("_api")]
    return sorted([*views, *blueprints])
