"""Writing referrals: taking one in, moving it from state to state, and telling dispatch.

A move is a conditional update along one arrow of transitions.py: it happens only from a
state it may start in, so that of two people who press at once one wins and the other is told
how it stands.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select, update

from app.audit.catalogue import What
from app.audit.trail import Actor, ActorKind, record
from app.delivery.ladder import ACCEPTED_KIND, WATCH_KIND
from app.delivery.outbox import AS_BODY, enqueue, stop_repeating
from app.delivery.queries import watch_ids
from app.delivery.timers import cancel_timers, set_timer
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import DomainError
from app.foundation.ids import new_id
from app.referrals import conveyance_rows, rules
from app.referrals.models import CallKind, Custody, IntakePause, Referral, ReferralStateRow, Source, State
from app.referrals.payloads import Told
from app.referrals.promises import promised_clocks
from app.referrals.queries import open_told
from app.referrals.transitions import By, Event, Transition, arrow, owner_in
from app.vault import erasures, sealing
from app.vault.callbacks import fingerprint_of
from app.vault.models import KeyPurpose

LAPSE_TIMER = "referral.lapse"
CONFIRM_TIMER = "referral.confirm_due"
CONTACT_TIMER = "referral.contact_due"
PHONE_TIMER = "referral.phone_due"
_CLOCK_TIMERS = {
    State.PARKED: LAPSE_TIMER,
    State.IN_REVIEW: LAPSE_TIMER,
    State.OFFERED: LAPSE_TIMER,
    State.ACCEPT_PENDING: CONFIRM_TIMER,
    State.ACCEPTED: CONTACT_TIMER,
    State.CONTACTING: CONTACT_TIMER,
    State.HANDING_BACK: PHONE_TIMER,
}
_WORD_OF = {ActorKind.PERSON: By.PERSON, ActorKind.CLIENT: By.DISPATCH, ActorKind.SYSTEM: By.SOFTWARE}


class MovedOn(DomainError):
    """Somebody, or the clock, was faster; the referral stands where it stands."""

    code = "custody-expired"

    def __init__(self) -> None:
        super().__init__(_l("Somebody was faster, or the clock ran out. Look at how it stands now."))


def move(
    referral: Referral,
    event: Event,
    *,
    actor: Actor,
    to: State | None = None,
    reason: str | None = None,
    **changes: Any,
) -> None:
    """Move a referral along the arrow of an event; `MovedOn` where it has none from how it stands.

    Sets the owner and the clock that belong to the state, stops the clocks before, keeps a
    dated row, and puts it on the trail. `to` is for an event that leads to several states.
    """
    now = clock.now()
    way = arrow(event, referral.state, referral.source, to)
    if way is None:
        raise MovedOn
    _check_whose_word(way, actor)
    custody = owner_in(way.to, referral.source)
    clocks = promised_clocks(referral)
    due_at = rules.due_at(way.to, clocks, reason, promised=_promised(referral, clocks), now=now)
    moved = db.session.execute(
        update(Referral)
        .where(Referral.id == referral.id, Referral.state.in_(way.since), *_in_time(way, now))
        .values(
            state=way.to,
            custody=custody,
            reason=reason,
            clock_due_at=due_at,
            clock_seconds=max(1, round((due_at - now).total_seconds())) if due_at else None,
            **changes,
        )
        .returning(Referral.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if moved is None:
        raise MovedOn
    db.session.refresh(referral)
    cancel_timers(referral.id, *dict.fromkeys(_CLOCK_TIMERS.values()))
    stop_repeating(referral.id, ACCEPTED_KIND)  # a yes of before, told late, would let dispatch let go
    if due_at and (kind := timer_of(way.to, referral.source)):
        set_timer(kind, referral.id, due_at)
    db.session.add(ReferralStateRow(**state_row_values(referral.id, way.to, custody, reason, actor, now)))
    record(
        What.REFERRAL_MOVED,
        actor=actor,
        subject_type="referral",
        subject_id=referral.id,
        to=way.to.value,
        reason=reason,
    )


def _promised(referral: Referral, clocks: rules.Clocks) -> datetime | None:
    """Until when dispatch was told to wait for a person here; None where it was told nothing yet.

    A call that turns live while it waits was promised anew, so a live one keeps the clock it has.
    A call that is to be called back may be read first and then waits out its quarter of an hour.
    """
    if referral.source is not Source.DISPATCH or referral.state is State.PARKED:
        return None
    if referral.kind is CallKind.LIVE:
        return referral.clock_due_at
    return referral.received_at + timedelta(seconds=clocks.accept_seconds)


def _in_time(way: Transition, now: datetime) -> tuple[Any, ...]:
    """A yes counts until the clock runs out, whether or not somebody was there to ring it."""
    if way.event not in (Event.READ_AND_OFFERED, Event.ACCEPTED, Event.CONFIRMED):
        return ()
    return (or_(Referral.source != Source.DISPATCH, Referral.clock_due_at > now),)


def _check_whose_word(way: Transition, actor: Actor) -> None:
    """Software never accepts a call, and never says in dispatch's place that dispatch has it."""
    word = _WORD_OF.get(actor.kind)
    is_by_telephone = way.event is Event.ACKNOWLEDGED and word is By.PERSON  # a dispatcher's word, told to us
    if word not in way.by and not is_by_telephone:
        raise PermissionError(f"{way.event} is not for {actor.kind} to say.")


