"""The journey of a call that is told of more than once: more of it, out of order, again, or merged.

Messages overtake one another, callers report what another has reported, and an incident that went
back is offered again. Whatever comes is read with all that was told of the incident before, and it
can only raise the risk: nothing here lowers what was known, and nothing accepts.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from app import journey
from app.audit.catalogue import What
from app.audit.trail import SYSTEM, Actor, record
from app.cases import actions as cases
from app.cases import queries as case_queries
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import DomainError
from app.referrals import actions as referrals
from app.referrals import intake, links, newer
from app.referrals import queries as referral_queries
from app.referrals.link_models import Link
from app.referrals.models import ENDED_STATES, CallKind, Referral, Source, State
from app.referrals.payloads import NewReferral, Told
from app.referrals.transitions import WAITING_STATES, Event, states_before
from app.referrals.updates import Update
from app.routing.placing import Placed, ToldBefore, place_again, place_call, told_before
from app.triage.actions import raise_to, screen_again
from app.triage.models import Screening
from app.triage.payloads import told_needs
from app.triage.queries import questions_worth_asking, worst_decision
from app.triage.rows import early_screening_row
from app.triage.rules import Decision


def learn(
    referral: Referral, update: Update, message: intake.Message, *, actor: Actor, **more: Any
) -> journey.Answered:
    """An update: kept, and read with all that was told before. It can only raise the risk."""
    if referral.state in ENDED_STATES:
        raise DomainError(_l("This referral has ended. Send a new referral."), code="terminal-state")
    told = referrals.add_told(referral, update.narrative)
    is_stale = update.version <= referral.applied_version
    if not is_stale:
        told, update = _put_newer(referral, told, update)
    referral.applied_version = max(referral.applied_version, update.version)
    screening, reason = screen_again(referral, told, update)
    record(What.REFERRAL_UPDATED, actor=actor, subject_type="referral", subject_id=referral.id)
    _act_on(referral, screening.decision, reason)
    _follow_links(referral, update.links)
    if referral.state is State.PARKED:
        return journey.answer_to(referral, message, status=202, **more)  # its call decides, with all this
    needs = told_needs(questions_worth_asking(screening, referral))
    return journey.answer_to(referral, message, stale_ignored=is_stale, needs=needs, **more)


def _put_newer(referral: Referral, told: Told, update: Update) -> tuple[Told, Update]:
    """The newest of all messages says where it is and whom to call; a call that moves meets a person.

    Where a person here has said yes they keep the call, and the place of their case is the new one.
    """
    newest = newer.keep_newer(referral, told, update)
    if not newer.has_moved(told, update.told) or referral.state is State.PARKED:
        return newest, update
    placement, against = place_again(referral, newest.lat, newest.lon, clock.now())
    if referral.state in WAITING_STATES:
        intake.put_at(referral, placement)
        to_review = (*update.to_review, MOVED)
        return newest, replace(update, to_review=to_review, to_return=(*update.to_return, *against))
    _move_case(referral, newest)
    return newest, update


def _move_case(referral: Referral, told: Told) -> None:
    """The place of a call is another one by now, and that of its open case with it."""
    case = case_queries.find_of_referral(referral.id)
    if case and case.closed_at is None:
        cases.move_place(case, journey.place_of(told))


MOVED = "incident_moved"


def _act_on(referral: Referral, decision: Decision, reason: str) -> None:
    """What a reading does to an open call: back to dispatch, or, where anything rose, to a person here.

    `reason`: what rose; empty where a person who has offered the call knew all that speaks against it.
    """
    if referral.state is State.PARKED or referral.state in ENDED_STATES:
        return  # its call decides, with all this; or nothing more happens to it
    if decision is Decision.RETURN and referral.source is Source.DISPATCH:
        journey.give_back(referral, reason, actor=SYSTEM)
    elif decision is Decision.REVIEW and referral.state is State.OFFERED and reason:
        referrals.move(referral, Event.RISK_ROSE, actor=SYSTEM, reason=reason)


def take_again(
    new: NewReferral, message: intake.Message, *, actor: Actor, is_one_too_many: bool = False
) -> journey.Answered:
    """The incident is here already: what is told again is read with what was told before.

    Two callers may report one incident under one version; what the second one saw counts. Where it
    is an offer after all, too many at once are for a person here as well.
    """
    known = referral_queries.find_latest(message.client_id, new.incident_id)
    if known is not None:
        db.session.refresh(known, with_for_update=True)  # it must not move while this is read
    if known is None or not known.is_latest:
        raise DomainError(_l("The message met another one. Send it again."), code="request-in-progress")
    if known.state is State.PARKED:
        return _complete(known, new, message, actor=actor, is_one_too_many=is_one_too_many)
    if known.state not in ENDED_STATES:
        more = {"duplicate_of": known.id} if known.version == new.version else {}
        return learn(known, Update.of(new), message, actor=actor, **more)
    is_early_cancel = known.state is State.CANCELLED and not known.version
    never_offered = known.state is State.HANDED_BACK and not known.version
    if never_offered or (new.version > known.applied_version and not is_early_cancel):
        return _offer_anew(known, new, message, actor=actor, is_one_too_many=is_one_too_many)
    if known.state is State.CLOSED:  # our work is done; whoever calls now is nobody's yet
        raise DomainError(
            _l("This incident is closed here. Send it as a new incident."), code="terminal-state"
        )
    return journey.answer_to(known, message, duplicate_of=known.id)


def _offer_anew(
    known: Referral, new: NewReferral, message: intake.Message, *, actor: Actor, is_one_too_many: bool
) -> journey.Answered:
    """An incident that ended here is offered again: a new referral, with every risk told before."""
    now = clock.now()
    new, before = _with_told_before(known, new)
    placed = _placed_again(new, message.client_id, now, before, is_one_too_many=is_one_too_many)
    referrals.give_way(known)
    rows = intake.rows_of(
        new,
        placed.placement(journey.STATES[placed.decision]),
        client_id=message.client_id,
        actor=actor,
        now=now,
        previous=known,
    )
    answer = intake.answer_of(rows.values, **placed.told)
    kept = intake.message_row(message, rows.referral_id, rows.key, 201, answer, now)
    intake.write(rows, kept, (Screening, placed.screening_row(rows.referral_id, now)))
    _follow_links(referral_queries.get_any(rows.referral_id), new.links)
    return 201, answer


def _complete(
    known: Referral, new: NewReferral, message: intake.Message, *, actor: Actor, is_one_too_many: bool
) -> journey.Answered:
    """The call comes whose update was here before it: both are read together."""
    now = clock.now()
    new, before = _with_told_before(known, new)
    placed = _placed_again(new, message.client_id, now, before, is_one_too_many=is_one_too_many)
    state = journey.STATES[placed.decision]
    intake.fill_in(known, new, placed.placement(state))
    db.session.add(Screening(**placed.screening_row(known.id, now)))
    referrals.move(known, Event.SCREENED, to=state, actor=SYSTEM, reason=placed.first_code)
    record(What.REFERRAL_RECEIVED, actor=actor, subject_type="referral", subject_id=known.id)
    _follow_links(known, new.links)
    return journey.answer_to(known, message, status=201, **placed.told)


def _placed_again(
    new: NewReferral, client_id: str, now: datetime, before: ToldBefore, *, is_one_too_many: bool
) -> Placed:
    """Placed with what was told of it before, and with what merged incidents were read as."""
    merged = links.merged_with(client_id, new.incident_id, new.links)
    placed = place_call(new, now, before).raised_to(worst_decision(client_id, merged), journey.MERGED)
    return placed.as_one_too_many() if is_one_too_many else placed


def _with_told_before(known: Referral, new: NewReferral) -> tuple[NewReferral, ToldBefore]:
    before = referral_queries.find_told(known)
    if known.applied_version > new.version:
        new = newer.read_with_newer(new, known, before)
    words = (before.narrative, *before.updates)
    told = replace(new.told, updates=tuple(one for one in words if one and one != new.told.narrative))
    version = max(new.version, known.applied_version)
    return replace(new, told=told, applied_version=version), told_before(known)


def learn_early(
    incident_id: str, update: Update, message: intake.Message, *, actor: Actor
) -> journey.Answered:
    """An update has overtaken its call: kept for half a minute, until the call comes or goes back.

    Raises `IntegrityError` when the call comes at this moment; the same message again meets it.
    """
    now = clock.now()
    told = replace(update.told, narrative="", updates=(update.narrative,) if update.narrative else ())
    kind = update.kind or CallKind.CALLBACK  # the call will say; with either it is the more pressing one
    new = NewReferral(incident_id, 0, kind, told, update.language, applied_version=update.version)
    rows = intake.rows_of(
        new, intake.unplaced(State.PARKED), client_id=message.client_id, actor=actor, now=now
    )
    answer = intake.answer_of(rows.values)
    kept = intake.message_row(message, rows.referral_id, rows.key, 202, answer, now)
    intake.write(rows, kept, (Screening, early_screening_row(rows.referral_id, update, told.everything, now)))
    return 202, answer


def cancel_early(incident_id: str, message: intake.Message, *, actor: Actor) -> journey.Answered:
    """A cancel has overtaken its call: what comes of the incident later finds it cancelled."""
    now = clock.now()
    new = NewReferral(incident_id, 0, CallKind.LIVE, Told())
    placement = intake.unplaced(State.CANCELLED, "cancelled_by_dispatch")
    rows = intake.rows_of(new, placement, client_id=message.client_id, actor=actor, now=now)
    answer = intake.answer_of(rows.values)
    intake.write(rows, intake.message_row(message, rows.referral_id, rows.key, 200, answer, now))
    return 200, answer


def cancel_withdrawn(
    referral_id: str, message: intake.Message, answered: journey.Answered, *, actor: Actor
) -> journey.Answered:
    """A call whose request was withdrawn before it came ends as it is kept: nobody here sees it offered."""
    referral = referral_queries.get_any(referral_id)
    if referral.state not in states_before(Event.CANCELLED):
        return answered
    referrals.move(referral, Event.CANCELLED, actor=actor, reason="cancelled_by_dispatch")
    answer = intake.answer_for(referral)
    intake.answer_instead(message, 200, answer)
    return 200, answer


def take_in_merged(
    new: NewReferral,
    message: intake.Message,
    merged: frozenset[str],
    *,
    actor: Actor,
    is_one_too_many: bool = False,
) -> journey.Answered:
    """The same for an incident that is one thing with others: each counts for all, in one transaction."""
    worst = worst_decision(message.client_id, merged)
    status, answer = journey.take_in(
        new, message, actor=actor, is_one_too_many=is_one_too_many, at_least=worst
    )
    _raise_merged(message.client_id, merged | {new.incident_id})
    if merged:
        links.look_again_later(answer["id"], clock.now())
    return status, answer


def look_at_merged(referral_id: str, now: datetime) -> None:
    """Two merged incidents that came at the same moment: each is read with the other now."""
    referral = referral_queries.get_any(referral_id)
    if referral.client_id and (merged := links.merged_with(referral.client_id, referral.incident_id)):
        _raise_merged(referral.client_id, merged | {referral.incident_id})


def _raise_merged(client_id: str, incident_ids: frozenset[str]) -> None:
    """What was read of one merged incident counts for every one of them that is open. It only raises."""
    worst = worst_decision(client_id, incident_ids)
    for referral in links.open_referrals_of(client_id, incident_ids):
        if raise_to(referral, worst, journey.MERGED):
            _act_on(referral, worst, journey.MERGED)


def _follow_links(referral: Referral, told: Sequence[Link]) -> None:
    """Keep what a message says of other incidents, and let what was read of merged ones count."""
    if links.keep_links(referral, told, clock.now()):
        links.look_again_later(referral.id, clock.now())
    look_at_merged(referral.id, clock.now())
