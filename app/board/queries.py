"""Reading the board: every strip a person may see, with what its drawing needs, in few queries."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.accounts.permissions import Permission, Scope, scope_of
from app.accounts.queries import names_of
from app.assignments.help import HelpCall, list_open_calls
from app.assignments.models import Assignment, AssignmentStep
from app.assignments.queries import current_for_referrals
from app.audit.trail import Actor
from app.board import rules
from app.board.free import FreeNow, count_free
from app.board.rules import Act, Bay, Clock, Tone, Turn
from app.delivery.ladder import HAND_BACK_KIND
from app.delivery.models import OutboxMessage
from app.foundation.db import db
from app.referrals.models import ENDED_STATES, Referral, ReferralStateRow, State
from app.referrals.queries import BOARD_LIMIT, STAYS_ON_BOARD, list_board
from app.referrals.rules import NO_CONTACT
from app.referrals.transitions import WITH_US_STATES
from app.roster.lanes import Lane
from app.triage.models import Screening
from app.triage.rules import Decision

_PRESSING_STATES = (State.IN_REVIEW, State.OFFERED, State.ACCEPTED, State.CONTACTING, State.HANDING_BACK)


@dataclass(frozen=True)
class Strip:
    """One call as the rack shows it. Nothing a person said is in it."""

    referral: Referral
    turn: Turn
    clock: Clock | None
    tone: Tone
    since: datetime
    """When it came to stand as it stands: the state's hour, or the team's last step."""
    decision: Decision | None
    reasons: tuple[str, ...]
    assignments: tuple[Assignment, ...]
    accepted_by: str
    told_count: int
    """How often dispatch was told of a hand-back that it has not acknowledged."""
    free_count: int | None

    @property
    def is_gone(self) -> bool:
        """It has ended and leaves the board by itself."""
        return self.referral.state in ENDED_STATES

    @property
    def leaves_at(self) -> datetime:
        return self.since + STAYS_ON_BOARD


@dataclass(frozen=True)
class Board:
    """Everything the board shows one person at one moment."""

    bays: dict[Bay, list[Strip]]
    lane_counts: dict[Lane, int]
    total_count: int
    is_full: bool
    lapsing: Strip | None
    help_calls: Sequence[HelpCall]
    free_now: list[FreeNow]

    @property
    def strips(self) -> list[Strip]:
        return [strip for bay in self.bays.values() for strip in bay]


def read_board(seen_by: Actor, now: datetime, lane: Lane | None = None) -> Board:
    """The board of one person (about ten queries, however many calls). `lane` narrows the rack.

    What is about to lapse is shown whatever lane is chosen.
    """
    referrals = list_board(seen_by, now)
    free_now = count_free(seen_by, now)
    strips = strips_of(referrals, seen_by, now, free_now)
    shown = [strip for strip in strips if lane is None or strip.referral.lane is lane]
    pressing = rules.most_pressing(referrals, now)
    return Board(
        bays={bay: [strip for strip in shown if strip.turn.bay is bay] for bay in Bay},
        lane_counts=Counter(strip.referral.lane for strip in strips if strip.referral.lane),
        total_count=len(strips),
        is_full=len(strips) == BOARD_LIMIT,
        lapsing=next((strip for strip in strips if strip.referral is pressing), None),
        help_calls=list_open_calls() if scope_of(seen_by.role, Permission.BOARD_READ) is Scope.ALL else (),
        free_now=free_now,
    )


def find_pressing(now: datetime) -> Referral | None:
    """The one call for the lapse line of a coordinator's pages (one query by state and clock)."""
    soon = now + timedelta(seconds=rules.LAPSE_LINE_SECONDS)
    nearest = (
        select(Referral)
        .where(Referral.state.in_(_PRESSING_STATES), Referral.clock_due_at <= soon)
        .order_by(Referral.clock_due_at, Referral.id)
        .limit(BOARD_LIMIT)
        .options(joinedload(Referral.area))
    )
    return rules.most_pressing(db.session.scalars(nearest), now)


def strip_of(referral: Referral, seen_by: Actor, now: datetime) -> Strip:
    """One call as its strip."""
    return strips_of([referral], seen_by, now, count_free(seen_by, now))[0]


def acts_of(seen_by: Actor) -> frozenset[Act]:
    """The acts that a person's role may do on the board."""
    acts = {Act.READ}
    if scope_of(seen_by.role, Permission.REFERRAL_DECIDE):
        acts |= set(Act) - {Act.SEND}
    if scope_of(seen_by.role, Permission.ASSIGNMENT_MAKE):
        acts.add(Act.SEND)
    return frozenset(acts)


