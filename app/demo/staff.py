"""The demo's own people at work: `python -m app.demo.staff`, a process beside the web.

A coordinator says yes to about half of the offers, responders go where they are sent, and
cases close; the other half is left for whoever tries the demo. The people are invented and
each line names their role as played. It does nothing outside a demo: software never
accepts a call, and in a real office this module refuses to start.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import click
from sqlalchemy import select

from app import create_app, journey
from app.accounts.models import Account
from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.assignments.models import Assignment, AssignmentStep, Step
from app.assignments.queries import current_for_referral, rank_responders
from app.assignments.rules import next_steps
from app.audit.trail import Actor
from app.cases.models import ConflictCase, Outcome
from app.demo.calls import new_dice
from app.demo.los_angeles import PEOPLE
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import DomainError
from app.foundation.settings import Settings
from app.referrals.models import Referral, State

LOOK_SECONDS = 1.0
ACCEPT_SHARE, OFFER_SHARE = 0.5, 0.3
FEW = 20
PLAYED_FOR = timedelta(hours=1)
PLAYED_STATES = (State.OFFERED, State.IN_REVIEW, State.ACCEPTED, State.CANCEL_REQUESTED)
Act = Callable[[], object]
VISITOR_EMAILS = frozenset(person.email for person in PEOPLE)


@dataclass(frozen=True)
class Played:
    """One act of an invented person, ready to be done."""

    line: str
    act: Act


def plan_calls(coordinator: Actor, now: datetime) -> Iterator[Played]:
    """What the coordinator does about calls now; a call is left alone unless its dice say otherwise."""
    waiting = select(Referral).where(Referral.state.in_(PLAYED_STATES))
    for referral in db.session.scalars(waiting.order_by(Referral.received_at.desc()).limit(FEW)).all():
        dice, since = new_dice(referral.id), _since(referral)
        chance, patience = dice.random(), timedelta(seconds=dice.uniform(4, 20))
        if now - since < patience:
            continue
        if referral.state is State.OFFERED and chance < ACCEPT_SHARE:
            yield _played("says yes to", referral, partial(journey.accept, referral, actor=coordinator))
        elif referral.state is State.IN_REVIEW and chance < OFFER_SHARE and referral.team_id:
            yield _played("offers", referral, partial(journey.offer, referral, actor=coordinator))
        elif referral.state is State.CANCEL_REQUESTED:
            yield _played(
                "agrees to end", referral, partial(journey.agree_to_cancel, referral, actor=coordinator)
            )
        elif referral.state is State.ACCEPTED and chance < ACCEPT_SHARE:
            yield from _sending(referral, coordinator, now)


def _sending(referral: Referral, coordinator: Actor, now: datetime) -> Iterator[Played]:
    """Send somebody who may go and whom no visitor plays, when nobody was sent yet."""
    was_sent = db.session.scalar(select(Assignment.id).where(Assignment.referral_id == referral.id).limit(1))
    if was_sent or not referral.team_id or current_for_referral(referral.id):
        return
    visitors = _visitor_ids()
    ranked = rank_responders(referral.team_id, referral.language, referral.area_id, now)
    best = next((one for one in ranked if one.may_go and one.account_id not in visitors), None)
    if best:
        yield _played(
            "sends a responder to",
            referral,
            partial(journey.send_responder, referral, best.account_id, actor=coordinator),
        )


def plan_steps(now: datetime) -> Iterator[Played]:
    """What the responders that nobody plays do next: a step each few seconds, then the case's end."""
    current = select(Assignment).where(
        Assignment.ended_at.is_(None),
        Assignment.assigned_at > now - PLAYED_FOR,  # the cases of the weeks before stay as they are
        Assignment.account_id.not_in(_visitor_ids()),
    )
    for assignment in db.session.scalars(current.order_by(Assignment.assigned_at.desc()).limit(FEW)).all():
        last = db.session.scalars(
            select(AssignmentStep.at)
            .where(AssignmentStep.assignment_id == assignment.id)
            .order_by(AssignmentStep.at.desc())
            .limit(1)
        ).one()
        dice = new_dice(f"{assignment.id} {assignment.step}")
        if now - last < timedelta(seconds=dice.uniform(8, 30)):
            continue
        actor = actor_of(assignment.account)
        if steps := next_steps(assignment.step):
            step = (
                dice.choices(steps, [9, 1, 1][: len(steps)])[0]
                if assignment.step is Step.ON_SCENE
                else steps[0]
            )
            yield Played(
                f"{assignment.account.role.value} {assignment.id[-6:]}: {step.value}",
                partial(journey.take_step, assignment, step, actor=actor),
            )
        elif assignment.step is Step.CLEAR and assignment.case_id:
            yield from _closing(assignment, actor, dice.random())


