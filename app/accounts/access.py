"""The door check: every endpoint says who may come in, and an endpoint that says nothing is shut.

Who is signed in is a row that the browser's secret leads to. It is asked at every request, so
what ended is out at its next one; who it is, is told to the database too (`foundation.reader`).
A limited sign-in reaches only the pages that set up ways to sign in; some acts ask the person
to show again that it is them (`fresh`).
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import (
    Flask,
    Request,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.sessions import SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user
from flask_wtf import CSRFProtect
from sqlalchemy.exc import DBAPIError

from app.accounts.cookies import device_now, is_known_device, keep_secret, remember_device, secret_of
from app.accounts.models import Account
from app.accounts.notice_actions import tell_of_entry
from app.accounts.permissions import Permission, may
from app.accounts.readers import RESIDENT_READS, reader_of
from app.accounts.refusals import note_refusal
from app.accounts.session_actions import end_session, note_seen, start_session
from app.accounts.session_queries import find_session, standing_of
from app.accounts.session_rules import End, Way, is_fresh, is_limited, is_worth_noting
from app.accounts.sign_in import actor_of
from app.accounts.sign_in_models import SignInSession
from app.audit.trail import RESIDENT, SYSTEM, Actor
from app.foundation import clock
from app.foundation.db import db, only_reads
from app.foundation.errors import NotFound
from app.foundation.http import is_api_request
from app.foundation.i18n import PUBLIC
from app.foundation.reader import MACHINE, current_reader, leave_to, read_as

F = TypeVar("F", bound=Callable[..., Any])

SIGNED = "signed"  # a machine's door: the view checks a signature over the body itself
BY_ITSELF = "X-By-Itself"
"""A page that asks again by itself says so: it is no sign that a person is there."""
NOBODY_LOOKS = {"static", "pages.stylesheet", "pages.library"}

csrf = CSRFProtect()


def public(view: F) -> F:
    """Anyone may come in."""
    view.permission = PUBLIC  # type: ignore[attr-defined]
    return view


def signed(view: F) -> F:
    """Only a machine with a registered key; the view itself checks the signature over the raw body."""
    view.permission = SIGNED  # type: ignore[attr-defined]
    return view


def requires(
    permission: Permission, *, fresh: bool = False, limited: bool = False, secret: bool = False
) -> Callable[[F], F]:
    """Only people whose role has this permission.

    `fresh`: only when the person has shown within five minutes that it is them.
    `limited`: also for a sign-in that is there only to set up how to sign in.
    `secret`: its form takes a password or a code, which no page of ours holds to be sent again.
    """

    def mark(view: F) -> F:
        view.permission, view.is_fresh, view.is_for_limited = permission, fresh, limited  # type: ignore[attr-defined]
        view.is_secret = secret  # type: ignore[attr-defined]
        return view

    return mark


def by_itself(view: F) -> F:
    """A page asks this again and again by itself; it does not hold a sign-in open."""
    view.is_asked_by_itself = True  # type: ignore[attr-defined]
    return view


def current_actor() -> Actor:
    """Who is acting, under the permission of the door they came in by; a resident when not signed in."""
    if not current_user.is_authenticated:
        return RESIDENT
    view = current_app.view_functions.get(request.endpoint or "")
    permission = getattr(view, "permission", None)
    asked = permission.value if isinstance(permission, Permission) else None
    return replace(actor_of(current_user), permission=asked)


def current_session() -> SignInSession | None:
    """The sign-in of this request while it holds; nobody's when the database is away."""
    if "is_database_away" in g:
        return None
    if "sign_in" not in g:
        secret = secret_of(request)
        row = find_session(secret) if secret else None
        g.sign_in = row if row and row.account.is_active and not standing_of(row, clock.now()) else None
    return g.sign_in  # type: ignore[no-any-return]


def own_session() -> SignInSession:
    """The sign-in of this request, behind a door that lets only people in who have one."""
    row = current_session()
    if row is None:
        abort(401)
    return row


def enter(account: Account, way: Way) -> None:
    """Sign a person in on this browser, and tell them what is new. The sign-in that it had before ends.

    What one that still stood has done, the new one goes on from. Of one that had ended before, such as on a
    phone that was left unlocked, nobody knows whose hands it was in.
    """
    secret = secret_of(request)
    before = find_session(secret) if secret else None
    stood = before is not None and before.account.is_active and not standing_of(before, clock.now())
    if before:
        end_session(before, End.REPLACED, actor=actor_of(before.account))
    limited = is_limited(way, is_demo=current_app.extensions["settings"].is_demo)
    made = start_session(account, way, is_limited=limited, device=device_now())
    keep_secret(made, is_same_person=before is not None and before.account_id == account.id)
    is_new_device = not is_known_device(account)
    remember_device(account)
    g.pop("sign_in", None)
    tell_of_entry(own_session(), is_new_device=is_new_device, continues=before if stood else None)