def knows_reasons(seen_by: Actor) -> bool:
    """Why a call was judged as it was is for the coordinator and the office (security.md B)."""
    return scope_of(seen_by.role, Permission.BOARD_READ) is Scope.ALL


def strips_of(
    referrals: Sequence[Referral], seen_by: Actor, now: datetime, free_now: Sequence[FreeNow]
) -> list[Strip]:
    """These calls as strips, in their order (six queries)."""
    allowed, knows_why = acts_of(seen_by), knows_reasons(seen_by)
    ids = [referral.id for referral in referrals]
    assignments = current_for_referrals(ids)
    sent_ids = [one.id for group in assignments.values() for one in group]
    states, steps = _last_moves(ids), _last_steps(sent_ids)
    screenings, told = _screenings(ids), _told_counts(referrals)
    names = names_of({one.accepted_by_id for one in referrals if one.accepted_by_id})
    free_of_team = {team_id: count for row in free_now for team_id, count in row.by_team.items()}

    def drawn(referral: Referral) -> Strip:
        sent = tuple(assignments.get(referral.id, ()))
        is_out = referral.state in WITH_US_STATES and bool(sent)
        clock = rules.clock_of(referral.state, referral.source, referral.clock_seconds)
        left = rules.seconds_left(referral.clock_due_at, now)
        screening = screenings.get(referral.id)
        moved_at = states.get(referral.id, referral.received_at)
        turn = rules.turn_of(
            referral.state,
            referral.source,
            sent[0].step if sent else None,
            is_re_offered=referral.state is State.ACCEPTED and referral.reason == NO_CONTACT,
        )
        return Strip(
            referral=referral,
            turn=rules.turn_for(turn, allowed),
            clock=clock,
            tone=rules.tone_of(referral.state, clock, left),
            since=steps.get(sent[0].id, moved_at) if is_out else moved_at,
            decision=screening.decision if screening else None,
            reasons=_codes(screening) if knows_why else (),
            assignments=sent,
            accepted_by=names.get(referral.accepted_by_id or "", ""),
            told_count=told.get(referral.id, 0),
            free_count=free_of_team.get(referral.team_id or ""),
        )

    return [drawn(referral) for referral in referrals]


def is_offerable(referral: Referral) -> bool:
    """Whether a call in review can be offered to a team."""
    return rules.may_offer(referral.state, referral.source, has_team=referral.team_id is not None)


def last_move(referral_id: str) -> ReferralStateRow | None:
    """The newest dated row of a call: who moved it last, when and why."""
    rows = select(ReferralStateRow).where(ReferralStateRow.referral_id == referral_id)
    newest = rows.order_by(ReferralStateRow.at.desc(), ReferralStateRow.id.desc()).limit(1)
    return db.session.scalars(newest).first()


def _codes(screening: Screening | None) -> tuple[str, ...]:
    """The reasons that say why a call stands here: against where it was not offered, else for."""
    if screening is None:
        return ()
    weight = "for" if screening.decision is Decision.OFFER else "against"
    codes = [reason["code"] for reason in screening.reasons if reason["weight"] == weight]
    return tuple(dict.fromkeys(codes))


def _last_moves(ids: Sequence[str]) -> dict[str, datetime]:
    last = select(ReferralStateRow.referral_id, func.max(ReferralStateRow.at))
    grouped = last.where(ReferralStateRow.referral_id.in_(ids)).group_by(ReferralStateRow.referral_id)
    return dict(db.session.execute(grouped).all())


def _last_steps(assignment_ids: Sequence[str]) -> dict[str, datetime]:
    last = select(AssignmentStep.assignment_id, func.max(AssignmentStep.at))
    grouped = last.where(AssignmentStep.assignment_id.in_(assignment_ids)).group_by(
        AssignmentStep.assignment_id
    )
    return dict(db.session.execute(grouped).all())


def _screenings(ids: Sequence[str]) -> dict[str, Screening]:
    """The newest screening of each call: later ones take the place of earlier ones."""
    rows = select(Screening).where(Screening.referral_id.in_(ids)).order_by(Screening.at, Screening.id)
    return {screening.referral_id: screening for screening in db.session.scalars(rows)}


def _told_counts(referrals: Sequence[Referral]) -> dict[str, int]:
    going_back = [one.id for one in referrals if one.state is State.HANDING_BACK]
    counts = select(OutboxMessage.subject_id, func.max(OutboxMessage.attempt_count)).where(
        OutboxMessage.subject_id.in_(going_back), OutboxMessage.kind == HAND_BACK_KIND
    )
    return dict(db.session.execute(counts.group_by(OutboxMessage.subject_id)).all())
