"""Door: what each person finds in the bar and under the thumb, and their first screen."""

from dataclasses import dataclass

from flask import Blueprint, Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_login import current_user

from app.accounts import session_views
from app.accounts.access import current_session, public, requires
from app.accounts.cookies import read_mark
from app.accounts.labels import ROLE_LABELS
from app.accounts.notice_queries import count_unread
from app.accounts.permissions import RESPONDER_ROLES, Permission, Role, may
from app.foundation import pages

bp = Blueprint("start", __name__)


@dataclass(frozen=True)
class Entry:
    """One link in the bar."""

    label: str
    url: str
    is_current: bool
    count: int | None = None


@dataclass(frozen=True)
class Place:
    """A page that may stand in the bar, and the permission it needs."""

    label: LazyString
    endpoint: str
    permission: Permission


BAR: tuple[Place, ...] = (
    Place(_l("Today"), "assignments.today", Permission.ASSIGNMENT_WORK),
    Place(_l("Board"), "board.show", Permission.BOARD_READ),
    Place(_l("Teams"), "roster.teams", Permission.ROSTER_READ),
    Place(_l("Cases"), "cases.index", Permission.CASE_LIST),
    Place(_l("Map"), "maps.case_map", Permission.CASE_MAP),
    Place(_l("Service referrals"), "handoffs.index", Permission.HANDOFF_TRACK),
    Place(_l("Inbox"), "handoffs.inbox", Permission.HANDOFF_ANSWER),
    Place(_l("Services"), "directory.index", Permission.DIRECTORY_READ),
    Place(_l("Inputs"), "inputs.queue", Permission.INPUT_MODERATE),
    Place(_l("Plans"), "plans.work", Permission.PLAN_WRITE),
    Place(_l("Screening"), "policy.index", Permission.POLICY_READ),
    Place(_l("Reports"), "reports.show", Permission.REPORT_READ),
    Place(_l("Retention"), "retention.index", Permission.RETENTION_READ),
    Place(_l("Trail"), "audit_trail.index", Permission.AUDIT_READ),
    Place(_l("Accounts"), "accounts.index", Permission.ACCOUNT_MANAGE),
)
THUMB = ("assignments.today", "cases.index", "maps.case_map")
FIRST_SCREENS: dict[Role, str] = {
    **dict.fromkeys(RESPONDER_ROLES, "assignments.today"),
    Role.COORDINATOR: "board.show",
    Role.PROVIDER_LEAD: "roster.teams",
    Role.OFFICE_STAFF: "inputs.queue",
    Role.COUNTY_PARTNER: "handoffs.inbox",
    Role.ANALYST: "reports.show",
    Role.AUDITOR: "audit_trail.index",
    Role.ADMIN: "accounts.index",
}


@dataclass(frozen=True)
class Person:
    """Who is signed in, as the bar says it."""

    name: str
    role_label: str


@bp.get("/start")
@requires(Permission.OWN_ACCOUNT)
def first_screen() -> ResponseReturnValue:
    """Send a person to the screen their work begins on."""
    return redirect(url_for(FIRST_SCREENS[current_user.role]))


def _is_at_work() -> bool:
    """Whether the pages of a role are open to who looks: not to who only sets up how to sign in."""
    row = current_session()
    return row is not None and not row.is_limited


def _entries(places: tuple[Place, ...]) -> list[Entry]:
    if not _is_at_work():
        return []
    here = (request.endpoint or "").split(".")[0]
    return [
        Entry(str(place.label), url_for(place.endpoint), place.endpoint.split(".")[0] == here)
        for place in places
        if may(current_user.role, place.permission)
    ]


def bar_entries() -> list[Entry]:
    """The pages of this person's role, in the order of the journey."""
    return _entries(BAR)


def thumb_entries() -> list[Entry]:
    """The few pages a responder reaches with one hand."""
    return _entries(tuple(place for place in BAR if place.endpoint in THUMB))


def current_person() -> Person | None:
    if not current_user.is_authenticated:
        return None
    return Person(current_user.name, str(ROLE_LABELS[current_user.role]))


def help_url() -> str:
    return url_for("assignments.ask_for_help")


def lapse_url() -> str | None:
    """Where every page of a coordinator asks whether a call is about to lapse; None for anybody else."""
    if not _is_at_work() or not may(current_user.role, Permission.REFERRAL_DECIDE):
        return None
    return url_for("board.pressing")


def quick_exit_url() -> str:
    """Where a person goes who must leave at once."""
    return str(current_app.extensions["settings"].quick_exit_url)


def leave_url() -> str | None:
    """Where a sign-in is ended on the way; None for who has none."""
    return url_for("accounts.sessions.leave") if current_session() else None


def seconds_left() -> int:
    """How long this sign-in holds when nothing more is seen of the person."""
    row = current_session()
    return session_views.seconds_of(row) if row else 0


def sign_in_news() -> int:
    """How much happened to this person's sign-in that they have not read yet; asked once for a page."""
    if "sign_in_news" not in g:
        row = current_session()
        g.sign_in_news = count_unread(row, read_mark(row.account)) if row and not row.is_limited else 0
    return int(g.sign_in_news)


def is_demo() -> bool:
    return bool(current_app.extensions["settings"].is_demo)


def prepare_navigation(app: Flask) -> None:
    """Give templates the bar, the thumb bar and who is signed in."""
    app.jinja_env.globals.update(
        navigation=bar_entries,
        thumb_navigation=thumb_entries,
        current_person=current_person,
        help_url=help_url,
        lapse_url=lapse_url,
        quick_exit_url=quick_exit_url,
        leave_url=leave_url,
        seconds_left=seconds_left,
        sign_in_news=sign_in_news,
        is_demo=is_demo,
        theme=pages.theme,
        _=_,
    )
    small_pages = pages.make_blueprint()
    app.register_blueprint(small_pages)
    for name in ("stylesheet", "library", "set_language", "set_theme"):
        public(app.view_functions[f"pages.{name}"])
    public(app.view_functions["static"])
