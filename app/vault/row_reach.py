"""What each scope of the permission table means for the rows of a table, in SQL. Pure.

Said here once more, and not taken from what queries and the vault ask (`reach.py` of each package): a
layer that knows nothing of the others. A scope that nothing is said of reaches no row. Who reads is
what `foundation/reader.py` told the transaction.

Two guarded tables that ask each other would go round in a circle. So the few things that every policy
asks, such as which cases are this reader's, are functions that run as the owner of the tables. They
take nobody's word for who reads, tell a reader only of what is theirs, and are asked once for a
statement, not for a row. They see what was there before the statement: closing a case is still one's own.
"""

from collections.abc import Mapping, Sequence

from app.accounts.permissions import TABLE, Permission, Role, Scope

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
FUNCTIONS: Mapping[str, str] = {
    "reader_cases() RETURNS SETOF text": (
        "SELECT c.id FROM assignments a JOIN conflict_cases c ON c.id = a.case_id"  # noqa: S608
        f" WHERE a.account_id = {_ACCOUNT} AND a.ended_at IS NULL AND c.closed_at IS NULL"
    ),
    "reader_calls() RETURNS SETOF text": (
        f"SELECT a.referral_id FROM assignments a WHERE a.account_id = {_ACCOUNT}"  # noqa: S608
        " AND a.ended_at IS NULL AND a.referral_id IS NOT NULL"
    ),
    "reader_emergencies() RETURNS SETOF text": (
        "SELECT c.id FROM emergency_openings e JOIN conflict_cases c ON c.id = e.case_id"  # noqa: S608
        f" WHERE e.asked_by_id = {_ACCOUNT} AND e.until_at > now() AND e.ended_at IS NULL"
        f" AND c.closed_at IS NULL AND c.organization_id = {_ORGANIZATION}"
    ),
    "living_consent(handoff text) RETURNS text": (
        f"SELECT CASE WHEN s.deed = 'given' AND s.until_on >= {_TODAY} THEN s.id END"  # noqa: S608
        " FROM handoff_consents s WHERE s.handoff_id = handoff ORDER BY s.at DESC, s.id DESC LIMIT 1"
    ),
}
"""What the policies ask as the owner, by how each begins."""

_OWN_PEOPLE = (
    "(SELECT p.account_id FROM responders p JOIN teams t ON t.id = p.team_id"  # noqa: S608
    f" WHERE t.organization_id = {_ORGANIZATION})"
)


def of_case(case_id: str) -> Scopes:
    """For what belongs to a case: the case that this column names."""
    own = f"EXISTS (SELECT FROM conflict_cases o WHERE o.id = {case_id}"
    return {
        Scope.ALL: ANYBODY,
        Scope.OWN_ORGANIZATION: f"{own} AND o.organization_id = {_ORGANIZATION})",
        Scope.ASSIGNED: f"{case_id} IN (SELECT reader_cases())",
        Scope.BREAK_GLASS: f"{case_id} IN (SELECT reader_emergencies())",
    }


def of_cases(table: str) -> Scopes:
    """For cases themselves."""
    return {**of_case(f"{table}.id"), Scope.OWN_ORGANIZATION: f"{table}.organization_id = {_ORGANIZATION}"}


def of_referrals(table: str) -> Scopes:
    """For calls, as long as what was told of them may be read."""
    told_until = f"{table}.accepted_at >= now() - interval '{TOLD_HOURS} hours'"
    return {
        Scope.ALL: f"{table}.accepted_at IS NULL OR {told_until}",
        Scope.ASSIGNED: f"{table}.id IN (SELECT reader_calls())",
    }


def of_handoffs(table: str) -> Scopes:
    """For service referrals. A partner sees one that they refused, too: it is they who write that."""
    sent_to_us = f"{table}.organization_id = {_ORGANIZATION} AND {table}.sent_at IS NOT NULL"
    return {
        Scope.ALL: ANYBODY,
        Scope.ASSIGNED: f"{table}.case_id IN (SELECT reader_cases())",
        Scope.CONSENTED: f"{sent_to_us} AND living_consent({table}.id) IS NOT NULL",
    }


def of_packets(table: str) -> Scopes:
    """For what is shared by service referrals: a partner's while it is with them."""
    with_us = f"{_with_partner(table)} AND living_consent({table}.id) IS NOT NULL"
    return {**of_handoffs(table), Scope.CONSENTED: with_us}


def of_pictures(table: str) -> Scopes:
    """For pictures of a case: a partner's are those that the last yes names."""
    named = (
        "EXISTS (SELECT FROM consent_pictures y JOIN handoff_consents s ON s.id = y.consent_id"
        f" JOIN handoffs h ON h.id = s.handoff_id WHERE y.picture_id = {table}.id"
        f" AND {_with_partner('h')} AND y.consent_id = living_consent(h.id))"
    )
    return {**of_case(f"{table}.case_id"), Scope.CONSENTED: named}


def _with_partner(table: str) -> str:
    """Sent to the own organization, and still with it."""
    states = "('sent', 'accepted', 'waitlisted', 'first_contact', 'outcome')"
    return f"{table}.organization_id = {_ORGANIZATION} AND {table}.state IN {states}"


def of_inputs(table: str) -> Scopes:
    """For what residents sent."""
    return {Scope.ALL: ANYBODY, Scope.OWN: f"{table}.receipt_fingerprint = {_RECEIPT}"}


def of_assignments(table: str) -> Scopes:
    """For who was sent where: one's own, those of one's organization, and who works beside one."""
    return {
        Scope.ALL: ANYBODY,
        Scope.OWN_ORGANIZATION: f"{table}.account_id IN {_OWN_PEOPLE}",
        Scope.OWN: f"{table}.account_id = {_ACCOUNT}",
        Scope.ASSIGNED: (
            f"{table}.case_id IN (SELECT reader_cases()) OR {table}.referral_id IN (SELECT reader_calls())"
        ),
    }


def of_help_calls(table: str) -> Scopes:
    """For calls for help: one's own, and those of one's organization."""
    return {scope: rows for scope, rows in of_assignments(table).items() if scope is not Scope.ASSIGNED}


def of_emergencies(table: str) -> Scopes:
    """For openings in an emergency: what one asked for oneself, and what was asked of one's cases."""
    return {
        Scope.ALL: ANYBODY,
        Scope.OWN_ORGANIZATION: f"{table}.asked_by_id = {_ACCOUNT}",
        Scope.ASSIGNED: f"{table}.case_id IN (SELECT reader_cases())",
    }


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
