"""Who acts, and writing down what they did, in the same transaction as the change."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.foundation import clock
from app.foundation.db import keep_look
from app.foundation.ids import new_id


class ActorKind(StrEnum):
    """A person with an account, a machine of dispatch, the worker, or a resident without a name."""

    PERSON = "person"
    CLIENT = "client"
    SYSTEM = "system"
    RESIDENT = "resident"


@dataclass(frozen=True)
class Actor:
    """Who is acting. Doors build it; everything below is told.

    `role` is the value of `accounts.permissions.Role`; `label` is what staff may see of them.
    """

    kind: ActorKind
    id: str
    label: str = ""
    role: str | None = None
    organization_id: str | None = None
    team_id: str | None = None


SYSTEM = Actor(ActorKind.SYSTEM, "worker", "the clock")
RESIDENT = Actor(ActorKind.RESIDENT, "resident", "a resident", role="resident")


def entry_values(
    what: What, *, actor: Actor, subject_type: str, subject_id: str, **facts: Any
) -> dict[str, Any]:
    """The row of an entry, for those who write many rows in one statement."""
    return {
        "id": new_id(),
        "at": clock.now(),
        "what": what,
        "actor_kind": actor.kind.value,
        "actor_id": actor.id,
        "actor_role": actor.role,
        "subject_type": subject_type,
        "subject_id": subject_id,
        "facts": facts,
    }


def record(what: What, *, actor: Actor, subject_type: str, subject_id: str, **facts: Any) -> None:
    """Put an act or a look on the trail. Facts are ids, codes and counts; never a person's words."""
    row = entry_values(what, actor=actor, subject_type=subject_type, subject_id=subject_id, **facts)
    keep_look(AuditEntry(**row))
