"""Writing referrals: taking one in, moving it from state to state, and telling dispatch.

A move is a conditional update along one arrow of transitions.py: it happens only from a
state it may start in, so that of two people who press at once one wins and the other is told
how it stands.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select, update

from app.accounts.models import DispatchClient
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.audit.trail import SYSTEM, Actor, ActorKind, entry_values, record
from app.delivery.ladder import ACCEPTED_KIND, WATCH_KIND
from app.delivery.models import OutboxMessage
from app.delivery.outbox import AS_BODY, enqueue, message_values, stop_repeating
from app.delivery.queries import watch_ids
from app.delivery.timers import cancel_timers, set_timer
from app.foundation import clock
from app.foundation.db import Base, db
from app.foundation.errors import DomainError
from app.foundation.ids import new_id
from app.foundation.many_inserts import Row
from app.referrals import conveyance_rows, rules
from app.referrals.conveyance import response_to
from app.referrals.models import Custody, IntakePause, Referral, ReferralStateRow, Source, State
from app.referrals.payloads import Told
from app.referrals.queries import open_told
from app.referrals.transitions import WAITING_STATES, By, Event, Transition, arrow, owner_in
from app.vault import sealing

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
    seconds = rules.clock_seconds(way.to, referral.kind, reason)
    due_at = now + timedelta(seconds=seconds) if seconds else None
    moved = db.session.execute(
        update(Referral)
        .where(Referral.id == referral.id, Referral.state.in_(way.since))
        .values(
            state=way.to,
            custody=custody,
            reason=reason,
            clock_due_at=due_at,
            clock_seconds=seconds,
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


def _check_whose_word(way: Transition, actor: Actor) -> None:
    """Software never accepts a call, and never says in dispatch's place that dispatch has it."""
    word = _WORD_OF.get(actor.kind)
    is_by_telephone = way.event is Event.ACKNOWLEDGED and word is By.PERSON  # a dispatcher's word, told to us
    if word not in way.by and not is_by_telephone:
        raise PermissionError(f"{way.event} is not for {actor.kind} to say.")


def timer_of(state: State, source: Source) -> str | None:
    """The clock that rings for a state by itself. What a resident brought has nowhere to go back to."""
    return _CLOCK_TIMERS.get(state) if source is Source.DISPATCH else None


def hand_back_all(referral_ids: Sequence[str], now: datetime) -> None:
    """Hand back those of these calls that still wait for a person here; dispatch never let go of them.

    What `move` does for one, in a few statements for all: thousands of clocks may ring at once.
    """
    waiting = db.session.execute(
        select(Referral.id, Referral.incident_id, Referral.state, DispatchClient.destination_id)
        .join(DispatchClient, DispatchClient.id == Referral.client_id)
        .where(
            Referral.id.in_(referral_ids),
            Referral.state.in_(WAITING_STATES),
            Referral.source == Source.DISPATCH,
        )
        .with_for_update(of=Referral)
    ).all()
    requests = conveyance_rows.requests_of([one.id for one in waiting])
    by_reason: dict[str, list[str]] = defaultdict(list)
    rows: dict[type[Base], list[dict[str, Any]]] = defaultdict(list)
    for one in waiting:
        reason = "no_create" if one.state is State.PARKED else "clock_ran_out"
        by_reason[reason].append(one.id)
        payload = _payload(one.id, one.incident_id, State.HANDED_BACK, Custody.DISPATCH, reason, now)
        if one.id in requests:
            payload[AS_BODY] = response_to(requests[one.id], payload)
        for model, values in _handed_back_rows(one.destination_id, payload, now):
            rows[model].append(values)
    for reason, ids in by_reason.items():
        db.session.execute(
            update(Referral)
            .where(Referral.id.in_(ids))
            .values(
                state=State.HANDED_BACK,
                custody=Custody.DISPATCH,
                reason=reason,
                clock_due_at=None,
                clock_seconds=None,
            )
            .execution_options(synchronize_session=False)
        )
    for model, of_model in rows.items():
        db.session.execute(insert(model), of_model)
    db.session.expire_all()


def _handed_back_rows(destination_id: str | None, payload: dict[str, Any], now: datetime) -> Iterator[Row]:
    """The rows of one that goes back with others; `payload` is what dispatch is told of it."""
    state, custody = State.HANDED_BACK, Custody.DISPATCH
    referral_id, reason = payload["referral_id"], payload["reason"]
    yield ReferralStateRow, state_row_values(referral_id, state, custody, reason, SYSTEM, now)
    yield (
        AuditEntry,
        entry_values(
            What.REFERRAL_MOVED,
            actor=SYSTEM,
            subject_type="referral",
            subject_id=referral_id,
            to=state.value,
            reason=reason,
        ),
    )
    if destination_id:
        kind = "referral.handed_back"
        yield OutboxMessage, message_values(destination_id, kind, payload, subject_id=referral_id)


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
    return _payload(
        referral.id, referral.incident_id, referral.state, referral.custody, referral.reason, clock.now()
    )


def _payload(
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
    told = open_told(referral)
    if narrative and narrative not in (told.narrative, *told.updates):
        told = replace(told, updates=(*told.updates, narrative))
        seal_told(referral, told)
    return told


def seal_told(referral: Referral, told: Told) -> None:
    """Keep all that was told of a referral, sealed under its key."""
    referral.told_sealed = sealing.seal(
        referral.key_id, "referrals", "told_sealed", referral.id, told.as_json()
    )
