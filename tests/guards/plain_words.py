"""Every column that could hold words and is not sealed, with why nobody's words are in it.

Sealing is a column type (`vault.columns.Sealed`): whoever adds a column for words uses it, or says here
why not. Short codes, ids and enums are not listed; what is long, free or JSON is.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import JSON, Column, Enum, LargeBinary, String, Table

from app.vault.columns import Sealed

LONGEST_CODE = 80
"""Letters. What is longer could be a sentence about somebody."""

_STAFF = "people who work here, by name"
_OURS = "the office's own words"
_PUBLIC = "public facts"
_CODES = "codes, ids and numbers"
_KEYS = "keys, wrapped or public"
_DISPATCH = "a name that dispatch gave to an incident or a message"

PLAIN: Mapping[str, str] = {
    "accounts.email": _STAFF,
    "accounts.name": _STAFF,
    "accounts.password_hash": "Argon2id of a password",
    "answers.words": "what the office answers; public with the input",
    "areas.*": _PUBLIC,
    "audit_checkpoints.line": _CODES,
    "audit_entries.facts": _CODES,
    "audit_look_marks.reason": "an auditor's own words about a look",
    "case_states.actor_label": _STAFF,
    "conveyance_rows.request_id": _DISPATCH,
    "data_keys.wrapped": _KEYS,
    "destinations.*": "an operator's own words",
    "dispatch_clients.agency": _PUBLIC,
    "handoff_consents.shares": _CODES,
    "handoff_states.actor_label": _STAFF,
    "incident_links.*": _DISPATCH,
    "input_states.reason": "what staff write to an author who was set aside",
    "organizations.name": _PUBLIC,
    "outbox_messages.*": "states and times for dispatch, by its own incident",
    "passkey_challenges.challenge": _KEYS,
    "passkeys.*": _KEYS,
    "plan_action_states.*": _OURS,
    "plan_actions.*": _OURS,
    "plan_indicators.*": _OURS,
    "plan_objectives.title": _OURS,
    "plan_states.actor_label": _STAFF,
    "plan_texts.words": _OURS,
    "plan_versions.content": _OURS,
    "plans.title": _OURS,
    "policy_changes.*": _OURS,
    "policy_replays.result": "counts and codes; words of calls are opened anew for who may read them",
    "policy_steps.reason": _OURS,
    "policy_versions.document": _OURS,
    "published_texts.words": "a moderator's version, for everybody to read",
    "referral_messages.answer": "our own answer to dispatch",
    "referral_messages.message_id": _DISPATCH,
    "referral_states.actor_label": _STAFF,
    "referrals.incident_id": _DISPATCH,
    "responders.languages": _CODES,
    "screenings.*": "codes and positions; the words that they stand on are sealed",
    "service_locations.*": _PUBLIC,
    "service_organizations.*": _PUBLIC,
    "services.*": _PUBLIC,
    "teams.name": _PUBLIC,
}


def plain_columns(tables: Iterable[Table]) -> list[str]:
    """The columns of these tables that could hold words and are not sealed, as `table.column`."""
    return [
        f"{table.name}.{column.name}" for table in tables for column in table.columns if _could_hold(column)
    ]


def unexplained(columns: Iterable[str]) -> list[str]:
    """Those that nothing is said of."""
    return [one for one in columns if one not in PLAIN and f"{one.split('.')[0]}.*" not in PLAIN]


def not_there(columns: Iterable[str]) -> list[str]:
    """What is said of columns that do not exist."""
    known = set(columns)
    tables = {one.split(".")[0] for one in known}
    return [said for said in PLAIN if said not in known and not (said.endswith(".*") and said[:-2] in tables)]


def _could_hold(column: Column[object]) -> bool:
    kind = column.type
    if isinstance(kind, Sealed | Enum):
        return False
    if isinstance(kind, LargeBinary | JSON):
        return True
    return isinstance(kind, String) and (kind.length is None or kind.length > LONGEST_CODE)
