"""The judge: what dispatch was told, held against what the store has, row by row.

Nothing of the product judges here: owners, clocks and what belongs together are written
down once more, from the contract.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from bench.rig.ledger import Ledger, Sent
from bench.rig.line import OWNER_IN
from bench.rig.receiver import Received
from bench.rig.rows import Found, Rows

WAITING = {"parked", "in_review", "offered"}
EVERY = frozenset(OWNER_IN)
PROMISES = (
    ("referral.handed_back", WAITING, "handed_back"),
    ("referral.accepted", EVERY, "accept_pending"),
    ("referral.handing_back", EVERY, "handing_back"),
)
"""The callback that each move promises."""
MOST_EXAMPLES = 5
GRACE = timedelta(seconds=2)


@dataclass
class Verdict:
    """What is wrong, by kind, with examples: ids and codes."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    checked: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, what: str) -> None:
        """One thing that is wrong."""
        self.counts[kind] += 1
        if len(self.examples[kind]) < MOST_EXAMPLES:
            self.examples[kind].append(what)

    def unless(self, fine: bool, kind: str, what: str) -> None:  # noqa: FBT001 - reads as a sentence
        """One thing that was looked at."""
        if not fine:
            self.add(kind, what)


def judge(
    ledger: Ledger,
    rows: Rows,
    received: Received | None,
    ended_at: datetime,
    *,
    has_clock_moved: bool = False,
) -> Verdict:
    """Everything that can be wrong with what is left. `ended_at`: when the last worker stopped.

    Without `received` nobody waited for the callbacks to leave, nor for the clocks to ring.
    When our clock was moved, the dates of the states do not tell their order.
    """
    verdict = Verdict()
    if has_clock_moved:
        _put_in_order(rows)
    for wrong in ledger.wrong:
        verdict.add(wrong.partition(":")[0], wrong)
    _judge_messages(verdict, ledger, rows)
    _judge_strangers(verdict, ledger, rows)
    for referral in rows.referrals.values():
        _judge_referral(verdict, referral, rows)
        verdict.checked["referrals"] += 1
    if received is not None:
        _judge_callbacks(verdict, rows, received)
        _judge_clocks(verdict, rows, ended_at)
    return verdict


def _put_in_order(rows: Rows) -> None:
    for referral_id, states in rows.states.items():
        if (referral := rows.referrals.get(referral_id)) is not None:
            states.sort(key=lambda one: bool(one.state == referral.state))


def _judge_messages(verdict: Verdict, ledger: Ledger, rows: Rows) -> None:
    for sent in ledger.sent:
        kept = rows.messages.get(sent.message_id, [])
        verdict.unless(len(kept) <= 1, "twice", f"{sent.kind} {sent.message_id} is kept {len(kept)} times")
        if sent.is_acknowledged:
            verdict.checked[f"acknowledged {sent.kind}"] += 1
            if not kept:
                verdict.add("lost", f"{sent.kind} {sent.message_id}, answered {sent.status}, is not there")
                continue
            _judge_kept(verdict, sent, kept[0], rows)
        elif sent.status is not None:
            verdict.unless(not kept, "half", f"{sent.kind} {sent.message_id} was refused and is kept")


def _judge_kept(verdict: Verdict, sent: Sent, kept: Found, rows: Rows) -> None:
    name = f"{sent.kind} {sent.message_id}"
    status = 200 if sent.is_replay and kept.answer_status == 201 else kept.answer_status
    same = (kept.kind.value, kept.body_digest, status) == (sent.kind, sent.digest, sent.status)
    verdict.unless(same, "changed", f"{name} is kept as another message")
    verdict.unless(kept.answer == sent.answer, "changed", f"{name} was answered otherwise than is kept")
    referral = rows.referrals.get(str(sent.answer.get("id")))
    verdict.unless(referral is not None, "lost", f"{name}: its referral is not there")
    if referral is not None:
        fits = referral.incident_id == sent.incident_id and kept.referral_id == referral.id
        verdict.unless(fits, "changed", f"{name} points at another referral")


