"""The mission on one page: what happens to a call, from first word to last.

What comes of a call that is told of more than once stands on the next page, `journey_again.py`.

Each function is one moment of the journey and reads as the work is done. These two are
the only modules that let one step act on another; nothing here touches a request or commits.
(One thing does: a new call from dispatch is durable before it is answered, see `take_in`.)

Two sentences stand above all of it. At every moment at least one side owns the call: until
a person here has said yes and dispatch has confirmed, it is dispatch's; from then on it is
ours until dispatch acknowledges that it has the call back. And software never accepts a
call and never lowers risk: it may return, raise, order and propose.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from app.accounts.permissions import Role
from app.assignments import actions as assignments
from app.assignments import queries as assigned
from app.assignments.models import Assignment, Step
from app.audit.catalogue import What
from app.audit.trail import SYSTEM, Actor, ActorKind, record
from app.cases import actions as cases
from app.cases import queries as case_queries
from app.cases.models import ConflictCase, Outcome
from app.cases.payloads import ExactPlace
from app.delivery.ladder import ACCEPTED_KIND, HAND_BACK_KIND, WATCH_KIND
from app.delivery.outbox import stop_repeating
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import DomainError, Forbidden
from app.foundation.reader import as_machine
from app.referrals import actions as referrals
from app.referrals import intake, lapses, links
from app.referrals import queries as referral_queries
from app.referrals.eido_out import disposition_of
from app.referrals.models import ENDED_STATES, Custody, Referral, Source, State
from app.referrals.payloads import NewReferral, NewRequest, Told
from app.referrals.rules import NO_CONTACT
from app.referrals.transitions import (
    WITH_US_STATES,
    Event,
    owner_in,
    states_before,
)
from app.roster.lanes import Lane
from app.routing.placing import place_call
from app.triage.models import Screening
from app.triage.queries import latest_screening, speaks_of_danger
from app.triage.rules import Decision
from app.vault.access import Use

Answered = tuple[int, dict[str, Any]]
"""The status and the body that dispatch gets."""


# --- 1. A call is offered --------------------------------------------------------------------


def take_in(
    new: NewReferral,
    message: intake.Message,
    *,
    actor: Actor,
    is_one_too_many: bool = False,
    write: intake.Write = intake.write,
    at_least: Decision = Decision.OFFER,
) -> Answered:
    """Dispatch offers a call: keep it as it came, screen it, place it, and say who owns it.

    When too many come at once none is refused; a person looks first. All rows go in together,
    in the open transaction or as `write` does it. Raises `IntegrityError` when the same message
    or the same incident is already here; the door then asks `take_again`. `at_least` is what an
    incident merged with this one was read as.
    """
    now = clock.now()
    placed = place_call(new, now).raised_to(at_least, MERGED)
    if is_one_too_many:
        placed = placed.as_one_too_many()
    rows = intake.rows_of(
        new, placed.placement(STATES[placed.decision]), client_id=message.client_id, actor=actor, now=now
    )
    answer = intake.answer_of(rows.values, **placed.told)
    kept = intake.message_row(message, rows.referral_id, rows.key, 201, answer, now)
    linked = links.rows_of(
        new.links,
        client_id=message.client_id,
        incident_id=new.incident_id,
        referral_id=rows.referral_id,
        now=now,
    )
    write(rows, kept, (Screening, placed.screening_row(rows.referral_id, now)), *linked)
    return 201, answer


MERGED = "merged_incident"


STATES = {
    Decision.OFFER: State.OFFERED,
    Decision.REVIEW: State.IN_REVIEW,
    Decision.RETURN: State.HANDED_BACK,
}


def ask_for_mediator(request: NewRequest, *, is_flood: bool = False, actor: Actor) -> "Asked":
    """A resident asks for a mediator. It meets the same screening, and it is ours from the start.

    Of a flood too each one is kept, and a person looks before anybody is offered it.
    """
    now = clock.now()
    if known := referral_queries.find_request(request.request_id):
        return _asked(known.id, latest_screening(known.id))
    placed = place_call(request.as_referral(), now)
    placed = placed.as_one_too_many() if is_flood else placed
    state = State.OFFERED if placed.decision is Decision.OFFER else State.IN_REVIEW
    placement = replace(placed.placement(state), area_id=placed.area_id or request.area_id)
    rows = intake.rows_of(request.as_referral(), placement, client_id=None, actor=actor, now=now)
    intake.write(rows, (Screening, placed.screening_row(rows.referral_id, now)))
    return _asked(rows.referral_id, latest_screening(rows.referral_id))


def _asked(referral_id: str, screening: Screening | None) -> "Asked":
    decision = screening.decision if screening else Decision.REVIEW
    return Asked(referral_id, decision, says_call_911=screening is None or speaks_of_danger(screening))


@dataclass(frozen=True)
class Asked:
    """What a resident's request came to. `says_call_911`: danger was said; that comes first."""

    referral_id: str
    decision: Decision
    says_call_911: bool


