"""Words on the screen for roles, permissions and scopes."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.accounts.permissions import Permission, Role, Scope

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

SCOPE_LABELS: dict[Scope, LazyString] = {
    Scope.ALL: _l("all"),
    Scope.OWN_ORGANIZATION: _l("their own organization"),
    Scope.ASSIGNED: _l("only what they are assigned to, while it is open"),
    Scope.OWN: _l("only their own"),
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
    Permission.DIRECTORY_READ: _l("Look up services"),
    Permission.HANDOFF_MAKE: _l("Refer a person to a service, with consent"),
    Permission.HANDOFF_TRACK: _l("Follow service referrals"),
    Permission.HANDOFF_ANSWER: _l("Answer a service referral"),
    Permission.INPUT_MODERATE: _l("Read new input from residents"),
    Permission.INPUT_ANSWER: _l("Answer residents"),
    Permission.PLAN_WRITE: _l("Write safety plans"),
    Permission.PLAN_ADOPT: _l("Adopt safety plans"),
    Permission.REPORT_READ: _l("Read the report"),
    Permission.DELIVERY_MEND: _l("See which messages were not delivered, and send them again"),
    Permission.AUDIT_READ: _l("See who did and saw what"),
    Permission.ACCOUNT_MANAGE: _l("Manage accounts"),
    Permission.OWN_ACCOUNT: _l("Use the product's own pages"),
}
