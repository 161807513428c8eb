"""Connecting a person to a service: draft, consent, send, answer, contact, outcome, close.

Each act checks the rule, changes, keeps a dated row, sets the next clock and puts it on the trail.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from app.accounts.permissions import Permission
from app.assignments.queries import assignment_id_in
from app.audit.catalogue import What
from app.audit.trail import SYSTEM, Actor, Grounds, look, record, require_reach
from app.cases.models import ConflictCase, Party
from app.cases.photo_models import CasePhoto
from app.delivery.timers import cancel_timers, set_timer
from app.directory.models import Service
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import DomainError, NotFound
from app.foundation.ids import new_id
from app.handoffs import rules
from app.handoffs.models import (
    Deed,
    Handoff,
    HandoffConsent,
    HandoffState,
    HandoffStateRow,
    How,
    Met,
    RefusalReason,
    SaidBy,
    Share,
)
from app.handoffs.picture_queries import list_named
from app.handoffs.queries import list_consents
from app.vault import erasures, sealing
from app.vault.columns import Ciphertext
from app.vault.models import KeyPurpose

ANSWER_TIMER = "handoff.answer_due"
CONTACT_TIMER = "handoff.contact_due"
_TIMERS = {HandoffState.SENT: ANSWER_TIMER, HandoffState.ACCEPTED: CONTACT_TIMER}


@dataclass(frozen=True)
class Terms:
    """What a person agreed to: who said it, how, to sharing what, until when, and which pictures."""

    said_by: SaidBy
    how: How
    shares: Collection[Share]
    until_on: date
    picture_ids: Collection[str] = ()


class NobodyAnswers(DomainError):
    """No partner of ours answers for this service, so nothing can be sent to it."""

    code = "nobody-answers"

    def __init__(self) -> None:
        super().__init__(_l("No partner answers for this service here. Give the person its number instead."))


def draft(
    case: ConflictCase,
    party: Party,
    service: Service,
    packet: Mapping[Share, str],
    *,
    actor: Actor,
    previous: Handoff | None = None,
) -> Handoff:
    """Write down what a person needs and from whom. Nothing leaves the office."""
    if party.case_id != case.id:
        raise NotFound
    if not case.is_open:
        raise rules.NotNow
    if service.organization.organization_id is None:
        raise NobodyAnswers
    now, handoff_id, key_id = clock.now(), new_id(), sealing.new_key(KeyPurpose.HANDOFF)
    handoff = Handoff(
        id=handoff_id,
        case_id=case.id,
        party_id=party.id,
        service_id=service.id,
        organization_id=service.organization.organization_id,
        previous_id=previous.id if previous else None,
        key_id=key_id,
        packet_sealed=_seal_packet(key_id, handoff_id, packet),
        state=HandoffState.DRAFTED,
        clock_due_at=rules.due_at(HandoffState.DRAFTED, now),
        created_at=now,
        created_by_id=actor.id,
    )
    db.session.add(handoff)
    db.session.flush()  # its dated rows refer to it
    _keep_row(handoff.id, HandoffState.DRAFTED, now, actor)
    _record(What.HANDOFF_DRAFTED, handoff, actor, service_id=service.id)
    if previous is not None:
        close(previous, actor=actor)
    return handoff


def give_consent(handoff: Handoff, terms: Terms, *, actor: Actor) -> None:
    """The person said yes, to this partner, for these things, until that day. A later word replaces it."""
    _lock(handoff)
    if handoff.state is HandoffState.CLOSED:
        raise rules.NotNow
    rules.check_terms(terms.shares, terms.until_on, rules.day_of(clock.now()))
    word = _add_consent(handoff, Deed.GIVEN, terms, actor, list_named(handoff, terms.picture_ids))
    pictures = sorted(terms.picture_ids) or None
    _record(What.HANDOFF_CONSENT_GIVEN, handoff, actor, shares=word.shares, picture_id=pictures)


def withdraw_consent(handoff: Handoff, *, said_by: SaidBy, how: How, actor: Actor) -> None:
    """The person took it back: what was shared is destroyed here, for us and for the partner."""
    _lock(handoff)
    if handoff.state is HandoffState.CLOSED:
        raise rules.NotNow
    _add_consent(handoff, Deed.WITHDRAWN, Terms(said_by, how, (), date.max), actor)
    erasures.destroy([handoff.key_id], rules.CONSENT_WITHDRAWN)
    _record(What.HANDOFF_CONSENT_WITHDRAWN, handoff, actor)
    _move(handoff, HandoffState.CLOSED, actor, reason=rules.CONSENT_WITHDRAWN, is_checked=False)


def send(handoff: Handoff, *, actor: Actor) -> None:
    """Show it to the partner. Only with a live consent; nobody can override that."""
    rules.require_consent(list_consents(handoff.id), rules.day_of(clock.now()))
    _move(handoff, HandoffState.SENT, actor, sent_at=clock.now())


def accept(handoff: Handoff, *, actor: Actor) -> None:
    """The partner takes the person; first contact is due in three days."""
    _require_live(handoff)
    _move(handoff, HandoffState.ACCEPTED, actor)


def put_on_waitlist(handoff: Handoff, *, actor: Actor) -> None:
    """The partner has no room yet and keeps the person on a list."""
    _require_live(handoff)
    _move(handoff, HandoffState.WAITLISTED, actor)


def refuse(
    handoff: Handoff, reason: RefusalReason, *, actor: Actor, room_again_on: date | None = None
) -> None:
    """The partner says no and why: it is our turn again, and the person need not tell the story again."""
    _require_live(handoff)
    _move(handoff, HandoffState.REFUSED, actor, reason=reason.value, room_again_on=room_again_on)


def note_first_contact(handoff: Handoff, *, actor: Actor) -> None:
    """The partner has met or spoken with the person."""
    _require_live(handoff)
    _move(handoff, HandoffState.FIRST_CONTACT, actor)


def note_outcome(handoff: Handoff, met: Met, *, actor: Actor) -> None:
    """The partner says whether the need was met; we close."""
    _require_live(handoff)
    _move(handoff, HandoffState.OUTCOME, actor, reason=met.value, met=met)


def close(handoff: Handoff, *, actor: Actor) -> None:
    """Nothing more is to be done, or the partner has not answered in time."""
    if not rules.may_close(handoff.state, handoff.clock_due_at, clock.now()):
        raise rules.NotNow
    is_left_lying = handoff.state in rules.PARTNER_STATES
    reason = rules.CLOCK_RAN_OUT if is_left_lying else None
    _move(handoff, HandoffState.CLOSED, actor, reason=reason, is_checked=False)


def clock_ran_out(handoff_id: str, now: datetime) -> None:
    """A partner did not act in time: kept as a dated row; it stands on the list of the late."""
    handoff = db.session.get(Handoff, handoff_id)
    if handoff is None or handoff.state not in rules.PARTNER_STATES:
        return
    if handoff.clock_due_at is None or handoff.clock_due_at > now:
        return
    _keep_row(handoff.id, handoff.state, now, SYSTEM, reason=rules.CLOCK_RAN_OUT)
    _record(What.HANDOFF_LAPSED, handoff, SYSTEM, state=handoff.state.value)


def look_at(handoff: Handoff, permission: Permission, *, actor: Actor) -> Grounds:
    """Somebody reads what is shared: a partner, or those who wrote it."""
    return look(
        What.HANDOFF_READ,
        actor=actor,
        permission=permission,
        subject_type="handoff",
        subject_id=handoff.id,
        assignment_id=assignment_id_in(handoff.case_id, actor),
    )


def _lock(handoff: Handoff) -> None:
    """Wait for whoever moves it at this moment, and see where it stands: a person's word is never refused."""
    db.session.flush()
    db.session.refresh(handoff, attribute_names=["state", "clock_due_at"], with_for_update=True)


