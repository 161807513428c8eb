"""Tables in which nothing has to go, each with why. Pure.

All others stand in the rules of `retention.py`; a test fails for a new table until it is in one of the two.
"""

from collections.abc import Mapping

_IDS = "ids, codes and moments of our own work"
_STAFF = "people who work here and machines, while they do"
_OURS = "the office's own words and numbers"
_PUBLIC = "public facts of areas and services"
_MACHINERY = "machinery: no word of or about a resident"

WITHOUT_RETENTION: Mapping[str, str] = {
    "accounts": _STAFF,
    "answers": _OURS,
    "areas": _PUBLIC,
    "assignment_steps": _IDS,
    "assignments": _IDS,
    "audit_checkpoints": _MACHINERY,
    "audit_look_marks": _OURS,
    "authenticator_apps": _STAFF,
    "case_states": _IDS,
    "client_clocks": _MACHINERY,
    "client_keys": _STAFF,
    "conveyance_rows": _IDS,
    "coverage": _MACHINERY,
    "coverage_exceptions": _MACHINERY,
    "data_keys": "the keys themselves: destroyed with what they open, the tombstone stays",
    "declared_ties": _STAFF,
    "destination_keys": _STAFF,
    "destinations": _STAFF,
    "directory_imports": _MACHINERY,
    "dispatch_clients": _STAFF,
    "due_timers": _MACHINERY,
    "emergency_openings": _IDS,
    "erasures": "what was destroyed, as counts",
    "follow_ups": _IDS,
    "handoff_states": _IDS,
    "held_records": "ids that a court has asked for",
    "help_calls": _STAFF,
    "hold_steps": _STAFF,
    "incident_links": "dispatch's own incident numbers",
    "input_states": _OURS,
    "intake_canaries": _MACHINERY,
    "intake_pauses": _MACHINERY,
    "legal_holds": _OURS,
    "organizations": _PUBLIC,
    "passkey_challenges": _MACHINERY,
    "passkeys": _STAFF,
    "plan_action_states": _OURS,
    "plan_actions": _OURS,
    "plan_indicators": _OURS,
    "plan_objectives": _OURS,
    "plan_sections": _OURS,
    "plan_states": _OURS,
    "plan_texts": _OURS,
    "plan_versions": _OURS,
    "plans": _OURS,
    "policy_changes": _OURS,
    "policy_replays": _MACHINERY,
    "policy_steps": _OURS,
    "policy_versions": _OURS,
    "published_texts": "a moderator's version, which its author may take back at any time",
    "recovery_codes": _STAFF,
    "referral_states": _IDS,
    "responders": _STAFF,
    "role_grants": _STAFF,
    "screenings": "codes and positions: the words that they stand on are sealed with the call",
    "service_at_locations": _PUBLIC,
    "service_capacities": _PUBLIC,
    "service_locations": _PUBLIC,
    "service_organizations": _PUBLIC,
    "service_phones": _PUBLIC,
    "services": _PUBLIC,
    "shifts": _STAFF,
    "teams": _PUBLIC,
    "worker_beats": _MACHINERY,
}
"""Each other table, and why nothing in it has to go."""