def timer_of(state: State, source: Source) -> str | None:
    """The clock that rings for a state by itself. What a resident brought has nowhere to go back to."""
    return _CLOCK_TIMERS.get(state) if source is Source.DISPATCH else None


def state_row_values(
    referral_id: str, state: State, custody: Custody, reason: str | None, actor: Actor, now: datetime
) -> dict[str, Any]:
    """The dated row of a state, for those who write many rows in one statement."""
    return {
        "id": new_id(),
        "referral_id": referral_id,
        "state": state,
        "custody": custody,
        "at": now,
        "reason": reason,
        "actor_kind": actor.kind.value,
        "actor_id": actor.id,
        "actor_label": actor.label,
    }


def give_way(referral: Referral) -> None:
    """Let a newer referral of the same incident take the place of one that has ended."""
    referral.is_latest = False
    db.session.flush()  # the place is free before the newer one takes it


def pause_intake(now: datetime, *, actor: Actor) -> None:
    """Say that we take no calls from now on; where that is so already, nothing changes."""
    if db.session.scalar(select(IntakePause.id).where(IntakePause.until.is_(None)).limit(1)):
        return
    pause = IntakePause(id=new_id(), since=now)
    db.session.add(pause)
    record(What.INTAKE_PAUSED, actor=actor, subject_type="intake", subject_id=pause.id)


def resume_intake(now: datetime, *, actor: Actor) -> None:
    """Take calls again; where nothing is paused, nothing changes."""
    for pause in db.session.scalars(select(IntakePause).where(IntakePause.until.is_(None))):
        pause.until = now
        record(What.INTAKE_RESUMED, actor=actor, subject_type="intake", subject_id=pause.id)


def clear(referral: Referral, *, is_clear: bool) -> None:
    """Everybody sent is clear of the scene, or somebody is sent again."""
    referral.cleared_at = clock.now() if is_clear else None


def tell_dispatch(referral: Referral, kind: str, **facts: Any) -> None:
    """Promise dispatch a message about its call: ids, state and codes, nothing a person said."""
    client = referral.client
    if client is None or client.destination_id is None:
        return
    payload = _how_it_stands(referral) | facts
    if shaped := conveyance_rows.shaped(referral, kind, facts):
        payload[AS_BODY] = shaped
    enqueue(client.destination_id, kind, payload, subject_id=referral.id)


def page_watch(referral: Referral, *, actor: Actor) -> None:
    """Dispatch has not acknowledged a hand-back: whoever keeps watch here is told, to phone it."""
    watches = watch_ids()
    for destination_id in watches:
        enqueue(destination_id, WATCH_KIND, _how_it_stands(referral), subject_id=referral.id)
    record(
        What.REFERRAL_ESCALATED,
        actor=actor,
        subject_type="referral",
        subject_id=referral.id,
        watches=len(watches),
    )


def _how_it_stands(referral: Referral) -> dict[str, Any]:
    return payload_of(
        referral.id, referral.incident_id, referral.state, referral.custody, referral.reason, clock.now()
    )


def payload_of(
    referral_id: str, incident_id: str, state: State, custody: Custody, reason: str | None, now: datetime
) -> dict[str, Any]:
    return {
        "referral_id": referral_id,
        "incident_id": incident_id,
        "state": state.value,
        "custody": custody.value,
        "reason": reason,
        "at": now.isoformat(),
    }


def add_told(referral: Referral, narrative: str) -> Told:
    """Seal what an update says with what was told before; the same words twice are once."""
    keep_writable(referral)
    told = open_told(referral)
    if narrative and narrative not in (told.narrative, *told.updates):
        told = replace(told, updates=(*told.updates, narrative))
        seal_told(referral, told)
    return told


def keep_writable(referral: Referral) -> None:
    """Give a call whose words were destroyed a new key, with nothing told: what comes now is kept again.

    A danger that is told a day after our yes must be read and answered like any other. What was
    destroyed stays so: the old key is gone, and the new one has its own time.
    """
    if not erasures.is_alive(referral.key_id):
        referral.key_id = sealing.new_key(KeyPurpose.REFERRAL)
        seal_told(referral, Told())


def keep_callback(referral: Referral, number: str) -> None:
    """Keep the fingerprint of the number that a call is called back by now."""
    made = fingerprint_of(number, clock.now())
    referral.callback_fingerprint, referral.callback_quarter = made.value, made.quarter


def seal_told(referral: Referral, told: Told) -> None:
    """Keep all that was told of a referral, sealed under its key."""
    referral.told_sealed = sealing.seal(
        referral.key_id, "referrals", "told_sealed", referral.id, told.as_json()
    )
