"""Which rows PostgreSQL itself shows to whom, as statements made from the one permission table. Pure.

What a scope means for the rows of a table stands in `row_reach.py`; tables without a policy stand in
`row_decisions.py`, each with why.

The policies do not hold for the owner of the tables (no FORCE): checks of foreign keys, migrations and
backups run as the owner, and no process that serves anybody has its password. They stop a query that
forgot its scope, and a page that forgot its check. Who can run SQL of their own choice in the app can
also say that they are somebody else; against them stands that keys are wrapped.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.accounts.permissions import Permission
from app.vault.models import KeyPurpose
from app.vault.row_reach import (
    ANYBODY,
    FUNCTIONS,
    MACHINE,
    Scopes,
    of_assignments,
    of_case,
    of_cases,
    of_emergencies,
    of_handoffs,
    of_help_calls,
    of_inputs,
    of_packets,
    of_pictures,
    of_referrals,
    reached,
)

_P = Permission
_NOTES = (_P.CASE_READ, _P.NOTES_READ)
_SEALED_IN_CASE = (_P.CASE_READ, _P.PLACE_READ, _P.NOTES_READ, _P.AGREEMENT_WORK)
_KNOWS_OF_CASE = (
    *_SEALED_IN_CASE,
    _P.PARTY_READ,
    _P.CASE_LIST,
    _P.CASE_MAP,
    _P.CASE_WORK,
    _P.EMERGENCY_ASK,
    _P.ASSIGNMENT_MAKE,
    _P.REFERRAL_DECIDE,
)
_BEGINS_CASE = (_P.REFERRAL_DECIDE, _P.ASSIGNMENT_MAKE)
_MOVES_CASE = (_P.CASE_WORK, *_BEGINS_CASE)
_SHARES = (_P.HANDOFF_MAKE, _P.HANDOFF_ANSWER)
_FOLLOWS = (*_SHARES, _P.HANDOFF_TRACK)
_READS_INPUT = (_P.INPUT_MODERATE, _P.INPUT_ANSWER, _P.INPUT_OWN)
_SEES_PICTURES = (_P.PHOTO_WORK, _P.PHOTO_READ)
_SENDS = (_P.ASSIGNMENT_WORK, _P.ASSIGNMENT_MAKE, _P.REFERRAL_DECIDE)
_SEES_SENT = (*_SENDS, _P.BOARD_READ, _P.CASE_READ, _P.REFERRAL_READ)


@dataclass(frozen=True)
class Guarded:
    """A table that PostgreSQL guards: which rows may be seen, added, and changed or removed."""

    table: str
    seen: str
    added: str
    changed: str


def _by(scopes: Scopes, *permissions: Permission) -> str:
    """Rows that one of these permissions reaches; and all, for the machine."""
    return f"{MACHINE} OR {reached(scopes, permissions)}"


def _with(record: str, rows: str = ANYBODY) -> str:
    """That the record which a row belongs to is shown to this reader, and is one of these."""
    return f"{MACHINE} OR EXISTS (SELECT FROM {record} AND ({rows}))"


def _work(table: str, scopes: Scopes, seen: Sequence[Permission], work: Sequence[Permission]) -> Guarded:
    """A table whose rows are added and changed by those whose work it is."""
    return Guarded(table, _by(scopes, *seen), _by(scopes, *work), _by(scopes, *work))


def _dated(table: str, record: str, scopes: Scopes, added: Sequence[Permission]) -> Guarded:
    """Dated rows of a record: whoever sees it sees them, and no person changes one."""
    return Guarded(table, _with(record), _with(record, reached(scopes, added)), MACHINE)


def _keys() -> str:
    """A key is reached through the record that it seals. Secrets of machines and accounts: the machine's."""
    records: dict[KeyPurpose, tuple[str, str]] = {
        KeyPurpose.CASE: ("conflict_cases c WHERE c.key_id", reached(of_cases("c"), _SEALED_IN_CASE)),
        KeyPurpose.BLOCK: (
            "conflict_cases c WHERE c.block_key_id",
            reached(of_cases("c"), (_P.CASE_READ, _P.CASE_MAP)),
        ),
        KeyPurpose.CONTACT: ("contacts l WHERE l.key_id", reached(of_case("l.case_id"), _NOTES)),
        KeyPurpose.PHOTO: ("case_photos p WHERE p.key_id", reached(of_pictures("p"), _SEES_PICTURES)),
        KeyPurpose.PARTY: ("parties p WHERE p.key_id", reached(of_case("p.case_id"), (_P.PARTY_READ,))),
        KeyPurpose.REFERRAL: (
            "referrals r WHERE r.key_id",
            reached(of_referrals("r"), (_P.REFERRAL_READ,)),
        ),
        KeyPurpose.HANDOFF: ("handoffs h WHERE h.key_id", reached(of_packets("h"), _SHARES)),
        KeyPurpose.INPUT: (
            "inputs i WHERE i.key_id",
            reached(of_inputs("i"), (_P.INPUT_MODERATE, _P.INPUT_OWN)),
        ),
    }
    cases = " ".join(
        f"WHEN '{purpose.value}' THEN EXISTS (SELECT FROM {record} = data_keys.id AND ({rows}))"
        for purpose, (record, rows) in records.items()
    )
    return f"CASE purpose {cases} ELSE false END"


