"""People of the open cases who were connected to a service, each handoff at another point of its way."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random

from sqlalchemy import select

from app.accounts.models import Account
from app.accounts.permissions import Permission, may
from app.accounts.sign_in import actor_of
from app.assignments.models import Assignment
from app.audit.trail import Actor
from app.cases.actions import show_names
from app.cases.models import ConflictCase
from app.cases.queries import list_parties
from app.demo.parts.services import list_services_of
from app.directory.models import Service
from app.foundation import clock
from app.foundation.db import db
from app.handoffs import actions
from app.handoffs.models import Handoff, How, Met, RefusalReason, SaidBy, Share
from app.handoffs.rules import USUAL_CONSENT, day_of

NEEDS = (
    "Wants somebody to talk to in the evening.",
    "Sleeps badly since the quarrel began; asked for a counselor.",
    "Quisiera hablar con una consejera.",
    "Would like help for her son after school.",
)
# Where each handoff has come to: days since it was drafted, and the acts since then.
WAYS: tuple[tuple[float, tuple[str, ...]], ...] = (
    (0.8, ("send",)),
    (5.0, ("send", "accept", "note_first_contact", "note_outcome", "close")),
    (1.5, ("send", "accept")),
    (2.5, ("send", "refuse")),
    (3.0, ("send", "put_on_waitlist")),
    (0.2, ()),
    (6.0, ("send", "accept", "note_first_contact")),
    (4.0, ("send",)),
)
OURS = frozenset({"send", "close"})


@dataclass(frozen=True)
class Connector:
    """The visiting partner, their services, and when all this is looked at."""

    partner: Account
    dice: Random
    today: datetime


def load_handoffs(connector: Connector, count: int) -> None:
    """Connect people of so many open cases. When there are handoffs already, nothing is done."""
    if db.session.scalar(select(Handoff.id).limit(1)):
        return
    services = list_services_of(connector.partner)
    for number, (case, responder) in zip(range(count), _open_cases(), strict=False):
        days, acts = WAYS[number % len(WAYS)]
        begins = max(connector.today - timedelta(days=days), case.opened_at + timedelta(minutes=90))
        if begins < connector.today:
            _go(connector, case, actor_of(responder), connector.dice.choice(services), begins, acts)


def _open_cases() -> Iterator[tuple[ConflictCase, Account]]:
    """Open cases that somebody who may connect people works on, newest last."""
    found = db.session.execute(
        select(ConflictCase, Account)
        .join(Assignment, Assignment.case_id == ConflictCase.id)
        .join(Account, Account.id == Assignment.account_id)
        .where(ConflictCase.closed_at.is_(None), Assignment.ended_at.is_(None))
        .order_by(ConflictCase.opened_at, ConflictCase.id)
    )
    for case, account in found.all():
        if may(account.role, Permission.HANDOFF_MAKE) and list_parties(case):
            yield case, account


def _go(
    connector: Connector,
    case: ConflictCase,
    actor: Actor,
    service: Service,
    at: datetime,
    acts: tuple[str, ...],
) -> None:
    party, dice = list_parties(case)[0], connector.dice
    identity = show_names(case, actor=actor)[party.id]
    packet = {Share.NEED: dice.choice(NEEDS), Share.NAME: identity.name, Share.CONTACT: identity.contact}
    with clock.as_of(at):
        handoff = actions.draft(case, party, service, packet, actor=actor)
        if acts:
            until_on = day_of(at) + USUAL_CONSENT
            terms = actions.Terms(SaidBy.PERSON, How.ALOUD, tuple(packet), until_on)
            actions.give_consent(handoff, terms, actor=actor)
    step = (connector.today - at) / (len(acts) + 1)
    for name in acts:
        with clock.as_of(at):
            who = actor if name in OURS else actor_of(connector.partner)
            _ACTS[name](handoff, actor=who)
        at += step


_ACTS: dict[str, Callable[..., None]] = {
    "send": actions.send,
    "accept": actions.accept,
    "put_on_waitlist": actions.put_on_waitlist,
    "refuse": partial(actions.refuse, reason=RefusalReason.NO_ROOM),
    "note_first_contact": actions.note_first_contact,
    "note_outcome": partial(actions.note_outcome, met=Met.MET),
    "close": actions.close,
}
