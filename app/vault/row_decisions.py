"""Tables whose rows PostgreSQL shows to every reader of the app, each with why. Pure.

Every table stands here or in `row_policies.GUARDED`; a test fails for a new one until it is decided.
Shown to the app is not shown to a person: pages and queries ask the permission table all the same.
"""

from collections.abc import Mapping

_CITY = "of the city and its offices, open to every role: nothing in it is about a person we serve"
_CALL = (
    "ids, states and times of a call; every board and the line to dispatch work with it, also where"
    " nobody has signed in. What was said is sealed, and its key is guarded"
)
_LINE = "of the line to dispatch and to partners: no person reads it, and its secrets' keys are the machine's"
_STAFF = "of people who work here: read before anybody is known to have signed in, to find out who they are"
_POLICY = "of the screening policy: a rule about calls, and no call"
_PLAN = "of a neighborhood's plan: written to be published; drafts are kept from the public by the pages"
_TRAIL = "of the trail: ids and codes, never words. It is only added to; triggers and rights see to that"
_VAULT = "of what is destroyed and held: ids, dates and counts, never words"

WITHOUT_POLICY: Mapping[str, str] = {
    "areas": _CITY,
    "coverage": _CITY,
    "coverage_exceptions": _CITY,
    "directory_imports": _CITY,
    "organizations": _CITY,
    "service_at_locations": _CITY,
    "service_capacities": _CITY,
    "service_locations": _CITY,
    "service_organizations": _CITY,
    "service_phones": _CITY,
    "services": _CITY,
    "teams": _CITY,
    "conveyance_rows": _CALL,
    "incident_links": _CALL,
    "referral_states": _CALL,
    "referrals": _CALL,
    "screenings": _CALL,
    "client_clocks": _LINE,
    "client_keys": _LINE,
    "destination_keys": _LINE,
    "destinations": _LINE,
    "dispatch_clients": _LINE,
    "due_timers": _LINE,
    "intake_canaries": _LINE,
    "intake_pauses": _LINE,
    "outbox_messages": _LINE,
    "worker_beats": _LINE,
    "accounts": _STAFF,
    "authenticator_apps": _STAFF,
    "declared_ties": _STAFF,
    "failed_attempts": _STAFF,
    "invitations": _STAFF,
    "passkey_challenges": _STAFF,
    "passkeys": _STAFF,
    "recovery_codes": _STAFF,
    "recovery_requests": _STAFF,
    "responders": _STAFF,
    "role_grants": _STAFF,
    "shifts": _STAFF,
    "sign_in_notices": _STAFF,
    "sign_in_sessions": _STAFF,
    "policy_changes": _POLICY,
    "policy_replays": _POLICY,
    "policy_steps": _POLICY,
    "policy_versions": _POLICY,
    "plan_action_states": _PLAN,
    "plan_actions": _PLAN,
    "plan_indicators": _PLAN,
    "plan_objectives": _PLAN,
    "plan_sections": _PLAN,
    "plan_states": _PLAN,
    "plan_texts": _PLAN,
    "plan_versions": _PLAN,
    "plans": _PLAN,
    "audit_checkpoints": _TRAIL,
    "audit_entries": _TRAIL,
    "audit_look_marks": _TRAIL,
    "erasures": _VAULT,
    "held_records": _VAULT,
    "hold_steps": _VAULT,
    "legal_holds": _VAULT,
    "period_keys": _VAULT,
}
