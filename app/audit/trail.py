"""Who acts, and writing down what they did, in the same transaction as the change."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from app.accounts.permissions import Permission
from app.audit import people
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
    `permission` is what let them come in here, and `assignment_id` what makes it their work:
    both go on the trail with whatever they do.
    """

    kind: ActorKind
    id: str
    label: str = ""
    role: str | None = None
    organization_id: str | None = None
    team_id: str | None = None
    receipt: str | None = None
    """The fingerprint of the receipt by which a resident opens what they sent."""
    permission: str | None = None
    assignment_id: str | None = None


SYSTEM = Actor(ActorKind.SYSTEM, "worker", "the clock")
MANY = "many"
"""The subject of an entry about several records, which its facts name."""

RESIDENT = Actor(ActorKind.RESIDENT, "resident", "a resident", role="resident")


def entry_values(
    what: What,
    *,
    actor: Actor,
    subject_type: str,
    subject_id: str,
    permission: str | None = None,
    assignment_id: str | None = None,
    **facts: Any,
) -> dict[str, Any]:
    """The row of an entry, for those who write many rows in one statement.

    `permission` and `assignment_id`: under which this was done, where it is not the actor's own.
    """
    now, assignment_id = clock.now(), assignment_id or actor.assignment_id
    return {
        "id": new_id(),
        "at": now,
        "what": what,
        "actor_kind": actor.kind.value,
        "actor_id": people.marked(actor.id, now) if actor.kind is ActorKind.PERSON else actor.id,
        "actor_role": actor.role,
        "permission": permission or actor.permission,
        "assignment_id": assignment_id and people.marked(assignment_id, now),
        "subject_type": subject_type,
        "subject_id": people.subject_kept(subject_type, subject_id, now),
        "facts": people.facts_kept(facts, now),
    }


def record(
    what: What,
    *,
    actor: Actor,
    subject_type: str,
    subject_id: str,
    permission: str | None = None,
    assignment_id: str | None = None,
    **facts: Any,
) -> None:
    """Put an act or a look on the trail. Facts are ids, codes and counts; never a person's words."""
    under = {"permission": permission, "assignment_id": assignment_id}
    row = entry_values(what, actor=actor, subject_type=subject_type, subject_id=subject_id, **under, **facts)
    keep_look(AuditEntry(**row))


@dataclass(frozen=True)
class Grounds:
    """On what grounds something sealed is opened: who looks, under which permission, at which records.

    Only `look` makes them, and what it makes is on the trail: nothing is opened for a person
    that the trail does not say.
    """

    actor: Actor
    permission: Permission
    subject_type: str
    subject_ids: frozenset[str]

    def under(self, permission: Permission) -> "Grounds":
        """The same look, for what another permission of this actor opens on the same page."""
        return replace(self, permission=permission)


def look(
    what: What, *, actor: Actor, permission: Permission, subject_type: str, subject_id: str, **facts: Any
) -> Grounds:
    """Put a look at what is sealed in one record on the trail; returns the grounds to open it on."""
    record(
        what,
        actor=actor,
        subject_type=subject_type,
        subject_id=subject_id,
        permission=permission.value,
        **facts,
    )
    return Grounds(actor, permission, subject_type, frozenset((subject_id,)))


def look_at_each(
    what: What,
    *,
    actor: Actor,
    permission: Permission,
    subject_type: str,
    subject_ids: Mapping[str, str | None],
    **facts: Any,
) -> Grounds:
    """The same for several records that one page opens: each has its entry.

    `subject_ids`: each record, and the assignment that makes it this person's work.
    """
    for subject_id, assignment_id in subject_ids.items():
        look(
            what,
            actor=actor,
            permission=permission,
            subject_type=subject_type,
            subject_id=subject_id,
            assignment_id=assignment_id,
            **facts,
        )
    return Grounds(actor, permission, subject_type, frozenset(subject_ids))


def look_over(
    what: What,
    *,
    actor: Actor,
    permission: Permission,
    subject_type: str,
    subject_ids: Collection[str],
    **facts: Any,
) -> Grounds:
    """The same for a page that shows a little of many records: one entry, which names each of them."""
    record(
        what,
        actor=actor,
        subject_type=subject_type,
        subject_id=MANY,
        permission=permission.value,
        of=sorted(subject_ids),
        **facts,
    )
    return Grounds(actor, permission, subject_type, frozenset(subject_ids))
