"""Giving a centre clocks of its own, and taking them off again."""

from collections.abc import Mapping
from dataclasses import asdict, replace

from app.accounts.key_actions import ClientRevoked
from app.accounts.models import DispatchClient
from app.audit.catalogue import What
from app.audit.trail import Actor, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import DomainError
from app.foundation.ids import new_id
from app.referrals.models import CallKind, ClientClocks
from app.referrals.promises import clocks_of, find_current
from app.referrals.rules import DEFAULTS, Clocks, faults_of


class BadClocks(DomainError):
    """By these clocks we would not surely give up before dispatch does; says which and why."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name} {why}" for name, why in faults.items()))


def set_clocks(client: DispatchClient, kind: CallKind, changes: Mapping[str, int], *, actor: Actor) -> Clocks:
    """Change clocks of a centre, for calls from now on; what is not named stays. Gives what stands then."""
    current = _lock_current(client, kind)
    before = clocks_of(current) if current else DEFAULTS[kind]
    clocks = replace(before, **changes)
    if faults := faults_of(clocks):
        raise BadClocks(faults)
    if clocks == before:
        return clocks
    _end(current)
    row = ClientClocks(id=new_id(), client_id=client.id, kind=kind, set_at=clock.now(), **asdict(clocks))
    db.session.add(row)
    _record(client, kind, [f"{name} {seconds}" for name, seconds in asdict(clocks).items()], actor)
    return clocks


def use_default_clocks(client: DispatchClient, kind: CallKind, *, actor: Actor) -> Clocks:
    """A centre has the defaults again, for calls from now on."""
    if current := _lock_current(client, kind):
        _end(current)
        _record(client, kind, ["default"], actor)
    return DEFAULTS[kind]


def _lock_current(client: DispatchClient, kind: CallKind) -> ClientClocks | None:
    """The clocks that a centre has of its own; nobody else changes them meanwhile."""
    db.session.refresh(client, with_for_update={"key_share": True})  # calls may still name the client
    if client.revoked_at is not None:
        raise ClientRevoked
    return find_current(client.id, kind)


def _end(current: ClientClocks | None) -> None:
    if current is not None:
        current.ended_at = clock.now()
        db.session.flush()  # its place is free before the next takes it


def _record(client: DispatchClient, kind: CallKind, to: list[str], actor: Actor) -> None:
    words = [kind.value, *to]
    record(What.CLIENT_CLOCKS_SET, actor=actor, subject_type="client", subject_id=client.id, to=words)
