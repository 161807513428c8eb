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


ASKED_AGAIN = frozenset(
    {
        *("accounts.add", "accounts.change", "accounts.close"),
        *(f"accounts.grants.{act}" for act in ("confirm", "invite_again", "new_ways", "open_again")),
        *(f"accounts.grants.{act}" for act in ("refuse", "revoke", "sign_out")),
        *(f"accounts.ways.{act}" for act in ("add_passkey", "app", "index", "make_codes", "passkey_options")),
        *("accounts.ways.remove_app", "accounts.ways.remove_passkey", "accounts.passwords.change"),
        *("accounts.grants.confirm_recovered", "accounts.grants.refuse_recovered"),
        *(f"cases.emergencies.{act}" for act in ("ask", "decide", "open_up")),
        *(f"policy.versions.{act}" for act in ("activate", "approve", "go_back")),
        *(f"retention.{act}" for act in ("confirm", "drop", "propose", "propose_release", "release")),
    }
)
"""What one does only after having shown within five minutes that it is oneself.

Ways to sign in, accounts and roles, opening a case in an emergency, what decides over calls, and
what keeps records from being destroyed. Nothing that a live call waits for.
Keys of machines are changed by operators' commands alone. Whoever adds such an endpoint adds it here.
"""

LIMITED = frozenset(
    {
        *("accounts.sign_out", "accounts.sessions.back", "accounts.sessions.left", "accounts.sessions.stay"),
        "accounts.passwords.change",
    }
)
"""What a sign-in reaches, besides setting up ways, that is there only for that."""


def fresh(views: Mapping[str, Any]) -> set[str]:
    """Endpoints that ask whether it is still the same person."""
    return {name for name, view in views.items() if getattr(view, "is_fresh", False)}


def limited(views: Mapping[str, Any]) -> set[str]:
    """Endpoints that a limited sign-in reaches."""
    return {name for name, view in views.items() if getattr(view, "is_for_limited", False)}
