"""What an entry says, as one text, and the digest over it. Pure.

The digest is over what the database holds: ids, codes, counts, and never what is sealed. So
destroying a key changes no digest.
"""

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

START = "0" * 64
"""What stands before the first."""


def said_by(row: Any) -> list[Any] | None:
    """Everything an entry says, in order; None where a column holds what was never written so.

    Entries from before permissions were kept have none, and no assignment: they are read as
    they were then. An entry that says either is read with both.
    """
    try:
        at = row.at if isinstance(row.at, datetime) else datetime.fromisoformat(row.at)
        facts = json.loads(row.facts) if isinstance(row.facts, str | bytes) else row.facts
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (TypeError, ValueError, OverflowError, RecursionError):
        return None
    said = [row.id, at.isoformat(), row.what, row.actor_kind, row.actor_id, row.actor_role]
    said += [row.subject_type, row.subject_id, facts]
    if row.permission is not None or row.assignment_id is not None:
        said += [row.permission, row.assignment_id]
    return said if all(one is None or isinstance(one, str | dict) for one in said) else None


def digest_over(previous: str, said: list[Any] | None) -> str:
    """SHA-256 over the previous digest and everything an entry says; empty for what cannot be read."""
    if said is None:
        return ""
    text = json.dumps([previous, *said], sort_keys=True, ensure_ascii=False)
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
