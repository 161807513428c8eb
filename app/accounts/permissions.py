"""The one permission table: who may do what, over what. Silence means no.

It makes the route guards (`access.requires`), the row scopes (queries ask `scope_of`),
the tests, and the public page "who can see what". Source: security.md B. There is no
role for law enforcement, no search over people, no export of cases, and an admin has
no case content.
"""

from enum import StrEnum


class Role(StrEnum):
    """Whoever can act here. A resident has no account; dispatch is a machine."""

    RESIDENT = "resident"
    MEDIATOR = "mediator"
    INTERRUPTER = "interrupter"
    FACILITATOR = "facilitator"
    CRISIS_WORKER = "crisis_worker"
    PROVIDER_LEAD = "provider_lead"
    COORDINATOR = "coordinator"
    OFFICE_STAFF = "office_staff"
    COUNTY_PARTNER = "county_partner"
    ANALYST = "analyst"
    AUDITOR = "auditor"
    ADMIN = "admin"
    DISPATCH_CLIENT = "dispatch_client"


RESPONDER_ROLES = (Role.MEDIATOR, Role.INTERRUPTER, Role.FACILITATOR, Role.CRISIS_WORKER)


class Scope(StrEnum):
    """Over which rows a permission reaches. What each means for a record is said once (`reach.Reach`)."""

    ALL = "all"
    OWN_ORGANIZATION = "own_organization"
    ASSIGNED = "assigned"
    """Assigned now, while it is open."""
    OWN = "own"
    CONSENTED = "consented"
    """Of the own organization, and only what a person's live consent covers."""
    BREAK_GLASS = "break_glass"
    """Of the own organization, for an hour, once a second person of another one has agreed."""
    AGGREGATE = "aggregate"
    """Counts, never a record."""
    PSEUDONYMISED = "pseudonymised"
    """By ids and codes, never by a name."""


class Permission(StrEnum):
    """One act or one look. Views name exactly one; queries ask for its scope."""

    REFERRAL_OFFER = "referral.offer"
    REFERRAL_READ = "referral.read"
    REFERRAL_DECIDE = "referral.decide"
    BOARD_READ = "board.read"
    ROSTER_READ = "roster.read"
    SHIFT_MANAGE = "shift.manage"
    ASSIGNMENT_MAKE = "assignment.make"
    ASSIGNMENT_WORK = "assignment.work"
    CASE_LIST = "case.list"
    CASE_READ = "case.read"
    CASE_WORK = "case.work"
    CASE_MAP = "case.map"
    PARTY_READ = "party.read"
    PLACE_READ = "place.read"
    NOTES_READ = "notes.read"
    AGREEMENT_WORK = "agreement.work"
    PHOTO_WORK = "photo.work"
    PHOTO_READ = "photo.read"
    FOLLOW_UP_STOP = "follow_up.stop"
    EMERGENCY_ASK = "emergency.ask"
    EMERGENCY_AGREE = "emergency.agree"
    DIRECTORY_READ = "directory.read"
    HANDOFF_MAKE = "handoff.make"
    HANDOFF_TRACK = "handoff.track"
    HANDOFF_ANSWER = "handoff.answer"
    INPUT_OWN = "input.own"
    INPUT_MODERATE = "input.moderate"
    INPUT_ANSWER = "input.answer"
    PLAN_WRITE = "plan.write"
    PLAN_ADOPT = "plan.adopt"
    POLICY_READ = "policy.read"
    POLICY_WRITE = "policy.write"
    POLICY_APPROVE = "policy.approve"
    RETENTION_READ = "retention.read"
    HOLD_MANAGE = "hold.manage"
    REPORT_READ = "report.read"
    DELIVERY_MEND = "delivery.mend"
    AUDIT_READ = "audit.read"
    AUDIT_REVIEW = "audit.review"
    ACCOUNT_MANAGE = "account.manage"
    OWN_ACCOUNT = "account.own"


_EVERY_SIGNED_IN = tuple(role for role in Role if role not in (Role.RESIDENT, Role.DISPATCH_CLIENT))


def _each(scope: Scope, *roles: Role) -> dict[Role, Scope]:
    return dict.fromkeys(roles, scope)


_IN_AN_EMERGENCY = {
    **_each(Scope.ASSIGNED, *RESPONDER_ROLES),
    Role.PROVIDER_LEAD: Scope.BREAK_GLASS,
}

