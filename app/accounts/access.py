"""The door check: every endpoint says who may come in, and an endpoint that says nothing is shut."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Request, abort, current_app, g, request
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, current_user
from flask_wtf import CSRFProtect

from app.accounts.models import Account
from app.accounts.permissions import Permission, may
from app.accounts.sign_in import actor_of
from app.audit.trail import RESIDENT, Actor
from app.foundation.db import db, only_reads
from app.foundation.http import is_api_request
from app.foundation.i18n import PUBLIC

F = TypeVar("F", bound=Callable[..., Any])

SIGNED = "signed"  # a machine's door: the view checks a signature over the body itself

csrf = CSRFProtect()


def public(view: F) -> F:
    """Anyone may come in."""
    view.permission = PUBLIC  # type: ignore[attr-defined]
    return view


def signed(view: F) -> F:
    """Only a machine with a registered key; the view itself checks the signature over the raw body."""
    view.permission = SIGNED  # type: ignore[attr-defined]
    return view


def requires(permission: Permission) -> Callable[[F], F]:
    """Only people whose role has this permission."""

    def mark(view: F) -> F:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def current_actor() -> Actor:
    """Who is acting in this request; a resident when nobody is signed in."""
    if current_user.is_authenticated:
        return actor_of(current_user)
    return RESIDENT


def check_access() -> None:
    """Runs before every request. Not signed in: the sign-in page. Not permitted: refused."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        return  # no such address; Flask answers 404
    only_reads.set(request.method in {"GET", "HEAD"} and not getattr(view, "is_transactional", False))
    permission = getattr(view, "permission", None)
    if permission in {PUBLIC, SIGNED}:
        return
    if permission is None:
        abort(403)
    if not current_user.is_authenticated:
        abort(401)
    if not may(current_user.role, permission):
        abort(403)


def load_account(account_id: str) -> Account | None:
    """The account of a session, while it is active; nobody when the database is away."""
    if "is_database_away" in g:
        return None
    account = db.session.get(Account, account_id)
    return account if account and account.is_active else None


class SessionsOfPeople(SecureCookieSessionInterface):
    """Sessions for pages. A machine's door has none: cookies mean nothing there."""

    def open_session(self, app: Flask, request: Request) -> Any:
        return self.make_null_session(app) if is_api_request() else super().open_session(app, request)


def prepare_access(app: Flask) -> None:
    """Hang the door check, sessions and the forgery protection into the app."""
    app.session_interface = SessionsOfPeople()
    csrf.init_app(app)
    login_manager = LoginManager(app)
    login_manager.session_protection = "basic"
    login_manager.user_loader(load_account)
    app.before_request(check_access)
