"""An invented dispatch centre: calls come in, some twice, and it offers them to the office.

It plays dispatch and nobody else, over HTTP like any centre. What it does about a call that
it has offered is the work of its desk.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Lock
from time import monotonic
from typing import Any

from app.demo.calls import InventedCall, Spot, another_caller, invent_call, invent_update, new_dice
from app.demo.desk import Desk
from app.demo.held import Held
from app.demo.written import incident_id_of, version_at, write_call
from app.foundation import clock


class Dispatch(Desk):
    """A centre whose telephones ring."""

    def __init__(self, spots: Sequence[Spot], *desk: Any, **more: Any) -> None:
        super().__init__(*desk, **more)
        self._spots, self._count, self._lock = spots, 0, Lock()
        self.not_offered_count = 0

    def begin(self, calls_per_minute: float) -> None:
        """Offer calls about so many a minute, and look after the open ones, until stopped."""
        pace = new_dice(f"{self._seed} pace")

        def next_call() -> None:
            if not self.is_closing:
                self.agenda.after(pace.uniform(0.5, 1.5) * 60 / calls_per_minute, next_call)
                self.offer()

        def first() -> None:
            self.reconcile()  # what changed before this run is of no call that we know
            if not self.changes.is_there:
                self._say("no list", "", "the office has no list of changes", "")
            self.agenda.every(self.habits.reconcile_seconds, self.reconcile)

        self.agenda.after(0, next_call)
        self.agenda.after(0, first)
        self.agenda.every(self.habits.look_seconds, self.look_after)
        self.agenda.every(self.habits.health_seconds, self.ping)

    def offer(self) -> None:
        """Offer one invented call, and plan what will happen to it later, whoever has it then."""
        with self._lock:
            self._count += 1
            count = self._count
        if self.button.is_grey:
            self.not_offered_count += 1
            return
        number, dice = f"{clock.now():%y%m%d-%H%M%S}-{count:03}", new_dice(f"{self._seed} {count}")
        call = invent_call(dice, self._spots, number)
        has_others = dice.random() < self.habits.second_caller_share
        incident_id, at = incident_id_of(call, has_others=has_others), clock.now()
        held = self.ledger.offered(number, incident_id, is_live=call.is_live, now=monotonic(), dice=dice)
        held.version = version_at(at)
        self._plan_more(held, call)
        if has_others:
            self._later(held, lambda: self._offer_again(held, call, at))
        self._create(held, call, at, "create")
        if dice.random() < self.habits.twice_share:
            self._create(held, call, at, "create")

    def _create(self, held: Held, call: InventedCall, at: datetime, name: str) -> None:
        body = write_call(call, at, held.incident_id)
        answer = self.talk.post(held, "create", body, name=name, media_type=call.media_type)
        if answer and answer.is_taken:
            self._tell("offered", held)
        elif not held.state:
            self.ledger.taken_back(held)  # police are on their way
            self._tell("kept", held)
            if answer is None and self.ledger.begin(held, "cancel"):  # the office may have it after all
                self.agenda.after(self.habits.again_seconds, lambda: self._cancel(held))

    def _offer_again(self, held: Held, call: InventedCall, at: datetime) -> None:
        """Somebody else calls about the same incident. What has ended begins anew."""
        if self.is_closing or (held.was_taken_back and not held.is_over):
            return  # the centre has it: nobody is asked
        dice, is_known = held.dice, held.dice.random() < 0.3
        if held.is_over:
            held, is_known = self.ledger.again(held, monotonic()), False
        when = at if is_known else clock.now()
        held.next_version(version_at(when))
        self._create(held, another_caller(dice, call), when, "create 2")

    def _plan_more(self, held: Held, call: InventedCall) -> None:
        chance, habits, dice = held.dice.random(), self.habits, held.dice
        if chance < habits.cancel_share:
            self._later(held, lambda: self._cancel(held))
        elif chance < habits.cancel_share + habits.update_share:
            told = [
                invent_update(dice, call, raises=dice.random() < habits.raise_share)
                for _ in range(dice.choice((1, 1, 2, 3)))
            ]
            self._later(held, lambda: self._update(held, told))
        if dice.random() < habits.eager_share:
            words = [invent_update(dice, call, raises=False)]
            act = (lambda: self._cancel(held)) if dice.random() < 0.3 else (lambda: self._update(held, words))
            self.agenda.after(0.0, act)

    def _later(self, held: Held, act: Callable[[], None]) -> None:
        self.agenda.after(held.dice.uniform(*self.habits.later_seconds), act)
