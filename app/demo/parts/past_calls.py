"""Ninety days of calls that came, were answered or given back, told through the journey itself.

Each call is written, signed for and read like a real one; only the clock is set back. So the
report, the map and the trail of the demo hold what the office's own rules would have made.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import uuid4

from sqlalchemy import insert, select, update

from app import journey
from app.accounts.models import Account, DispatchClient
from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.assignments.queries import rank_responders
from app.audit.trail import Actor, ActorKind
from app.delivery.models import OutboxMessage
from app.delivery.timers import cancel_timers
from app.demo.calls import InventedCall, Spot, invent_call
from app.demo.parts.past_visits import Visit, go
from app.demo.written import write_call
from app.foundation import clock
from app.foundation.db import db
from app.referrals.actions import LAPSE_TIMER
from app.referrals.eido import read_eido
from app.referrals.intake import Message
from app.referrals.models import MessageKind, Referral, State
from app.referrals.payloads import read_referral
from app.roster.models import Shift
from app.routing.queries import forget_routes

DAYS = 90
LEAVE_OPEN_DAYS = 21
# How a day's calls spread over its hours, from midnight on.
BY_HOUR = (3, 2, 2, 1, 1, 1, 1, 2, 3, 4, 4, 4, 5, 5, 5, 6, 6, 7, 7, 7, 7, 6, 5, 4)


@dataclass(frozen=True)
class Past:
    """What all the calls of the past share."""

    client: Actor
    key_id: str
    coordinator: Actor
    spots: Sequence[Spot]
    dice: Random
    today: datetime
    visitor_ids: frozenset[str]
    """Whoever tries the demo signs in as one of these: open cases go to them first."""


def load_past_calls(past: Past, count: int) -> Iterator[None]:
    """Live through so many calls, oldest first; yields after each."""
    for at in sorted(_moment(past) for _ in range(count)):
        _live_through(past, at)
        db.session.expire_all()
        yield
    mark_as_delivered(past.today)
    forget_routes()


def past_for(
    client: DispatchClient,
    coordinator: Account,
    spots: Sequence[Spot],
    dice: Random,
    visitors: Iterable[Account],
) -> Past:
    """The past of a client's calls, as this coordinator kept watch over them."""
    sender = Actor(ActorKind.CLIENT, client.id, client.agency, role=Role.DISPATCH_CLIENT.value)
    visitor_ids = frozenset(account.id for account in visitors)
    key_id = next(key.id for key in reversed(client.keys) if key.revoked_at is None)
    return Past(sender, key_id, actor_of(coordinator), spots, dice, clock.now(), visitor_ids)


def fill_past_shifts(now: datetime) -> None:
    """Give everybody the shifts of the past weeks at the hours they stand these days."""
    day = timedelta(days=1)
    recent = db.session.scalars(
        select(Shift).where(Shift.starts_at > now - day, Shift.starts_at <= now).order_by(Shift.id)
    ).all()
    since = now - timedelta(days=DAYS + 1)
    taken = set(db.session.execute(select(Shift.account_id, Shift.starts_at)).all())
    past = [
        {
            "account_id": shift.account_id,
            "team_id": shift.team_id,
            "starts_at": shift.starts_at - ago * day,
            "ends_at": shift.ends_at - ago * day,
        }
        for shift in recent
        for ago in range(1, DAYS + 2)
        if shift.starts_at - ago * day > since
        and (shift.account_id, shift.starts_at - ago * day) not in taken
    ]
    if past:
        db.session.execute(insert(Shift), past)


def _moment(past: Past) -> datetime:
    """A moment of the past: more calls in the evening, and a few more each week."""
    ago = min(past.dice.betavariate(1, 1.15), 0.999) * (DAYS - 1) + 0.5
    hour = past.dice.choices(range(24), BY_HOUR)[0]
    day = (past.today - timedelta(days=ago)).replace(minute=0, second=0, microsecond=0)
    local_midnight_hour = 8  # in UTC
    at = day.replace(hour=(hour + local_midnight_hour) % 24) + timedelta(seconds=past.dice.randrange(3600))
    return min(at, past.today - timedelta(hours=4))


def _live_through(past: Past, at: datetime) -> None:
    """One call from its first message to where it came to rest."""
    forget_routes()  # who is on shift then is not who was on shift at the call before
    number = f"{at:%y%m%d-%H%M%S}-{past.dice.randrange(1000):03}"
    referral = offer_call(past, invent_call(past.dice, past.spots, number), at)
    if referral.state is State.IN_REVIEW:
        at = _read(past, referral, at)
    if referral.state is State.OFFERED:
        at = _decide(past, referral, at)
    if referral.state is State.ACCEPT_PENDING:
        at = _confirm(past, referral, at)
    if referral.state is State.ACCEPTED:
        _send(past, referral, at)


