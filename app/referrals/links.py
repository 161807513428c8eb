"""Incidents that dispatch says have to do with each other: kept as told, and read both ways.

A link is a suggestion for the person who reads the call. Nothing is merged and nothing is
closed because of one. Only this much is done by software: where two incidents are one thing
that happened, what was read of the one counts for the other, and that can only raise.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from app.delivery.timers import set_timer
from app.foundation import clock
from app.foundation.copies import Copy
from app.foundation.db import db
from app.foundation.ids import first_id_at, new_id
from app.foundation.many_inserts import Row, insert_together
from app.referrals.link_models import MERGED, IncidentLink, Link, LinkKind
from app.referrals.models import ENDED_STATES, Referral

MOST_LINKS = 200
MOST_MERGED = 50
"""As many incidents as are followed from one to the next: more are a fault of theirs, not one event."""
NAMED_FOR = timedelta(days=90)
"""How long an incident that was once merged is looked for at every create."""

MERGED_TIMER = "referral.look_at_merged"
LOOK_AGAIN_AFTER = timedelta(seconds=5)
"""Two merged incidents told at one moment do not see each other; by then both are there."""

_MERGE_KINDS = frozenset({*MERGED, LinkKind.SPLIT})
_SEEN_FROM_THE_OTHER: Mapping[LinkKind, LinkKind] = {
    LinkKind.PARENT: LinkKind.CHILD,
    LinkKind.CHILD: LinkKind.PARENT,
    LinkKind.REPLACING: LinkKind.REPLACED,
    LinkKind.REPLACED: LinkKind.REPLACING,
}


@dataclass(frozen=True)
class LinkedIncident:
    """Another incident, what it is to this one, and our referral of it where it came to us."""

    incident_id: str
    kind: LinkKind
    at: datetime
    referral: Referral | None


def rows_of(
    links: Iterable[Link], *, client_id: str, incident_id: str, referral_id: str, now: datetime
) -> list[Row]:
    """The dated rows of what a message says of other incidents."""
    return [
        (
            IncidentLink,
            {
                "id": new_id(),
                "client_id": client_id,
                "incident_id": incident_id,
                "other_incident_id": link.other_incident_id,
                "kind": link.kind,
                "referral_id": referral_id,
                "at": now,
            },
        )
        for link in links
    ]


def keep_links(referral: Referral, links: Sequence[Link], now: datetime) -> bool:
    """Keep what a later message says; what it repeats (it is the whole state each time) is kept once.

    Says whether anything was new.
    """
    if referral.client_id is None or not links:
        return False
    known = {(other, kind) for other, kind, _ in _standing(referral.client_id, referral.incident_id)}
    rows = rows_of(
        (link for link in links if (link.other_incident_id, link.kind) not in known),
        client_id=referral.client_id,
        incident_id=referral.incident_id,
        referral_id=referral.id,
        now=now,
    )
    if rows:
        insert_together(db.session(), rows)
    return bool(rows)


def look_again_later(referral_id: str, now: datetime) -> None:
    """Have merged incidents read once more when whatever is being written at this moment is there."""
    _named.forget()
    set_timer(MERGED_TIMER, referral_id, now + LOOK_AGAIN_AFTER)


def list_links(referral: Referral) -> list[LinkedIncident]:
    """The incidents this one is linked with now, newest first, with our referrals of them (two queries)."""
    if referral.client_id is None:
        return []
    standing = [one for one in _standing(referral.client_id, referral.incident_id) if one[1] not in _UNDONE]
    ours = _newest_referrals(referral.client_id, {other for other, _, _ in standing})
    return [LinkedIncident(other, kind, at, ours.get(other)) for other, kind, at in standing]


_UNDONE = frozenset({LinkKind.UNLINK})


def may_be_merged(client_id: str, incident_id: str, links: Iterable[Link]) -> bool:
    """Whether to ask `merged_with` about a new call: it names one itself, or was named by another.

    From memory, two seconds old at most: every call asks this, and hardly any is merged. Whoever
    was named in those two seconds is found by the second look five seconds later.
    """
    return any(link.kind in MERGED for link in links) or (client_id, incident_id) in _named.get().incidents


@dataclass(frozen=True)
class _Named:
    """Every incident that a merge names, on either side, and the newest row that was read."""

    incidents: frozenset[tuple[str, str]] = frozenset()
    read_to: datetime | None = None


def _load_named(before: _Named | None) -> _Named:
    """Read what is new since the copy before, by primary key; a row may be written later than it is dated."""
    now = clock.now()
    since = (before.read_to - LOOK_AGAIN_AFTER) if before and before.read_to else now - NAMED_FOR
    rows = select(IncidentLink.client_id, IncidentLink.incident_id, IncidentLink.other_incident_id).where(
        IncidentLink.id >= first_id_at(since), IncidentLink.kind.in_(MERGED)
    )
    found = {(client_id, name) for client_id, *names in db.session.execute(rows) for name in names}
    return _Named((before.incidents if before else frozenset()) | found, now)


_named: Copy[_Named] = Copy(_load_named, seconds=2)


def merged_with(client_id: str, incident_id: str, links: Iterable[Link] = ()) -> frozenset[str]:
    """The other incidents that are one thing with this one, followed from one to the next.

    `links` is what a message says that is not kept yet. One query where nothing is merged.
    """
    told = {link.other_incident_id for link in links if link.kind in MERGED}
    found: set[str] = {incident_id, *told}
    to_ask = set(found)
    while to_ask and len(found) < MOST_MERGED:
        merges = _standing(client_id, *to_ask, kinds=_MERGE_KINDS)
        merged = {other for other, kind, _ in merges if kind in MERGED}
        to_ask = merged - found
        found |= to_ask
    return frozenset(found - {incident_id})


def open_referrals_of(client_id: str, incident_ids: Iterable[str]) -> Sequence[Referral]:
    """The open referrals of these incidents, locked in one order so that no two wait for each other."""
    wanted = select(Referral).where(
        Referral.client_id == client_id,
        Referral.incident_id.in_(incident_ids),
        Referral.state.not_in(ENDED_STATES),
    )
    return db.session.scalars(wanted.order_by(Referral.id).limit(MOST_MERGED).with_for_update()).all()


def _standing(
    client_id: str, *incident_ids: str, kinds: Iterable[LinkKind] = LinkKind
) -> list[tuple[str, LinkKind, datetime]]:
    """How each other incident stands to these, newest first: what it is called, what it is to them.

    Links and merges are told apart: an unlinked incident may still be merged, and a split one linked.
    """
    rows = select(
        IncidentLink.incident_id, IncidentLink.other_incident_id, IncidentLink.kind, IncidentLink.at
    ).where(
        or_(
            and_(IncidentLink.client_id == client_id, IncidentLink.incident_id.in_(incident_ids)),
            and_(IncidentLink.client_id == client_id, IncidentLink.other_incident_id.in_(incident_ids)),
        ),
        IncidentLink.kind.in_(list(kinds)),
    )
    newest = rows.order_by(IncidentLink.at.desc(), IncidentLink.id.desc()).limit(MOST_LINKS)
    standing: dict[tuple[str, str, bool], tuple[str, LinkKind, datetime]] = {}
    for one, other, kind, at in db.session.execute(newest):
        for here, there, seen in ((one, other, kind), (other, one, _SEEN_FROM_THE_OTHER.get(kind, kind))):
            if here in incident_ids:
                standing.setdefault((here, there, kind in _MERGE_KINDS), (there, seen, at))
    return list(standing.values())


def _newest_referrals(client_id: str, incident_ids: set[str]) -> dict[str, Referral]:
    if not incident_ids:
        return {}
    wanted = select(Referral).where(Referral.client_id == client_id, Referral.incident_id.in_(incident_ids))
    newest = wanted.order_by(Referral.received_at.desc(), Referral.id.desc()).limit(MOST_LINKS)
    ours: dict[str, Referral] = {}
    for one in db.session.scalars(newest.options(joinedload(Referral.area))):
        ours.setdefault(one.incident_id, one)
    return ours