def _require_live(handoff: Handoff) -> None:
    rules.require_consent(list_consents(handoff.id), rules.day_of(clock.now()))


def _move(
    handoff: Handoff,
    state: HandoffState,
    actor: Actor,
    *,
    reason: str | None = None,
    room_again_on: date | None = None,
    is_checked: bool = True,
    **columns: Any,
) -> None:
    """One step, taken once: of two people who press at the same moment the second is told."""
    before, now = handoff.state, clock.now()
    if is_checked:
        rules.check_move(before, state)
    require_reach(actor, actor.permission, "handoff", handoff.id)  # a partner's own no ends it
    columns |= {"closed_at": now} if state is HandoffState.CLOSED else {}
    moved = db.session.execute(
        update(Handoff)
        .where(Handoff.id == handoff.id, Handoff.state == before)
        .values(state=state, clock_due_at=rules.due_at(state, now), **columns)
        .returning(Handoff.id)
    ).scalar()
    if moved is None:
        raise rules.NotNow
    db.session.refresh(handoff)
    _keep_row(handoff.id, state, now, actor, reason=reason, room_again_on=room_again_on)
    _set_clock(handoff)
    _record(What.HANDOFF_MOVED, handoff, actor, state=state.value, reason=reason)


def _set_clock(handoff: Handoff) -> None:
    cancel_timers(handoff.id, *_TIMERS.values())
    kind = _TIMERS.get(handoff.state)
    if kind and handoff.clock_due_at:
        set_timer(kind, handoff.id, handoff.clock_due_at)


def _keep_row(handoff_id: str, state: HandoffState, at: datetime, actor: Actor, **facts: Any) -> None:
    row = HandoffStateRow(
        handoff_id=handoff_id, state=state, at=at, actor_id=actor.id, actor_label=actor.label, **facts
    )
    db.session.add(row)
    db.session.flush()


def _add_consent(
    handoff: Handoff, deed: Deed, terms: Terms, actor: Actor, pictures: Sequence[CasePhoto] = ()
) -> HandoffConsent:
    shares = {*terms.shares, *((Share.PICTURES,) if pictures else ())}
    row = HandoffConsent(
        handoff_id=handoff.id,
        deed=deed,
        said_by=terms.said_by,
        how=terms.how,
        shares=sorted(share.value for share in shares),
        until_on=terms.until_on if deed is Deed.GIVEN else None,
        at=clock.now(),
        asked_by_id=actor.id,
        pictures=list(pictures),
    )
    db.session.add(row)
    db.session.flush()
    return row


def _seal_packet(key_id: str, handoff_id: str, packet: Mapping[Share, str]) -> Ciphertext:
    text = json.dumps({share.value: words for share, words in packet.items()}, ensure_ascii=False)
    return sealing.seal(key_id, Handoff.__tablename__, "packet_sealed", handoff_id, text)


def _record(what: What, handoff: Handoff, actor: Actor, **facts: Any) -> None:
    record(what, actor=actor, subject_type="handoff", subject_id=handoff.id, **facts)