def _judge_strangers(verdict: Verdict, ledger: Ledger, rows: Rows) -> None:
    """What nobody sent, and what belongs to nothing."""
    told = {sent.message_id for sent in ledger.sent}
    for message_id, kept in rows.messages.items():
        verdict.unless(message_id in told, "invented", f"message {message_id}")
        gone = [one for one in kept if one.referral_id is not None and one.referral_id not in rows.referrals]
        verdict.unless(not gone, "half", f"message {message_id} without its referral")
    by_incident = Counter(referral.incident_id for referral in rows.referrals.values())
    incidents = {sent.incident_id for sent in ledger.sent}
    for incident_id, count in by_incident.items():
        verdict.unless(count == 1, "twice", f"incident {incident_id} has {count} referrals")
        verdict.unless(incident_id in incidents, "invented", f"incident {incident_id}")
    for subject_id in {*rows.states, *rows.timers, *rows.outbox, *rows.screenings}:
        verdict.unless(subject_id in rows.everybodys, "half", f"rows of {subject_id}, which is not there")


def _judge_referral(verdict: Verdict, referral: Found, rows: Rows) -> None:
    name, state = f"referral {referral.id}", referral.state.value
    states = rows.states.get(referral.id, [])
    creates = [
        one
        for one in rows.told.get(referral.id, [])
        if one.kind.value == "create" and one.answer_status == 201
    ]
    verdict.unless(OWNER_IN[state] == referral.custody.value, "no owner", f"{name} in {state}")
    verdict.unless(len(creates) == 1, "half", f"{name} has {len(creates)} first messages")
    verdict.unless(rows.screenings[referral.id] >= 1, "half", f"{name} without its screening")
    if not states:
        verdict.add("half", f"{name} without a dated state")
        return
    last, first = states[-1], states[0]
    fits = (last.state, last.custody) == (referral.state, referral.custody)
    verdict.unless(fits, "half", f"{name} in {state}, its last dated state is {last.state.value}")
    if creates:
        answer = creates[0].answer
        said = (answer["state"], answer["custody"]) == (first.state.value, first.custody.value)
        verdict.unless(said, "half", f"{name}: its first dated state is not what was answered")
    trail = rows.trail
    verdict.unless(trail[referral.id, "referral.received"] == 1, "half", f"{name} without its trail")
    moves = len(states) - 1
    verdict.unless(trail[referral.id, "referral.moved"] == moves, "half", f"{name}: trail and states differ")
    _judge_promises(verdict, referral, states, rows)


def _judge_promises(verdict: Verdict, referral: Found, states: list[Found], rows: Rows) -> None:
    """The clocks and callbacks that the states ask for."""
    name, state = f"referral {referral.id}", referral.state.value
    running = [
        timer
        for timer in rows.timers.get(referral.id, [])
        if timer.done_at is None and timer.cancelled_at is None and timer.kind == "referral.lapse"
    ]
    if state in WAITING:
        due = [timer.due_at for timer in running]
        verdict.unless(due == [referral.clock_due_at], "half", f"{name} in {state} has {len(due)} clocks")
    else:
        verdict.unless(not running, "half", f"{name} in {state} has a clock that runs")
    told = Counter(one.kind for one in rows.outbox.get(referral.id, []))
    moves = Counter((before.state.value, after.state.value) for before, after in pairwise(states))
    for kind, from_states, to in PROMISES:
        count = sum(moves[before, to] for before in from_states)
        verdict.unless(told[kind] == count, "half", f"{name}: {to} {count} times, {kind} {told[kind]} times")


def _judge_callbacks(verdict: Verdict, rows: Rows, received: Received) -> None:
    for subject_id, promised in rows.outbox.items():
        for one in promised if subject_id in rows.referrals else ():
            name = f"callback {one.id} ({one.kind})"
            verdict.checked["callbacks"] += 1
            verdict.unless(one.dead_at is None, "undelivered", f"{name} was given up")
            if one.sent_at is None:
                verdict.add("undelivered", f"{name} after {one.attempt_count} tries")
            elif one.id not in received.times:
                verdict.add("lost", f"{name} was noted as sent and never came")
    known = {one.id for promised in rows.outbox.values() for one in promised}
    for message_id in received.times:
        verdict.unless(message_id in known, "invented", f"callback {message_id}")
    verdict.unless(
        not received.badly_signed, "dishonest", f"{received.badly_signed} callbacks are badly signed"
    )


def _judge_clocks(verdict: Verdict, rows: Rows, ended_at: datetime) -> None:
    """Nobody waits past the clock, once everything works again."""
    for referral in rows.referrals.values():
        if referral.state.value in WAITING and referral.clock_due_at is not None:
            over = ended_at - referral.clock_due_at
            verdict.unless(over <= GRACE, "stuck", f"referral {referral.id}: {over} past its clock")