# --- 2. Dispatch tells us more ---------------------------------------------------------------


def cancel(
    referral: Referral, message: intake.Message, *, actor: Actor, is_by_incident: bool = False
) -> Answered:
    """Dispatch takes a call back. Once a person here has said yes, a person here agrees to it."""
    if is_by_incident and owner_in(referral.state, referral.source) is not Custody.DISPATCH:
        raise DomainError(
            _l("Name our referral: a person here has said yes to it."), code="name-our-referral"
        )
    if referral.state is State.CLOSED:
        raise DomainError(_l("This call is closed here."), code="terminal-state")
    if referral.state in states_before(Event.CANCELLED):
        referrals.move(referral, Event.CANCELLED, actor=actor, reason="cancelled_by_dispatch")
    is_done = referral.state in ENDED_STATES
    return answer_to(referral, message, status=200 if is_done else 202)


def agree_to_cancel(referral: Referral, *, actor: Actor) -> None:
    """A person has made sure that nobody of ours is in danger: the call is dispatch's again."""
    referrals.move(referral, Event.CANCEL_AGREED, actor=actor, reason="cancelled_by_dispatch")
    _stand_down(referral, Outcome.HANDED_BACK, actor=actor)
    referrals.tell_dispatch(referral, "referral.cancelled")


# --- 3. A person says yes or no --------------------------------------------------------------


def offer(referral: Referral, *, actor: Actor) -> None:
    """A coordinator has read a call in review and offers it to the team that covers the place."""
    referrals.move(referral, Event.READ_AND_OFFERED, actor=actor)


def accept(referral: Referral, *, actor: Actor) -> None:
    """A named person says yes. Dispatch owns the call too, until it confirms."""
    referrals.move(referral, Event.ACCEPTED, actor=actor, accepted_by_id=actor.id, accepted_at=clock.now())
    if referral.source is Source.DISPATCH:
        referrals.tell_dispatch(referral, ACCEPTED_KIND, accepted_by=actor.label)
    else:
        _open_case(referral, actor=actor)


def confirm(referral: Referral, message: intake.Message, *, actor: Actor) -> Answered:
    """Dispatch has recorded our yes and lets go: from now on the call is ours."""
    _confirm(referral, actor=actor)
    return answer_to(referral, message)


def yes_answered(referral_id: str, told_at: datetime) -> None:
    """Dispatch confirms in its very answer to our yes, told at that moment; it counts like a message.

    It may come too late. Where the call has ended, dispatch is told again how it stands: it
    must not let go of what nobody here has.
    """
    referral = referral_queries.get_any(referral_id)
    if referral.state in (State.HANDED_BACK, State.CANCELLED):
        referrals.tell_dispatch(referral, f"referral.{referral.state.value}")
    elif referral.accepted_at and referral.accepted_at <= told_at:  # of this yes, not of one before
        _confirm(referral, actor=_dispatch_of(referral))


def lapse(referral_id: str, now: datetime) -> None:
    """Nobody answered in time. Dispatch never let go; the call stays with it and police go."""
    lapse_all([referral_id], now)


def lapse_all(referral_ids: Sequence[str], now: datetime) -> None:
    """The same for all calls whose clocks ran out at about this moment, in a few statements."""
    lapses.hand_back_all(referral_ids, now)


def confirm_ran_out(referral_id: str, now: datetime) -> None:
    """Dispatch did not confirm our yes. It may have let go, so we keep our duty while giving back."""
    referral = referral_queries.get_any(referral_id)
    if referral.state is State.ACCEPT_PENDING:
        give_back(referral, "not_confirmed", actor=SYSTEM)


