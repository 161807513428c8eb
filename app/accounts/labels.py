"""Words on the screen for roles, permissions and scopes."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from app.accounts.device_words import browser_and_system
from app.accounts.grant_models import GrantKind
from app.accounts.notice_models import NoticeKind, SignInNotice
from app.accounts.permissions import Permission, Role, Scope
from app.accounts.session_rules import End, Way

ROLE_LABELS: dict[Role, LazyString] = {
    Role.RESIDENT: _l("Resident"),
    Role.MEDIATOR: _l("Mediator"),
    Role.INTERRUPTER: _l("Conflict interrupter"),
    Role.FACILITATOR: _l("Restorative facilitator"),
    Role.CRISIS_WORKER: _l("Crisis worker"),
    Role.PROVIDER_LEAD: _l("Provider lead"),
    Role.COORDINATOR: _l("Coordinator"),
    Role.OFFICE_STAFF: _l("Office staff"),
    Role.COUNTY_PARTNER: _l("County partner"),
    Role.ANALYST: _l("Analyst"),
    Role.AUDITOR: _l("Auditor"),
    Role.ADMIN: _l("Admin"),
    Role.DISPATCH_CLIENT: _l("Dispatch system"),
}

WAY_LABELS: dict[Way, LazyString] = {
    Way.PASSKEY: _l("Passkey"),
    Way.TOTP: _l("Password and code of an app"),
    Way.RECOVERY: _l("Recovery code"),
    Way.PASSWORD: _l("Password"),
    Way.INVITATION: _l("Invitation"),
}

END_LABELS: dict[End, LazyString] = {
    End.SIGNED_OUT: _l("Signed out"),
    End.LEFT: _l("Left at once"),
    End.IDLE: _l("Nothing was seen of the person"),
    End.TOO_LONG: _l("Its time was over"),
    End.REVOKED: _l("Signed out from another device"),
    End.WAYS_CHANGED: _l("The ways to sign in changed"),
    End.BY_ADMIN: _l("By an admin"),
    End.REPLACED: _l("Signed in again"),
}

GRANT_LABELS: dict[GrantKind, LazyString] = {
    GrantKind.NEW: _l("A new account"),
    GrantKind.ROLE: _l("Another role"),
    GrantKind.OPEN_AGAIN: _l("Open the account again"),
    GrantKind.NEW_WAYS: _l("New ways to sign in"),
}

NOTICE_LABELS: dict[NoticeKind, LazyString] = {
    NoticeKind.NEW_DEVICE: _l("A new device signed in"),
    NoticeKind.PASSKEY_ADDED: _l("A passkey was added"),
    NoticeKind.PASSKEY_REMOVED: _l("A passkey was removed"),
    NoticeKind.APP_ADDED: _l("An app with codes was set up"),
    NoticeKind.APP_REMOVED: _l("The app with codes was removed"),
    NoticeKind.PASSWORD_CHANGED: _l("The password was changed"),
    NoticeKind.CODES_MADE: _l("New recovery codes were made"),
    NoticeKind.CODE_USED: _l("Somebody signed in with a recovery code"),
    NoticeKind.RECOVERY_ASKED: _l("Somebody showed a recovery code and asked an admin to let them in"),
    NoticeKind.WAYS_FORGOTTEN: _l("Two admins took all ways to sign in away"),
    NoticeKind.PASSKEY_BROKEN: _l("A passkey was refused: what we keep of it was changed. Tell the office."),
}

SCOPE_LABELS: dict[Scope, LazyString] = {
    Scope.ALL: _l("all"),
    Scope.OWN_ORGANIZATION: _l("their own organization"),
    Scope.ASSIGNED: _l("only what they are assigned to, while it is open"),
    Scope.OWN: _l("only their own"),
    Scope.CONSENTED: _l("only what was sent to their organization, as far as the person's yes covers it"),
    Scope.BREAK_GLASS: _l("only in an emergency, for one hour, when somebody of another organization agrees"),
    Scope.AGGREGATE: _l("only counts"),
    Scope.PSEUDONYMISED: _l("by numbers and codes, never by the name of a person on record"),
}

PERMISSION_LABELS: dict[Permission, LazyString] = {
    Permission.REFERRAL_OFFER: _l("Offer us a call"),
    Permission.REFERRAL_READ: _l("Read what dispatch told us"),
    Permission.REFERRAL_DECIDE: _l("Accept a call or give it back"),
    Permission.BOARD_READ: _l("See the board"),
    Permission.ROSTER_READ: _l("See teams and who is on shift"),
    Permission.SHIFT_MANAGE: _l("Set shifts"),
    Permission.ASSIGNMENT_MAKE: _l("Send a responder"),
    Permission.ASSIGNMENT_WORK: _l("Work an assignment"),
    Permission.CASE_LIST: _l("See that a case exists, its area and state"),
    Permission.CASE_READ: _l("Read a case"),
    Permission.CASE_WORK: _l("Write in a case"),
    Permission.CASE_MAP: _l("See cases on a map"),
    Permission.PARTY_READ: _l("See the names of the people in a case, and how to reach them"),
    Permission.PLACE_READ: _l("See the exact place of a case"),
    Permission.NOTES_READ: _l("Read the notes of a case"),
    Permission.AGREEMENT_WORK: _l("Read and write agreements"),
    Permission.PHOTO_WORK: _l("See, add and take away pictures in a case"),
    Permission.PHOTO_READ: _l("See single pictures that came with a service referral"),
    Permission.FOLLOW_UP_STOP: _l(
        "Write down that somebody of a closed case does not want to be asked again"
    ),
    Permission.EMERGENCY_ASK: _l("Ask to open a case in an emergency"),
    Permission.EMERGENCY_AGREE: _l(
        "Agree that somebody of another organization opens a case in an emergency"
    ),
    Permission.DIRECTORY_READ: _l("Look up services"),
    Permission.HANDOFF_MAKE: _l("Refer a person to a service, with consent"),
    Permission.HANDOFF_TRACK: _l("Follow service referrals"),
    Permission.HANDOFF_ANSWER: _l("Answer a service referral"),
    Permission.INPUT_OWN: _l("Read, change and delete what they sent, by its receipt"),
    Permission.INPUT_MODERATE: _l("Read new input from residents"),
    Permission.INPUT_ANSWER: _l("Answer residents"),
    Permission.PLAN_WRITE: _l("Write safety plans"),
    Permission.PLAN_ADOPT: _l("Adopt safety plans"),
    Permission.POLICY_READ: _l("Read how calls are screened"),
    Permission.POLICY_WRITE: _l("Write a new version of how calls are screened"),
    Permission.POLICY_APPROVE: _l("Approve it and put it in force, two people together"),
    Permission.RETENTION_READ: _l("See what will be destroyed when, and what is held"),
    Permission.HOLD_MANAGE: _l("Put a legal hold on records, and release it, two people together"),
    Permission.REPORT_READ: _l("Read the report"),
    Permission.DELIVERY_MEND: _l("See which messages were not delivered, and send them again"),
    Permission.AUDIT_READ: _l("See who did and saw what"),
    Permission.AUDIT_REVIEW: _l("Mark whether a look fits the work"),
    Permission.ACCOUNT_MANAGE: _l("Manage accounts"),
    Permission.OWN_ACCOUNT: _l("Use the product's own pages"),
}


def shown_device(kept: str) -> str:
    """A device as its owner reads it; empty where it is not known."""
    browser, system = browser_and_system(kept)
    return str(_("%(browser)s on %(system)s", browser=browser, system=system)) if browser else kept


def notice_words(notice: SignInNotice) -> str:
    """What happened, with how often."""
    if notice.kind is NoticeKind.TRIES:
        return str(
            ngettext(
                "%(num)s time a password or a code did not fit, since you last signed in",
                "%(num)s times a password or a code did not fit, since you last signed in",
                notice.count or 0,
            )
        )
    if notice.kind is NoticeKind.HALF:
        return str(
            ngettext(
                "%(num)s time somebody wrote your right password, and then no right code",
                "%(num)s times somebody wrote your right password, and then no right code",
                notice.count or 0,
            )
        )
    return str(NOTICE_LABELS[notice.kind])


GROUPS: tuple[tuple[str, LazyString, tuple[Permission, ...]], ...] = (
    (
        "said",
        _l("Who can read what you said"),
        (
            Permission.REFERRAL_READ,
            Permission.CASE_READ,
            Permission.NOTES_READ,
            Permission.PHOTO_WORK,
            Permission.PHOTO_READ,
            Permission.AGREEMENT_WORK,
            Permission.PARTY_READ,
            Permission.PLACE_READ,
            Permission.HANDOFF_MAKE,
            Permission.HANDOFF_ANSWER,
            Permission.INPUT_OWN,
            Permission.INPUT_MODERATE,
            Permission.INPUT_ANSWER,
        ),
    ),
    (
        "calls",
        _l("Calls"),
        (Permission.REFERRAL_OFFER, Permission.REFERRAL_DECIDE, Permission.BOARD_READ),
    ),
    (
        "cases",
        _l("Cases"),
        (
            Permission.CASE_LIST,
            Permission.CASE_MAP,
            Permission.CASE_WORK,
            Permission.FOLLOW_UP_STOP,
            Permission.EMERGENCY_ASK,
            Permission.EMERGENCY_AGREE,
        ),
    ),
    (
        "people",
        _l("Who is sent to you"),
        (
            Permission.ROSTER_READ,
            Permission.SHIFT_MANAGE,
            Permission.ASSIGNMENT_MAKE,
            Permission.ASSIGNMENT_WORK,
        ),
    ),
    ("services", _l("Services"), (Permission.DIRECTORY_READ, Permission.HANDOFF_TRACK)),
    ("plans", _l("Safety plans"), (Permission.PLAN_WRITE, Permission.PLAN_ADOPT)),
    (
        "office",
        _l("The office itself"),
        (
            Permission.POLICY_READ,
            Permission.POLICY_WRITE,
            Permission.POLICY_APPROVE,
            Permission.RETENTION_READ,
            Permission.HOLD_MANAGE,
            Permission.REPORT_READ,
            Permission.DELIVERY_MEND,
            Permission.AUDIT_READ,
            Permission.AUDIT_REVIEW,
            Permission.ACCOUNT_MANAGE,
            Permission.OWN_ACCOUNT,
        ),
    ),
)
"""The lines of the permission table in the order in which somebody looks for theirs; each stands once.

Whatever opens words stands in the first, whoever's they are.
"""