def check_access() -> ResponseReturnValue | None:
    """Runs before every request. Not signed in: the sign-in page. Not permitted: refused.

    An address that names a record answers to a role that may not see it as if there were none.
    """
    g.reader_before = current_reader()
    read_as(None)
    view: Any = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        return None  # no such address; Flask answers 404
    writes = getattr(view, "is_transactional", False) and not getattr(view, "only_posts_write", False)
    only_reads.set(request.method in {"GET", "HEAD"} and not writes)
    if request.endpoint not in NOBODY_LOOKS and secret_of(request):
        _note_presence(is_person=not _is_by_itself(view))
    permission = getattr(view, "permission", None)
    if permission in {PUBLIC, SIGNED}:
        read_as(MACHINE if permission == SIGNED else RESIDENT_READS)
        return None
    if permission is None:
        abort(403)
    row = current_session()
    if row is None:
        return _signed_out()
    if row.is_limited and not view.is_for_limited:
        return redirect(url_for("accounts.ways.index"), 303)
    if not may(row.account.role, permission):
        if request.view_args:
            raise NotFound
        abort(403)
    read_as(reader_of(row.account))
    if view.is_fresh and not is_fresh(row.verified_at, is_limited=row.is_limited, now=clock.now()):
        return _asked_again()
    return None


def _forget_reader(_: BaseException | None = None) -> None:
    """The thread goes on to another request: it takes nobody along."""
    if "reader_before" in g:
        leave_to(g.pop("reader_before"))


def _is_by_itself(view: Any) -> bool:
    return getattr(view, "is_asked_by_itself", False) or BY_ITSELF in request.headers


def _note_presence(*, is_person: bool) -> None:
    """Keep, at most once a minute, that the person is here; and that a sign-in has ended, once.

    In a transaction of its own, before the page's. Where it cannot be kept the page is shown
    all the same: a board that can still be read is worth more than a minute of a sign-in.
    """
    secret, now = secret_of(request), clock.now()
    row = find_session(secret) if secret else None
    if row is None or row.ended_at is not None:
        g.sign_in = None
        return
    reason = standing_of(row, now)
    if reason is None and not (is_person and is_worth_noting(row.last_seen_at, now)):
        g.sign_in = row if row.account.is_active else None
        return
    is_reading = only_reads.get()
    try:
        db.session.rollback()
        only_reads.set(False)
        if reason:
            end_session(row, reason, actor=SYSTEM)
        else:
            note_seen(row)
        db.session.commit()
    except DBAPIError:
        db.session.rollback()
    finally:
        only_reads.set(is_reading)


def _signed_out() -> ResponseReturnValue:
    """To the sign-in page and back. What somebody typed while their sign-in ended is not lost."""
    if not (secret_of(request) and _has_words()):
        abort(401)
    return _send_again(url_for("accounts.sign_in", next=url_for("accounts.sessions.back")), 401)


def _asked_again() -> ResponseReturnValue:
    """To the page that asks whether it is still this person, and back."""
    if _has_words():
        return _send_again(url_for("accounts.sessions.verify", next=url_for("accounts.sessions.back")), 403)
    came_from = urlsplit(request.referrer or "")
    back = request.full_path if request.method == "GET" else came_from.path if _is_ours() else None
    return redirect(url_for("accounts.sessions.verify", next=back), 303)


def _is_ours() -> bool:
    return urlsplit(request.referrer or "").netloc == request.host


def _has_words() -> bool:
    """Whether somebody typed what would be lost; a password or a code they write once more."""
    view = current_app.view_functions[request.endpoint or ""]
    if getattr(view, "is_secret", False):
        return False
    return request.method == "POST" and any(name not in {"csrf_token", "next"} for name in request.form)


def _send_again(show_url: str, status: int) -> ResponseReturnValue:
    told = [(name, value) for name, values in request.form.lists() for value in values]
    page = render_template("accounts/send_again.html", told=told, show_url=show_url, to=request.full_path)
    return page, status


def load_person(_request: Request) -> Account | None:
    """Who is signed in, for Flask-Login."""
    row = current_session()
    return row.account if row else None


class SessionsOfPeople(SecureCookieSessionInterface):
    """Sessions for pages. A machine's door has none: cookies mean nothing there."""

    def open_session(self, app: Flask, request: Request) -> Any:
        return self.make_null_session(app) if is_api_request() else super().open_session(app, request)


def prepare_access(app: Flask) -> None:
    """Hang the door check, sessions and the forgery protection into the app."""
    app.session_interface = SessionsOfPeople()
    csrf.init_app(app)
    login_manager = LoginManager(app)
    login_manager.session_protection = None  # a row says what holds, not the address one comes from
    login_manager.request_loader(load_person)
    app.before_request(check_access)
    app.after_request(lambda answer: note_refusal(answer, current_user))
    app.teardown_request(_forget_reader)
