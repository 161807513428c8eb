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


def misplaced(views: Mapping[str, Any]) -> list[str]:
    """Endpoints that ask for something else than the list says, that it lacks, or that are there no more."""
    marks = {name: getattr(view, "permission", None) for name, view in views.items()}
    names = (marks.keys() | MARK_OF.keys()) - SERVED_BY_FLASK
    return sorted(
        f"{name}: {marks.get(name)} and not {MARK_OF.get(name)}"
        for name in names
        if name not in MARK_OF or marks.get(name) != MARK_OF[name]
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


_DOORS: Mapping[str, str] = {
    PUBLIC: """
        accounts.invitations.begin accounts.recovery.begin accounts.recovery.wait
        accounts.sessions.leave accounts.sign_in accounts.steps.code accounts.steps.passkey
        accounts.steps.passkey_options accounts.who_can_see_what developers.hook
        developers.openapi developers.problem inputs.correct inputs.receipt inputs.tell
        inputs.withdraw kit.components pages.library pages.set_language pages.set_theme
        pages.stylesheet plans.find plans.home plans.neighborhood plans.plan referrals.ask
        retention.what_we_keep screening.explained
    """,
    SIGNED: """
        conveyance_api.take eido_api.show incidents_api.cancel incidents_api.show
        incidents_api.update intake_api.intake_health referrals_api.acknowledge_hand_back
        referrals_api.cancel referrals_api.changes referrals_api.confirm referrals_api.digest
        referrals_api.offer referrals_api.show referrals_api.update
    """,
    Permission.REFERRAL_READ: "assignments.told",
    Permission.REFERRAL_DECIDE: """
        board.accept board.dispatch_has_it board.give_back board.offer board.phone board.pressing
        board.stand_down board.take_help
    """,
    Permission.BOARD_READ: "board.screening board.show board.stamp board.stamp_of_one",
    Permission.ROSTER_READ: "roster.teams",
    Permission.SHIFT_MANAGE: "roster.add_shift roster.end_shift",
    Permission.ASSIGNMENT_MAKE: "board.send",
    Permission.ASSIGNMENT_WORK: """
        assignments.ask_for_help assignments.help_asked assignments.not_safe assignments.step
        assignments.today roster.ties roster.withdraw_tie
    """,
    Permission.CASE_LIST: "cases.header cases.index",
    Permission.CASE_READ: "cases.show",
    Permission.CASE_WORK: """
        cases.close cases.consents.say cases.contacts.correct cases.contacts.new
        cases.contacts.plan cases.parties.name cases.parties.new cases.signs
    """,
    Permission.CASE_MAP: "maps.areas maps.case_map maps.cases maps.skeleton",
    Permission.PARTY_READ: "cases.emergencies.open_up cases.names",
    Permission.PLACE_READ: "cases.place",
    Permission.AGREEMENT_WORK: "cases.agreements.add cases.agreements.new cases.agreements.say",
    Permission.PHOTO_WORK: "cases.photos.new cases.photos.remove cases.photos.show",
    Permission.PHOTO_READ: "handoffs.picture",
    Permission.FOLLOW_UP_STOP: "cases.consents.take_back",
    Permission.EMERGENCY_ASK: "cases.emergencies.ask cases.emergencies.end",
    Permission.EMERGENCY_AGREE: "cases.emergencies.decide cases.emergencies.waiting",
    Permission.DIRECTORY_READ: "directory.index directory.show",
    Permission.HANDOFF_MAKE: "handoffs.consent handoffs.new handoffs.send handoffs.shared",
    Permission.HANDOFF_TRACK: "handoffs.close handoffs.index handoffs.show handoffs.withdraw",
    Permission.HANDOFF_ANSWER: """
        handoffs.answer handoffs.inbox handoffs.opened handoffs.outcome handoffs.refuse
        handoffs.say_room
    """,
    Permission.INPUT_MODERATE: """
        inputs.keep_private inputs.publish inputs.queue inputs.read inputs.set_aside
    """,
    Permission.INPUT_ANSWER: "inputs.answer",
    Permission.PLAN_WRITE: """
        plans.desk.add_action plans.desk.add_indicator plans.desk.add_objective
        plans.desk.change_action plans.desk.change_objective plans.desk.publish plans.desk.show
        plans.desk.step plans.desk.take_back plans.desk.text plans.new plans.work
    """,
    Permission.PLAN_ADOPT: "plans.desk.adopt",
    Permission.POLICY_READ: """
        policy.index policy.phrases policy.try_it policy.versions.flips policy.versions.index
        policy.versions.show
    """,
    Permission.POLICY_WRITE: """
        policy.versions.begin policy.versions.changes.add_phrase
        policy.versions.changes.add_type_word policy.versions.changes.retire_phrase
        policy.versions.changes.set_limits policy.versions.changes.set_nature policy.versions.drop
        policy.versions.replay policy.versions.take_back policy.versions.to_shadow
        policy.versions.write_again
    """,
    Permission.POLICY_APPROVE: """
        policy.versions.activate policy.versions.approve policy.versions.go_back
    """,
    Permission.RETENTION_READ: "retention.holds retention.index",
    Permission.HOLD_MANAGE: """
        retention.confirm retention.drop retention.propose retention.propose_release
        retention.release
    """,
    Permission.REPORT_READ: "reports.download reports.show",
    Permission.DELIVERY_MEND: "delivery.send_again delivery.undelivered",
    Permission.AUDIT_READ: "audit_trail.index",
    Permission.AUDIT_REVIEW: "audit_trail.mark audit_trail.review",
    Permission.ACCOUNT_MANAGE: """
        accounts.add accounts.change accounts.close accounts.grants.confirm
        accounts.grants.confirm_recovered accounts.grants.index accounts.grants.invite_again
        accounts.grants.new_ways accounts.grants.open_again accounts.grants.recoveries
        accounts.grants.refuse accounts.grants.refuse_recovered accounts.grants.revoke
        accounts.grants.sign_out accounts.index
    """,
    Permission.OWN_ACCOUNT: """
        accounts.notices.index accounts.notices.read accounts.passwords.change
        accounts.sessions.back accounts.sessions.end accounts.sessions.end_others
        accounts.sessions.index accounts.sessions.left accounts.sessions.stay
        accounts.sessions.verify accounts.sessions.verify_options accounts.sign_out
        accounts.ways.add_passkey accounts.ways.app accounts.ways.index accounts.ways.make_codes
        accounts.ways.passkey_options accounts.ways.remove_app accounts.ways.remove_passkey
        start.first_screen
    """,
}
"""What each door asks for: security.md B and design.md 5, not what the views say of themselves."""

MARK_OF: Mapping[str, str] = {name: mark for mark, names in _DOORS.items() for name in names.split()}

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