TABLE: dict[Permission, dict[Role, Scope]] = {
    Permission.REFERRAL_OFFER: {Role.DISPATCH_CLIENT: Scope.OWN},
    Permission.REFERRAL_READ: {Role.COORDINATOR: Scope.ALL, **_each(Scope.ASSIGNED, *RESPONDER_ROLES)},
    Permission.REFERRAL_DECIDE: {Role.COORDINATOR: Scope.ALL},
    Permission.BOARD_READ: {
        **_each(Scope.ALL, Role.COORDINATOR, Role.OFFICE_STAFF),
        Role.PROVIDER_LEAD: Scope.OWN_ORGANIZATION,
    },
    Permission.ROSTER_READ: {
        **_each(Scope.ALL, Role.COORDINATOR, Role.OFFICE_STAFF),
        Role.PROVIDER_LEAD: Scope.OWN_ORGANIZATION,
    },
    Permission.SHIFT_MANAGE: {Role.COORDINATOR: Scope.ALL, Role.PROVIDER_LEAD: Scope.OWN_ORGANIZATION},
    Permission.ASSIGNMENT_MAKE: {Role.COORDINATOR: Scope.ALL, Role.PROVIDER_LEAD: Scope.OWN_ORGANIZATION},
    Permission.ASSIGNMENT_WORK: _each(Scope.OWN, *RESPONDER_ROLES),
    Permission.CASE_LIST: {
        **_each(Scope.ASSIGNED, *RESPONDER_ROLES),
        **_each(Scope.ALL, Role.COORDINATOR, Role.OFFICE_STAFF),
        Role.PROVIDER_LEAD: Scope.OWN_ORGANIZATION,
    },
    Permission.CASE_READ: _each(Scope.ASSIGNED, *RESPONDER_ROLES),
    Permission.CASE_WORK: _each(Scope.ASSIGNED, *RESPONDER_ROLES),
    Permission.CASE_MAP: {
        **_each(Scope.ASSIGNED, *RESPONDER_ROLES),
        **_each(Scope.ALL, Role.COORDINATOR, Role.OFFICE_STAFF),
        Role.PROVIDER_LEAD: Scope.OWN_ORGANIZATION,
    },
    Permission.PARTY_READ: _IN_AN_EMERGENCY,
    Permission.PLACE_READ: _IN_AN_EMERGENCY,
    Permission.NOTES_READ: _IN_AN_EMERGENCY,
    Permission.AGREEMENT_WORK: _each(Scope.ASSIGNED, Role.MEDIATOR, Role.FACILITATOR),
    Permission.PHOTO_WORK: _each(Scope.ASSIGNED, *RESPONDER_ROLES),
    Permission.PHOTO_READ: {Role.COUNTY_PARTNER: Scope.CONSENTED},
    Permission.FOLLOW_UP_STOP: {Role.OFFICE_STAFF: Scope.ALL},
    Permission.EMERGENCY_ASK: {Role.PROVIDER_LEAD: Scope.OWN_ORGANIZATION},
    Permission.EMERGENCY_AGREE: _each(Scope.ALL, Role.COORDINATOR, Role.OFFICE_STAFF),
    Permission.DIRECTORY_READ: _each(
        Scope.ALL,
        *RESPONDER_ROLES,
        Role.COORDINATOR,
        Role.OFFICE_STAFF,
        Role.COUNTY_PARTNER,
        Role.PROVIDER_LEAD,
    ),
    Permission.HANDOFF_MAKE: _each(Scope.ASSIGNED, Role.MEDIATOR, Role.FACILITATOR, Role.CRISIS_WORKER),
    Permission.HANDOFF_TRACK: {
        Role.OFFICE_STAFF: Scope.ALL,
        **_each(Scope.ASSIGNED, Role.MEDIATOR, Role.FACILITATOR, Role.CRISIS_WORKER),
    },
    Permission.HANDOFF_ANSWER: {Role.COUNTY_PARTNER: Scope.CONSENTED},
    Permission.INPUT_OWN: {Role.RESIDENT: Scope.OWN},
    Permission.INPUT_MODERATE: {Role.OFFICE_STAFF: Scope.ALL},
    Permission.INPUT_ANSWER: {Role.OFFICE_STAFF: Scope.ALL},
    Permission.PLAN_WRITE: {Role.OFFICE_STAFF: Scope.ALL},
    Permission.PLAN_ADOPT: {Role.OFFICE_STAFF: Scope.ALL},
    Permission.POLICY_READ: _each(
        Scope.ALL, Role.COORDINATOR, Role.OFFICE_STAFF, Role.ANALYST, Role.AUDITOR, Role.ADMIN
    ),
    Permission.POLICY_WRITE: _each(Scope.ALL, Role.COORDINATOR, Role.OFFICE_STAFF),
    Permission.POLICY_APPROVE: _each(Scope.ALL, Role.COORDINATOR, Role.OFFICE_STAFF),
    Permission.RETENTION_READ: _each(Scope.AGGREGATE, Role.OFFICE_STAFF, Role.AUDITOR),
    Permission.HOLD_MANAGE: {Role.OFFICE_STAFF: Scope.ALL},
    Permission.REPORT_READ: _each(
        Scope.AGGREGATE, Role.ANALYST, Role.OFFICE_STAFF, Role.COORDINATOR, Role.AUDITOR
    ),
    Permission.DELIVERY_MEND: _each(Scope.ALL, Role.COORDINATOR, Role.OFFICE_STAFF, Role.ADMIN),
    Permission.AUDIT_READ: {Role.AUDITOR: Scope.PSEUDONYMISED},
    Permission.AUDIT_REVIEW: {Role.AUDITOR: Scope.PSEUDONYMISED},
    Permission.ACCOUNT_MANAGE: {Role.ADMIN: Scope.ALL},
    Permission.OWN_ACCOUNT: _each(Scope.OWN, *_EVERY_SIGNED_IN),
}


_ROLES = frozenset(Role)


def scope_of(role: Role | str | None, permission: Permission) -> Scope | None:
    """How far a role's permission reaches; None is no."""
    return TABLE[permission].get(Role(role)) if role in _ROLES else None


def may(role: Role | str | None, permission: Permission) -> bool:
    return scope_of(role, permission) is not None