def offer_call(past: Past, call: InventedCall, at: datetime) -> Referral:
    """Dispatch offers a call at a moment; how it stands then."""
    body = write_call(call, at)
    new = read_eido(body, now=at) if call.is_eido else read_referral(body, now=at)
    message = _message(past, MessageKind.CREATE, body, call.media_type)
    with clock.as_of(at):
        _, answer = journey.take_in(new, message, actor=past.client)
    return db.session.get_one(Referral, answer["id"])


def _read(past: Past, referral: Referral, at: datetime) -> datetime:
    """The coordinator reads a call in review: offers it, gives it back, or is too late."""
    chance = past.dice.random()
    if chance < 0.2 or referral.clock_seconds is None:
        return _lapse(referral)
    at += timedelta(seconds=referral.clock_seconds * past.dice.uniform(0.2, 0.9))
    with clock.as_of(at):
        if chance < 0.7 and referral.team_id:
            journey.offer(referral, actor=past.coordinator)
        else:
            journey.give_back(referral, "declined", actor=past.coordinator)
    return at


def _decide(past: Past, referral: Referral, at: datetime) -> datetime:
    """A named person says yes or no; or dispatch takes it back; or the clock runs out."""
    chance = past.dice.random()
    if chance < 0.07 or referral.clock_seconds is None:
        return _lapse(referral)
    longest = min(referral.clock_seconds, 240)
    at += timedelta(seconds=longest * past.dice.triangular(0.1, 0.9, 0.25))
    with clock.as_of(at):
        if chance < 0.1:
            journey.cancel(referral, _message(past, MessageKind.CANCEL), actor=past.client)
        elif chance < 0.14:
            journey.give_back(referral, "no_team_free", actor=past.coordinator)
        else:
            journey.accept(referral, actor=past.coordinator)
    return at


def _confirm(past: Past, referral: Referral, at: datetime) -> datetime:
    """Dispatch confirms our yes, or forgets to and takes its call back."""
    if past.dice.random() < 0.03 and referral.clock_due_at:
        at = referral.clock_due_at
        with clock.as_of(at):
            journey.confirm_ran_out(referral.id, at)
        return _give_back_ends(past, referral, at)
    at += timedelta(seconds=past.dice.uniform(2, 12))
    confirm_call(past, referral, at)
    return at


def confirm_call(past: Past, referral: Referral, at: datetime) -> None:
    """Dispatch confirms our yes at a moment."""
    with clock.as_of(at):
        journey.confirm(referral, _message(past, MessageKind.CONFIRM), actor=past.client)


def _send(past: Past, referral: Referral, at: datetime) -> None:
    """Somebody of the team goes; when nobody can, the call is given back."""
    at += timedelta(seconds=past.dice.triangular(20, 300, 60))
    ranked = rank_responders(str(referral.team_id), referral.language, referral.area_id, at)
    stays_open = at > past.today - timedelta(days=LEAVE_OPEN_DAYS) and past.dice.random() < 0.35
    able = [one for one in ranked if one.may_go]
    able.sort(key=lambda one: (one.account_id in past.visitor_ids) is not stays_open)
    who = able[0] if able else None
    with clock.as_of(at):
        if who is None:
            journey.give_back(referral, "no_team_free", actor=past.coordinator)
        else:
            assignment = journey.send_responder(referral, who.account_id, actor=past.coordinator)
    if who is None:
        _give_back_ends(past, referral, at)
        return
    visit = Visit(past.dice, referral, assignment, stays_open=stays_open)
    at = go(visit, at)
    if referral.state is State.HANDING_BACK:
        _give_back_ends(past, referral, at)


def _lapse(referral: Referral) -> datetime:
    at = referral.clock_due_at or referral.received_at
    with clock.as_of(at):
        cancel_timers(referral.id, LAPSE_TIMER)  # the worker would have rung it
        journey.lapse(referral.id, at)
    return at


def _give_back_ends(past: Past, referral: Referral, at: datetime) -> datetime:
    at += timedelta(seconds=past.dice.uniform(2, 9))
    with clock.as_of(at):
        message = _message(past, MessageKind.HAND_BACK_ACK)
        journey.hand_back_acknowledged(referral, message, actor=past.client)
    return at


def _message(
    past: Past, kind: MessageKind, body: bytes = b"{}", media_type: str = "application/json"
) -> Message:
    return Message(past.client.id, past.key_id, f"past-{uuid4().hex}", kind, media_type, body)


def mark_as_delivered(now: datetime) -> None:
    """What was told to dispatch in the past has arrived in the past."""
    db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.sent_at.is_(None), OutboxMessage.created_at < now)
        .values(sent_at=OutboxMessage.created_at, attempt_count=1)
    )


def has_past_calls(client_id: str) -> bool:
    """Whether the past was lived through before."""
    day_ago = clock.now() - timedelta(days=2)
    found = select(Referral.id).where(Referral.client_id == client_id, Referral.received_at < day_ago)
    return db.session.scalar(found.limit(1)) is not None