_IN_CASE = of_case("case_id")
_CASES = of_cases("conflict_cases")
_HANDOFFS = of_handoffs("handoffs")
_INPUTS = of_inputs("inputs")
_ASSIGNMENTS = of_assignments("assignments")
_EMERGENCIES = of_emergencies("emergency_openings")
_HELP = of_help_calls("help_calls")
_SHARED = f"{reached(of_handoffs('h'), _FOLLOWS)}"
_STOPS = reached(of_case("f.case_id"), (_P.FOLLOW_UP_STOP,))
_ASKED_AGAIN = f"EXISTS (SELECT FROM follow_up_consents f WHERE f.party_id = parties.id AND ({_STOPS}))"

GUARDED: tuple[Guarded, ...] = (
    # A new record's key is there before the record: anybody adds one, which opens nothing by itself.
    Guarded("data_keys", f"{MACHINE} OR {_keys()}", ANYBODY, MACHINE),
    # A partner sees the case of what was sent to them, for its area; staff that of what they follow.
    Guarded(
        "conflict_cases",
        f"{_by(_CASES, *_KNOWS_OF_CASE)}"
        f" OR EXISTS (SELECT FROM handoffs h WHERE h.case_id = conflict_cases.id AND ({_SHARED}))",
        _by(_CASES, *_BEGINS_CASE),
        _by(_CASES, *_MOVES_CASE, _P.EMERGENCY_ASK),
    ),
    _dated(
        "case_states",
        "conflict_cases c WHERE c.id = case_states.case_id",
        of_cases("c"),
        _MOVES_CASE,
    ),
    Guarded(
        "parties",
        f"{_by(_IN_CASE, _P.CASE_READ, _P.PARTY_READ)}"
        f" OR EXISTS (SELECT FROM handoffs h WHERE h.party_id = parties.id AND ({_SHARED}))"
        f" OR {_ASKED_AGAIN}",
        _by(_IN_CASE, _P.CASE_WORK),
        _by(_IN_CASE, _P.CASE_WORK),
    ),
    Guarded(
        "party_identities",
        _with(
            "parties p WHERE p.id = party_identities.party_id",
            reached(of_case("p.case_id"), (_P.PARTY_READ,)),
        ),
        *(
            _with(
                "parties p WHERE p.id = party_identities.party_id",
                reached(of_case("p.case_id"), (_P.CASE_WORK,)),
            ),
        )
        * 2,
    ),
    # After the close a yes is only taken back; it begins to count by the machine.
    Guarded(
        "follow_up_consents",
        _by(_IN_CASE, _P.CASE_READ, _P.FOLLOW_UP_STOP),
        f"{_by(_IN_CASE, _P.CASE_WORK)} OR (days IS NULL AND ({reached(_IN_CASE, (_P.FOLLOW_UP_STOP,))}))",
        MACHINE,
    ),
    _work("four_signs", _IN_CASE, (_P.CASE_READ,), (_P.CASE_WORK,)),
    _work("contacts", _IN_CASE, _NOTES, (_P.CASE_WORK,)),
    Guarded(
        "contact_parties",
        *(_with("contacts l WHERE l.id = contact_parties.contact_id"),) * 3,
    ),
    _work("follow_ups", _IN_CASE, (_P.CASE_READ,), (_P.CASE_WORK,)),
    _work("agreements", _IN_CASE, (_P.AGREEMENT_WORK,), (_P.AGREEMENT_WORK,)),
    Guarded(
        "agreement_items",
        *(_with("agreements g WHERE g.id = agreement_items.agreement_id"),) * 3,
    ),
    Guarded(
        "item_sayings",
        *(_with("agreement_items t WHERE t.id = item_sayings.item_id"),) * 2,
        MACHINE,
    ),
    _work("case_photos", of_pictures("case_photos"), _SEES_PICTURES, (_P.PHOTO_WORK,)),
    Guarded(
        "emergency_openings",
        _by(_EMERGENCIES, _P.EMERGENCY_ASK, _P.EMERGENCY_AGREE, _P.CASE_READ),
        _by(_EMERGENCIES, _P.EMERGENCY_ASK),
        _by(_EMERGENCIES, _P.EMERGENCY_ASK, _P.EMERGENCY_AGREE),
    ),
    Guarded(
        "assignments",
        _by(_ASSIGNMENTS, *_SEES_SENT),
        _by(_ASSIGNMENTS, _P.ASSIGNMENT_MAKE),
        _by(_ASSIGNMENTS, *_SENDS),
    ),
    _dated(
        "assignment_steps",
        "assignments a WHERE a.id = assignment_steps.assignment_id",
        of_assignments("a"),
        _SENDS,
    ),
    Guarded(
        "help_calls",
        _by(_HELP, _P.ASSIGNMENT_WORK, _P.BOARD_READ),
        _by(_HELP, _P.ASSIGNMENT_WORK),
        _by(_HELP, _P.BOARD_READ),
    ),
    Guarded(
        "handoffs",
        _by(_HANDOFFS, *_FOLLOWS),
        _by(_HANDOFFS, _P.HANDOFF_MAKE),
        _by(_HANDOFFS, *_FOLLOWS),
    ),
    _dated("handoff_states", "handoffs h WHERE h.id = handoff_states.handoff_id", of_handoffs("h"), _FOLLOWS),
    # A person's word is written down by those who spoke with them, never by a partner.
    _dated(
        "handoff_consents",
        "handoffs h WHERE h.id = handoff_consents.handoff_id",
        of_handoffs("h"),
        (_P.HANDOFF_MAKE, _P.HANDOFF_TRACK),
    ),
    Guarded(
        "consent_pictures",
        *(_with("handoff_consents s WHERE s.id = consent_pictures.consent_id"),) * 2,
        MACHINE,
    ),
    Guarded(
        "inputs",
        _by(_INPUTS, *_READS_INPUT),
        _by(_INPUTS, _P.INPUT_OWN),
        _by(_INPUTS, *_READS_INPUT),
    ),
    _dated("input_states", "inputs i WHERE i.id = input_states.input_id", of_inputs("i"), _READS_INPUT),
    _dated("answers", "inputs i WHERE i.id = answers.input_id", of_inputs("i"), (_P.INPUT_ANSWER,)),
    Guarded(
        "published_texts",
        *(_with("inputs i WHERE i.id = published_texts.input_id"),) * 3,
    ),
    # A call is kept by whoever took it in: what was said goes in, and only the machine compares it.
    Guarded("referral_messages", MACHINE, ANYBODY, MACHINE),
)


def policies(guarded: Guarded) -> Iterator[tuple[str, str]]:
    """Each policy of a table: its name, and the rest of its statement."""
    yield "rows_seen", f"FOR SELECT USING ({guarded.seen})"
    yield "rows_added", f"FOR INSERT WITH CHECK ({guarded.added})"
    yield "rows_changed", f"FOR UPDATE USING ({guarded.changed}) WITH CHECK ({guarded.changed})"
    yield "rows_removed", f"FOR DELETE USING ({guarded.changed})"


def functions(schema: str) -> list[str]:
    """What makes the functions: they find our tables in this schema, and no table that somebody else made."""
    return [
        f"CREATE OR REPLACE FUNCTION {head} LANGUAGE sql STABLE SECURITY DEFINER"
        f" SET search_path = {schema}, pg_temp AS $${body}$$"
        for head, body in FUNCTIONS.items()
    ]


def statements() -> list[str]:
    """All that makes the policies, on tables that have none of these names."""
    found = []
    for guarded in GUARDED:
        found.append(f"ALTER TABLE {guarded.table} ENABLE ROW LEVEL SECURITY")
        found += [f"CREATE POLICY {name} ON {guarded.table} {rest}" for name, rest in policies(guarded)]
    return found
