"""Which rows PostgreSQL itself shows to whom, as statements made from the one permission table. Pure.

A layer that knows nothing of the others: what a scope means is said here once more, in SQL, and not
taken from what queries and the vault ask (`reach.py` of each package). A scope that nothing is
said of reaches no row. Who reads is what `foundation/reader.py` told the transaction.

The policies do not hold for the owner of the tables (no FORCE): checks of foreign keys, migrations and
backups run as the owner, and no process that serves anybody has its password. They stop a query that
forgot its scope, and a page that forgot its check. Who can run SQL of their own choice in the app can
also say that they are somebody else; against them stands that keys are wrapped.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.accounts.permissions import TABLE, Permission, Role, Scope
from app.vault.models import KeyPurpose

ANYBODY = "true"
MACHINE = "(SELECT current_setting('app.role', true)) = 'machine'"
TOLD_HOURS = 24
"""So long after our yes a coordinator may read what dispatch told; the referrals say so too."""

_ROLE = "(SELECT current_setting('app.role', true))"
_ACCOUNT = "(SELECT current_setting('app.account', true))"
_ORGANIZATION = "(SELECT current_setting('app.organization', true))"
_RECEIPT = "(SELECT current_setting('app.receipt', true))"
_TODAY = "(now() AT TIME ZONE 'America/Los_Angeles')::date"

Scopes = Mapping[Scope, str]

# Words of this program alone: no value of anybody stands in these statements.
_OWN_CASE = (
    "c.closed_at IS NULL AND EXISTS (SELECT FROM assignments a"
    f" WHERE a.case_id = c.id AND a.account_id = {_ACCOUNT} AND a.ended_at IS NULL)"
)
_AGREED_EMERGENCY = (
    f"c.closed_at IS NULL AND c.organization_id = {_ORGANIZATION}"
    " AND EXISTS (SELECT FROM emergency_openings e"
    f" WHERE e.case_id = c.id AND e.asked_by_id = {_ACCOUNT} AND e.until_at > now() AND e.ended_at IS NULL)"
)
OF_CASE: Scopes = {
    Scope.ALL: ANYBODY,
    Scope.OWN_ORGANIZATION: f"c.organization_id = {_ORGANIZATION}",
    Scope.ASSIGNED: _OWN_CASE,
    Scope.BREAK_GLASS: _AGREED_EMERGENCY,
}
OF_REFERRAL: Scopes = {
    Scope.ALL: f"r.accepted_at IS NULL OR r.accepted_at >= now() - interval '{TOLD_HOURS} hours'",
    Scope.ASSIGNED: (
        "EXISTS (SELECT FROM assignments a"
        f" WHERE a.referral_id = r.id AND a.account_id = {_ACCOUNT} AND a.ended_at IS NULL)"
    ),
}
_WITH_PARTNER = (
    f"h.organization_id = {_ORGANIZATION}"
    " AND h.state IN ('sent', 'accepted', 'waitlisted', 'first_contact', 'outcome')"
)
OF_HANDOFF: Scopes = {
    Scope.ASSIGNED: f"EXISTS (SELECT FROM conflict_cases c WHERE c.id = h.case_id AND {_OWN_CASE})",
    Scope.CONSENTED: (
        f"{_WITH_PARTNER} AND (SELECT s.deed = 'given' AND s.until_on >= {_TODAY}"  # noqa: S608
        " FROM handoff_consents s"
        " WHERE s.handoff_id = h.id ORDER BY s.at DESC, s.id DESC LIMIT 1)"
    ),
}
OF_PICTURE: Scopes = {
    Scope.CONSENTED: (
        f"{_WITH_PARTNER} AND y.consent_id ="  # noqa: S608
        f" (SELECT CASE WHEN s.deed = 'given' AND s.until_on >= {_TODAY} THEN s.id END"
        " FROM handoff_consents s WHERE s.handoff_id = h.id ORDER BY s.at DESC, s.id DESC LIMIT 1)"
    ),
}
OF_INPUT: Scopes = {Scope.ALL: ANYBODY, Scope.OWN: f"i.receipt_fingerprint = {_RECEIPT}"}

_OPENS_CASE = (
    Permission.CASE_READ,
    Permission.CASE_MAP,
    Permission.PLACE_READ,
    Permission.PARTY_READ,
    Permission.NOTES_READ,
    Permission.AGREEMENT_WORK,
)
_NOTES = (Permission.CASE_READ, Permission.NOTES_READ)


def reached(scopes: Scopes, permissions: Sequence[Permission]) -> str:
    """Who has one of these permissions, and for which rows; nobody and none where nothing is said."""
    roles: dict[str, list[Role]] = {}
    for permission in permissions:
        for role, scope in TABLE[permission].items():
            if (condition := scopes.get(scope)) and role not in roles.setdefault(condition, []):
                roles[condition].append(role)
    parts = (f"({_ROLE} IN ({_listed(those)}) AND ({rows}))" for rows, those in roles.items())
    return " OR ".join(parts) or "false"


def _listed(roles: Sequence[Role]) -> str:
    return ", ".join(f"'{role.value}'" for role in sorted(roles))


def _by_machine_or(rows: str) -> str:
    return f"{MACHINE} OR {rows}"


def _in(of_record: str, rows: str) -> str:
    """That the record which a row belongs to is reached."""
    return f"EXISTS (SELECT FROM {of_record} AND ({rows}))"


def _keys() -> str:
    """A key is reached through the record that it seals. Secrets of machines and accounts: the machine's."""
    records: dict[KeyPurpose, str] = {
        KeyPurpose.CASE: _in("conflict_cases c WHERE c.key_id = data_keys.id", reached(OF_CASE, _OPENS_CASE)),
        KeyPurpose.CONTACT: _in(
            "contacts l JOIN conflict_cases c ON c.id = l.case_id WHERE l.key_id = data_keys.id",
            reached(OF_CASE, _NOTES),
        ),
        KeyPurpose.PHOTO: _in(
            "case_photos p JOIN conflict_cases c ON c.id = p.case_id WHERE p.key_id = data_keys.id",
            reached(OF_CASE, (Permission.PHOTO_WORK,)),
        )
        + " OR "
        + _in(
            "case_photos p JOIN consent_pictures y ON y.picture_id = p.id"
            " JOIN handoffs h ON h.case_id = p.case_id WHERE p.key_id = data_keys.id",
            reached(OF_PICTURE, (Permission.PHOTO_READ,)),
        ),
        KeyPurpose.REFERRAL: _in(
            "referrals r WHERE r.key_id = data_keys.id", reached(OF_REFERRAL, (Permission.REFERRAL_READ,))
        ),
        KeyPurpose.HANDOFF: _in(
            "handoffs h WHERE h.key_id = data_keys.id",
            reached(OF_HANDOFF, (Permission.HANDOFF_MAKE, Permission.HANDOFF_ANSWER)),
        ),
        KeyPurpose.INPUT: _in(
            "inputs i WHERE i.key_id = data_keys.id",
            reached(OF_INPUT, (Permission.INPUT_MODERATE, Permission.INPUT_OWN)),
        ),
    }
    cases = " ".join(f"WHEN '{purpose.value}' THEN {rows}" for purpose, rows in records.items())
    return f"CASE purpose {cases} ELSE false END"


