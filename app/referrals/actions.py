"""Writing referrals: taking one in, moving it from state to state, and telling dispatch.

A move is a conditional update: it happens only from a state it may start in, so that of
two people who press at once one wins and the other is told how it stands.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from app.audit.catalogue import What
from app.audit.trail import Actor, record
from app.delivery.ladder import ACCEPTED_KIND, WATCH_KIND
from app.delivery.outbox import enqueue, stop_repeating
from app.delivery.queries import watch_ids
from app.delivery.timers import cancel_timers, set_timer
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import DomainError
from app.foundation.ids import new_id
from app.referrals import rules
from app.referrals.models import Custody, Referral, ReferralStateRow, State
from app.referrals.payloads import Told
from app.referrals.queries import open_told
from app.vault import sealing

LAPSE_TIMER = "referral.lapse"
CONFIRM_TIMER = "referral.confirm_due"
PHONE_TIMER = "referral.phone_due"
_CLOCK_TIMERS = {
    State.IN_REVIEW: LAPSE_TIMER,
    State.OFFERED: LAPSE_TIMER,
    State.ACCEPT_PENDING: CONFIRM_TIMER,
    State.HANDING_BACK: PHONE_TIMER,
}


class MovedOn(DomainError):
    """Somebody, or the clock, was faster; the referral stands where it stands."""

    code = "custody-expired"

    def __init__(self) -> None:
        super().__init__(_l("Somebody was faster, or the clock ran out. Look at how it stands now."))


def move(
    referral: Referral,
    to: State,
    *,
    since: tuple[State, ...],
    actor: Actor,
    reason: str | None = None,
    **changes: Any,
) -> None:
    """Move a referral to a state, from one of these states only; else `MovedOn`.

    Sets the owner and the clock that belong to the state, stops the clocks before, keeps a
    dated row, and puts it on the trail.
    """
    now = clock.now()
    custody = rules.owner_in(to, referral.source)
    seconds = rules.clock_seconds(to, referral.kind)
    due_at = now + timedelta(seconds=seconds) if seconds else None
    moved = db.session.execute(
        update(Referral)
        .where(Referral.id == referral.id, Referral.state.in_(since))
        .values(
            state=to, custody=custody, reason=reason, clock_due_at=due_at, clock_seconds=seconds, **changes
        )
        .returning(Referral.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if moved is None:
        raise MovedOn
    db.session.refresh(referral)
    cancel_timers(referral.id, LAPSE_TIMER, CONFIRM_TIMER, PHONE_TIMER)
    stop_repeating(referral.id, ACCEPTED_KIND)  # a yes of before, told late, would let dispatch let go
    if due_at and to in _CLOCK_TIMERS and custody is not Custody.OFFICE:
        set_timer(_CLOCK_TIMERS[to], referral.id, due_at)
    db.session.add(ReferralStateRow(**state_row_values(referral.id, to, custody, reason, actor, now)))
    record(
        What.REFERRAL_MOVED,
        actor=actor,
        subject_type="referral",
        subject_id=referral.id,
        to=to.value,
        reason=reason,
    )


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


def clear(referral: Referral, *, is_clear: bool) -> None:
    """Everybody sent is clear of the scene, or somebody is sent again."""
    referral.cleared_at = clock.now() if is_clear else None


def tell_dispatch(referral: Referral, kind: str, **facts: Any) -> None:
    """Promise dispatch a message about its call: ids, state and codes, nothing a person said."""
    client = referral.client
    if client is None or client.destination_id is None:
        return
    payload = _how_it_stands(referral) | {"reason": referral.reason, **facts}
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
    return {
        "referral_id": referral.id,
        "incident_id": referral.incident_id,
        "state": referral.state.value,
        "custody": referral.custody.value,
        "at": clock.now().isoformat(),
    }


def add_told(referral: Referral, narrative: str) -> Told:
    """Seal what an update says with what was told before; the same words twice are once."""
    told = open_told(referral)
    if narrative and narrative not in (told.narrative, *told.updates):
        told = replace(told, updates=(*told.updates, narrative))
        referral.told_sealed = sealing.seal(
            referral.key_id, "referrals", "told_sealed", referral.id, told.as_json()
        )
    return told