def _closing(assignment: Assignment, actor: Actor, chance: float) -> Iterator[Played]:
    """Most calls end with the visit; some conflicts need more of it and stay open."""
    case = db.session.get(ConflictCase, assignment.case_id)
    if case is None or case.closed_at or chance > 0.7:
        return
    outcomes = {step: outcome for step, outcome in _OUTCOMES.items() if step in _steps_of(assignment)}
    outcome = next(iter(outcomes.values()), Outcome.CALMED)
    yield Played(
        f"{assignment.account.role.value} {assignment.id[-6:]}: closes, {outcome.value}",
        partial(journey.close_case, case, outcome, actor=actor),
    )


_OUTCOMES = {
    Step.NOT_FOUND: Outcome.NOT_FOUND,
    Step.REFUSED: Outcome.REFUSED,
    Step.CONTACT_MADE: Outcome.CALMED,
}


def _steps_of(assignment: Assignment) -> set[Step]:
    return {row.step for row in assignment.steps}


def _played(does: str, referral: Referral, act: Act) -> Played:
    return Played(f"coordinator {does} {referral.id[-6:]}", act)


def _since(referral: Referral) -> datetime:
    """When the call came into its state, as far as its row tells."""
    if referral.clock_due_at and referral.clock_seconds:
        return referral.clock_due_at - timedelta(seconds=referral.clock_seconds)
    return referral.accepted_at or referral.received_at


def _visitor_ids() -> set[str]:
    """Whoever tries the demo signs in as one of these; their calls are theirs to answer."""
    return set(db.session.scalars(select(Account.id).where(Account.email.in_(VISITOR_EMAILS))))


def find_coordinator() -> Actor | None:
    """The coordinator that the demo plays; the one that visitors play when there is no other."""
    found = select(Account).where(Account.role == Role.COORDINATOR, Account.is_active.is_(True))
    ordered = found.order_by(Account.email.in_(VISITOR_EMAILS), Account.email)
    account = db.session.scalars(ordered.limit(1)).one_or_none()
    return account and actor_of(account)


def play_once(now: datetime) -> list[str]:
    """Do everything that is due now, each in a transaction of its own; gives a line for each."""
    coordinator = find_coordinator()
    planned = [*(plan_calls(coordinator, now) if coordinator else ()), *plan_steps(now)]
    done = []
    for one in planned:
        try:
            one.act()
            db.session.commit()
            done.append(one.line)
        except DomainError:  # a visitor, or the clock, was faster
            db.session.rollback()
    return done


@click.command()
def main() -> None:
    """Play the staff of the demo city until stopped."""
    settings = Settings.from_environment()
    if not settings.is_demo:
        raise click.ClickException("This plays invented staff, in a demo only (IS_DEMO=1).")
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    app = create_app(settings)
    while not stop.wait(LOOK_SECONDS):
        with app.app_context():
            for line in play_once(clock.now()):
                click.echo(f"{clock.now().astimezone():%H:%M:%S}  staff (played)  {line}")


if __name__ == "__main__":
    main()