def contact_ran_out(referral_id: str, now: datetime) -> None:
    """Nobody has reached the people: offered again to be sent to, and if that fails too, given back."""
    referral = referral_queries.get_any(referral_id)
    if referral.state not in states_before(Event.NO_CONTACT):
        return
    if referral.state is State.ACCEPTED and referral.reason == NO_CONTACT:
        give_back(referral, "no_contact", actor=SYSTEM)
    else:
        referrals.move(referral, Event.NO_CONTACT, actor=SYSTEM, reason=NO_CONTACT)


# --- 4. Giving a call back -------------------------------------------------------------------


def give_back(referral: Referral, reason: str, *, actor: Actor) -> None:
    """Give a call back. Before our yes dispatch never let go; after it, both own it until it acknowledges."""
    if referral.source is not Source.DISPATCH:
        raise DomainError(_l("A resident brought this call; no dispatch has it. Phone 911 yourself."))
    if referral.state is State.HANDING_BACK:
        return
    referrals.move(referral, Event.GIVEN_BACK, actor=actor, reason=reason)
    is_done = referral.state is State.HANDED_BACK
    referrals.tell_dispatch(referral, "referral.handed_back" if is_done else HAND_BACK_KIND)


def phone_dispatch(referral_id: str, now: datetime) -> None:
    """Dispatch has not said that it has the call: the watch is paged, until it has, to phone it."""
    referral = referral_queries.get_any(referral_id)
    if referral.state is State.HANDING_BACK:
        referrals.page_watch(referral, actor=SYSTEM)


def acknowledge_hand_back(referral: Referral, *, actor: Actor) -> None:
    """Dispatch has the call again, by its system or by telephone. Only now is our duty over."""
    referrals.move(referral, Event.ACKNOWLEDGED, actor=actor, reason=referral.reason)
    stop_repeating(referral.id, HAND_BACK_KIND, WATCH_KIND)
    _stand_down(referral, Outcome.HANDED_BACK, actor=actor)


def hand_back_acknowledged(referral: Referral, message: intake.Message, *, actor: Actor) -> Answered:
    """Dispatch's system acknowledges a hand-back; saying it twice is fine."""
    if referral.state is not State.HANDED_BACK:
        acknowledge_hand_back(referral, actor=actor)
    return answer_to(referral, message)


def hand_back_answered(referral_id: str, told_at: datetime) -> None:
    """Dispatch acknowledges in its very answer to the message; saying it twice is fine."""
    referral = referral_queries.get_any(referral_id)
    if referral.state is State.HANDING_BACK:
        acknowledge_hand_back(referral, actor=_dispatch_of(referral))


# --- 5. Somebody goes ------------------------------------------------------------------------


def send_responder(referral: Referral, account_id: str, *, actor: Actor) -> Assignment:
    """Send a named person of the team. They see the case from now until they are clear of it."""
    db.session.refresh(
        referral, ["state"], with_for_update=True
    )  # it must not go back while somebody is sent
    if referral.state not in WITH_US_STATES:
        raise DomainError(_l("Only a call that is ours can be given to a team."))
    case = case_queries.find_of_referral(referral.id) or _open_case(referral, actor=actor)
    referrals.clear(referral, is_clear=False)
    return assignments.assign(
        referral_id=referral.id, case_id=case.id, account_id=account_id, team_id=referral.team_id, actor=actor
    )


def take_step(assignment: Assignment, step: Step, *, actor: Actor) -> None:
    """The responder says where they are: on the way, there, contact made, clear."""
    if assignment.referral_id and step in _EVENTS:
        referral = referral_queries.get_any(assignment.referral_id)
        db.session.refresh(referral, with_for_update=True)  # before the assignment, as all others do
        assignments.take_step(assignment, step, actor=actor)
        if referral.state in states_before(_EVENTS[step]):
            referrals.move(referral, _EVENTS[step], actor=actor)
        return
    assignments.take_step(assignment, step, actor=actor)
    if step is Step.CLEAR and assignment.referral_id:
        sent = assigned.current_for_referral(assignment.referral_id)
        if all(one.step is Step.CLEAR for one in sent):
            referrals.clear(referral_queries.get_any(assignment.referral_id), is_clear=True)