@dataclass(frozen=True)
class Guarded:
    """A table that PostgreSQL guards: which rows may be seen, added, and changed or removed."""

    table: str
    seen: str
    added: str
    changed: str


def _of_a_case(table: str, of_case: str, seen: Sequence[Permission], work: Permission) -> Guarded:
    work_rows = _by_machine_or(_in(of_case, reached(OF_CASE, (work,))))
    return Guarded(table, _by_machine_or(_in(of_case, reached(OF_CASE, seen))), work_rows, work_rows)


GUARDED: tuple[Guarded, ...] = (
    # A new record's key is there before the record: anybody adds one, which opens nothing by itself.
    Guarded("data_keys", _by_machine_or(_keys()), ANYBODY, MACHINE),
    _of_a_case(
        "party_identities",
        "parties p JOIN conflict_cases c ON c.id = p.case_id WHERE p.id = party_identities.party_id",
        (Permission.PARTY_READ,),
        Permission.CASE_WORK,
    ),
    _of_a_case("contacts", "conflict_cases c WHERE c.id = contacts.case_id", _NOTES, Permission.CASE_WORK),
    _of_a_case(
        "agreement_items",
        "agreements g JOIN conflict_cases c ON c.id = g.case_id WHERE g.id = agreement_items.agreement_id",
        (Permission.AGREEMENT_WORK,),
        Permission.AGREEMENT_WORK,
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


def statements() -> list[str]:
    """All that makes the policies, on tables that have none of these names."""
    found = []
    for guarded in GUARDED:
        found.append(f"ALTER TABLE {guarded.table} ENABLE ROW LEVEL SECURITY")
        found += [f"CREATE POLICY {name} ON {guarded.table} {rest}" for name, rest in policies(guarded)]
    return found
