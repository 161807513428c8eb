"""Who acts, and writing down what they did, in the same transaction as the change.

The trail takes no act of a person under a permission that does not reach the record it is done to:
the act fails, and with it the change. The door has asked and the query has asked; here it is asked
again where no act passes by. Each package says what its records are reached by (`acted_on`).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Select

from app.accounts.permissions import Permission, Scope, scope_of
from app.audit import people
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.foundation import clock
from app.foundation.db import db, keep_look
from app.foundation.errors import NotFound
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


Reached = Callable[[Actor, Permission, str], Select[str]]
"""The record with this id, where a permission of this actor reaches it."""
_REACHED: dict[str, list[Reached]] = defaultdict(list)
_ASKED = "trail asked"


def acted_on(subject_type: str, reached: Reached) -> None:
    """Say which records of a kind a permission reaches, each where its package is loaded."""
    _REACHED[subject_type].append(reached)


def require_reach(actor: Actor, permission: str | None, subject_type: str, subject_id: str) -> None:
    """Refuse with `NotFound` what a person may not do to this record (a query for each way to it at most).

    Asked of what is in the database: a change that ends the person's own reach, such as closing
    a case, is not written yet. What was reached once in a transaction stays so to its end.
    """
    if actor.kind is not ActorKind.PERSON or permission is None:
        return
    scope = scope_of(actor.role, Permission(permission))
    if scope is None:
        raise NotFound
    ways = _REACHED.get(subject_type)
    if scope is Scope.ALL or ways is None or subject_id == MANY:
        return
    asked, key = _asked(), (actor.id, permission, subject_type, subject_id)
    if key not in asked:
        with db.session.no_autoflush:
            found = (db.session.scalar(way(actor, Permission(permission), subject_id)) for way in ways)
            if not any(found):
                raise NotFound
        asked.add(key)


def _asked() -> set[tuple[str, str, str, str]]:
    """What was reached in this transaction."""
    session = db.session()
    transaction, asked = session.get_transaction(), session.info.get(_ASKED)
    if asked is None or asked[0] is not transaction:
        asked = session.info[_ASKED] = (transaction, set())
    known: set[tuple[str, str, str, str]] = asked[1]
    return known


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
    """Put an act or a look on the trail. Facts are ids, codes and counts; never a person's words.

    Raises `NotFound` where the permission does not reach the record.
    """
    require_reach(actor, permission or actor.permission, subject_type, subject_id)
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