_EVENTS = {
    Step.EN_ROUTE: Event.SET_OUT,
    Step.ON_SCENE: Event.CONTACTED,
    Step.CONTACT_MADE: Event.CONTACTED,
}


def not_safe(assignment: Assignment, reason: str, *, actor: Actor) -> None:
    """The responder finds it not safe: the call goes back, and they wait at a distance until it has."""
    record(
        What.ASSIGNMENT_NOT_SAFE,
        actor=actor,
        subject_type="assignment",
        subject_id=assignment.id,
        reason=reason,
    )
    if assignment.referral_id is None:
        return
    referral = referral_queries.get_any(assignment.referral_id)
    if referral.source is Source.DISPATCH:
        give_back(referral, reason, actor=actor)


# --- 6. The case ends ------------------------------------------------------------------------


def close_case(case: ConflictCase, outcome: Outcome, *, actor: Actor) -> None:
    """Close a case; dispatch learns the disposition, nothing more.

    Not while both own its call: whoever was sent stands by until dispatch says that it has it.
    """
    referral = _lock_referral_of(case)
    if referral is not None and referral.custody is Custody.BOTH:
        raise DomainError(_l("Dispatch has not answered yet. Close the case when it has."))
    cases.close_case(case, outcome, actor=actor)
    with as_machine():  # a closed case is nobody's any more: whoever is on it is let go
        for assignment in assigned.current_for_case(case.id):
            assignments.end(assignment, outcome.value, actor=actor)
        was_met = referral is not None and assigned.was_anyone_met(referral.id)
    if referral is not None and referral.state in WITH_US_STATES:
        referrals.move(referral, Event.CLOSED, actor=actor)
        code = disposition_of(outcome.value, was_met=was_met)
        referrals.tell_dispatch(referral, "referral.closed", disposition=outcome.value, disposition_code=code)


# --- what the moments above are made of ------------------------------------------------------


def _confirm(referral: Referral, *, actor: Actor) -> None:
    if referral.state not in WITH_US_STATES:
        referrals.move(referral, Event.CONFIRMED, actor=actor)
        _open_case(referral, actor=actor)


def _lock_referral_of(case: ConflictCase) -> Referral | None:
    """The call that a case came of, held: it must not move while the case is closed."""
    if case.referral_id is None:
        return None
    referral = referral_queries.get_any(case.referral_id)
    db.session.refresh(referral, with_for_update=True)
    return referral


def _dispatch_of(referral: Referral) -> Actor:
    """Dispatch as who acts, where it answers instead of sending. A revoked key says nothing."""
    client = referral.client
    if client is None or client.revoked_at is not None:
        raise Forbidden
    return Actor(ActorKind.CLIENT, client.id, client.agency, role=Role.DISPATCH_CLIENT.value)


def _open_case(referral: Referral, *, actor: Actor) -> ConflictCase:
    told = referral_queries.find_told(referral, Use.OPENING_A_CASE)
    return cases.open_case(
        referral_id=referral.id,
        lane=referral.lane or Lane.MEDIATION,
        area_id=referral.area_id,
        organization_id=referral.team.organization_id if referral.team else None,
        place=place_of(told),
        actor=actor,
    )


def place_of(told: Told) -> ExactPlace:
    """Where dispatch says that it is, as a case keeps it."""
    return ExactPlace(words=told.place_text, lat=told.lat, lon=told.lon)


def _stand_down(referral: Referral, outcome: Outcome, *, actor: Actor) -> None:
    """Nobody of ours is needed any more: end who is on the call, and close its case."""
    for assignment in assigned.current_for_referral(referral.id):
        assignments.end(assignment, outcome.value, actor=actor)
    case = case_queries.find_of_referral(referral.id)
    if case and case.closed_at is None:
        cases.close_case(case, outcome, actor=actor)


def answer_to(referral: Referral, message: intake.Message, *, status: int = 200, **more: Any) -> Answered:
    """Keep a later message as it came, with the answer to it."""
    answer = intake.answer_for(referral, **more)
    intake.keep_message(referral, message, status, answer)
    return status, answer
