"""What the app's role may do with each table at all, whoever reads: the least that the program needs. Pure.

No process that serves anybody, and no worker, makes, alters or empties a table, or reads one that is not
ours. A row is deleted only where the work itself forgets: nothing deletes a call, a case, a person, a key
or a line of the trail. The trail is added to, and linked once (`audit.guarding` says how).
"""

from collections.abc import Collection, Iterator, Mapping

DELETED_FROM = frozenset(
    {
        "authenticator_apps",
        "declared_ties",
        "failed_attempts",
        "intake_canaries",
        "invitations",
        "outbox_messages",
        "passkey_challenges",
        "passkeys",
        "published_texts",
        "recovery_codes",
        "recovery_requests",
        "shifts",
        "sign_in_notices",
        "sign_in_sessions",
        "worker_beats",
    }
)
"""Ways to sign in that were taken away, counters, marks, and what its author took back."""
NARROWER: Mapping[str, str] = {
    "audit_entries": "SELECT, INSERT, UPDATE (position, digest)",
    "audit_checkpoints": "SELECT, INSERT",
    "audit_look_marks": "SELECT, INSERT",
    "erasures": "SELECT, INSERT",
}
VERSION_TABLE = "alembic_version"
"""Read at the start: whether migrations ran."""


def rights(role: str, schema: str, tables: Collection[str], functions: Collection[str]) -> Iterator[str]:
    """All statements that give the app's role its rights on these tables, and take all others away."""
    ours = set(tables)
    plain = sorted(ours - set(NARROWER))
    deleted = sorted(ours & DELETED_FROM)
    yield f"REVOKE ALL ON SCHEMA {schema} FROM {role}"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {role}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}"
    yield f"GRANT SELECT, INSERT, UPDATE ON {', '.join(plain)} TO {role}"
    yield f"GRANT DELETE ON {', '.join(deleted)} TO {role}"
    for table, allowed in NARROWER.items():
        if table in ours:
            yield f"GRANT {allowed} ON {table} TO {role}"
    for function in functions:
        yield f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC"
        yield f"GRANT EXECUTE ON FUNCTION {function} TO {role}"
