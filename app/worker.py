"""Door: the loop that rings clocks, delivers messages and links the trail.

Any number of workers may run; each takes a thing by claiming its row. Messages travel on
threads of their own: a receiver that hangs must not keep a clock from ringing. A stop
signal lets what is under way finish.
"""

import os
import signal
import socket
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from types import FrameType

import structlog
from flask import current_app
from sqlalchemy import delete, func, select
from sqlalchemy.exc import DBAPIError

from app import journey, journey_again
from app.audit.checkpoints import Signer
from app.audit.linking import Linker
from app.delivery import outbox, timers
from app.delivery.couriers import Couriers
from app.delivery.ladder import ACCEPTED_KIND, HAND_BACK_KIND
from app.delivery.models import WorkerBeat
from app.delivery.webhook import WebhookSender
from app.foundation import clock
from app.foundation.behalf import office_own
from app.foundation.clock_guard import ClockGuard
from app.foundation.db import db
from app.foundation.office import agency_id
from app.foundation.reader import as_machine
from app.handoffs.timers import TIMER_HANDLERS as HANDOFF_TIMERS
from app.referrals import lapses
from app.referrals.actions import CONFIRM_TIMER, CONTACT_TIMER, LAPSE_TIMER, PHONE_TIMER
from app.referrals.links import MERGED_TIMER
from app.triage.replays import TIMER_HANDLERS as REPLAY_TIMERS
from app.vault import cleaning, period_keys, sweep

log = structlog.get_logger()

IDLE_SECONDS = 0.2
BEAT_SECONDS = 2.0
TROUBLE_SECONDS = 1.0
LAPSES_AT_ONCE = 1_000

TIMER_HANDLERS: dict[str, timers.TimerHandler] = {
    LAPSE_TIMER: office_own("nobody answered a call in time")(journey.lapse),
    CONFIRM_TIMER: office_own("dispatch did not confirm our yes in time")(journey.confirm_ran_out),
    CONTACT_TIMER: office_own("nobody reached the people in time")(journey.contact_ran_out),
    MERGED_TIMER: office_own("two messages of dispatch are read together")(journey_again.look_at_merged),
    PHONE_TIMER: office_own("dispatch has not said that it has the call")(journey.phone_dispatch),
    **HANDOFF_TIMERS,
    **REPLAY_TIMERS,
    **sweep.TIMER_HANDLERS,
}
_of_dispatch = office_own("dispatch answers by itself, whoever it was that we told it of")
# What the answer to a message may settle: the member of its JSON that must be true, and the moment it is.
ANSWERS: dict[str, tuple[str, Callable[[str, datetime], None]]] = {
    ACCEPTED_KIND: ("confirmed", _of_dispatch(journey.yes_answered)),
    HAND_BACK_KIND: ("acknowledged", _of_dispatch(journey.hand_back_answered)),
}


class Worker:
    """One worker: does what is due until it is told to stop."""

    def __init__(self, send: outbox.Send) -> None:
        self._send = send
        self._couriers: Couriers | None = None
        self._stopping = False
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._last_beat = 0.0
        self._guard = ClockGuard()
        settings = current_app.extensions["settings"]
        self._linker = Linker(Signer.of(settings.witness_key, agency_id()), settings.witness_file)

    def stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        self._stopping = True

    def run(self) -> None:
        """Work until stopped, with couriers for the messages."""
        app = current_app._get_current_object()  # type: ignore[attr-defined]  # each courier has its own context

        def carry(message: outbox.Claimed) -> None:
            with app.app_context():
                self._try(lambda: outbox.carry(message, self._send, settle))

        with Couriers(carry) as self._couriers:
            while not self._stopping:
                self._beat()
                if not self.work_once():
                    self._couriers.wait(IDLE_SECONDS)
        self._couriers = None

    def work_once(self) -> bool:
        """Do a little of each kind; says whether there was anything. Clocks come first."""
        return any([self._try(partial(part, self)) for part in PARTS])  # noqa: C419 - each kind gets its turn

    @office_own("a call whose clock runs out goes back to dispatch, whoever had it")
    def ring_lapses(self) -> bool:
        return ring_lapses(clock.now())

    @office_own("only claims a clock: for whom its work is done, each handler says itself")
    def ring_next(self) -> bool:
        return timers.fire_next(TIMER_HANDLERS, clock.now(), lapses.hold)

    @office_own(
        "what the office has promised dispatch and others to say; it was decided before it was queued"
    )
    def deliver(self) -> bool:
        if self._couriers:
            return self._couriers.send_due(clock.now())
        return outbox.deliver_next(self._send, clock.now(), settle)

    @office_own("the chain of the trail takes in what everybody did")
    def link(self) -> bool:
        return self._linker.link(clock.now())

    @office_own("the witness is told how far the trail has come")
    def tell_witness(self) -> bool:
        return self._linker.write_file(time.monotonic())

    @office_own("what was destroyed by the schedule leaves the files as well")
    def clean(self) -> bool:
        return cleaning.clean_if_asked()

    def _try(self, part: Callable[[], bool | None]) -> bool:
        """A database that is away, or one row that fails, must not stop the other clocks."""
        try:
            with as_machine():
                return bool(part())
        except DBAPIError as problem:
            log.error("worker_database", problem=type(problem).__name__)
            time.sleep(TROUBLE_SECONDS)
        except Exception:  # whatever one row does, the clock of the next call must still ring
            log.exception("worker_failed")
        db.session.rollback()
        return False

    def _beat(self) -> None:
        """A sign of life every two seconds: the board shows when there is none."""
        if time.monotonic() - self._last_beat < BEAT_SECONDS:
            return
        self._last_beat = time.monotonic()
        self._try(self._note_beat)

    @office_own("the board shows whether anybody works, and clocks catch up when the time jumped")
    def _note_beat(self) -> bool:
        latest = db.session.scalar(select(func.max(WorkerBeat.at)))
        jump = self._guard.jump(latest)
        if jump:
            log.error("clock_jumped", seconds=round(jump.total_seconds(), 1))
            lapses.catch_up(clock.now())
            db.session.execute(delete(WorkerBeat).where(WorkerBeat.at > clock.now()))
        db.session.merge(WorkerBeat(worker=self._name, at=clock.now()))
        sweep.schedule(clock.now())
        period_keys.schedule(clock.now())
        db.session.commit()
        return True


PARTS: tuple[Callable[[Worker], bool], ...] = (
    Worker.ring_lapses,
    Worker.ring_next,
    Worker.deliver,
    Worker.link,
    Worker.tell_witness,
    Worker.clean,
)
"""A little of each kind, clocks first. Each says for whom it is done (`foundation.behalf`)."""


def ring_lapses(now: datetime) -> bool:
    """Hand back every call whose clock has run out, many at once: seconds count for each of them.

    Should one of them fail, none of it is kept, and each is rung alone by the timers' own way.
    """
    referral_ids = lapses.take_lapsed(LAPSES_AT_ONCE, now)
    if referral_ids:
        journey.lapse_all(referral_ids, now)
    db.session.commit()
    return bool(referral_ids)


def settle(message: outbox.Claimed, said: outbox.Said) -> None:
    """Hand on what a receiver's answer says, where there is something that it may settle."""
    word, act = ANSWERS.get(message.kind, ("", None))
    if act and word in said:
        act(message.subject_id, message.created_at)


def run_worker() -> None:
    """Run until SIGTERM or Ctrl-C."""
    sender = WebhookSender()
    worker = Worker(sender)
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    log.info("worker_started")
    try:
        worker.run()
    finally:
        sender.close()
        log.info("worker_stopped")
