"""An invented dispatch centre at work: offers calls, confirms, updates, cancels, takes back.

It plays dispatch and nobody else, over HTTP like any centre. It is not a perfect one: now
and then it confirms late or never, says a thing twice, or takes a call back, because real
ones do and the board must show what happens then.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from time import monotonic
from typing import Any

from app.demo.agenda import Agenda
from app.demo.calls import InventedCall, Spot, invent_call, invent_update
from app.demo.ledger import Held, Ledger
from app.demo.written import incident_id_of, write_call, write_update
from app.foundation import clock
from app.referrals.sender import HookAnswer, HookSender, Unanswered

Say = Callable[[str, str, str, str], None]
"""What happened, the call's number, how it stands, and who owns it as the centre sees it."""


@dataclass(frozen=True)
class Habits:
    """How this centre works: shares of one, and seconds from and to."""

    late_confirm_share: float = 0.04
    no_confirm_share: float = 0.04
    update_share: float = 0.25
    raise_share: float = 0.25
    cancel_share: float = 0.06
    twice_share: float = 0.04
    confirm_seconds: tuple[float, float] = (1.0, 5.0)
    late_seconds: float = 20.0
    take_back_seconds: tuple[float, float] = (2.0, 8.0)
    later_seconds: tuple[float, float] = (6.0, 45.0)
    look_seconds: float = 10.0
    again_seconds: float = 5.0


class Dispatch:
    """The centre: its agenda, its ledger, its line to the hook."""

    def __init__(
        self,
        sender: HookSender,
        agenda: Agenda,
        spots: Sequence[Spot],
        dice: Random,
        say: Say,
        habits: Habits,
    ) -> None:
        self._sender, self._agenda, self._spots = sender, agenda, spots
        self._dice, self._say, self._habits = dice, say, habits
        self._count = 0
        self.ledger = Ledger()
        self.unexplained_count = 0

    def begin(self, calls_per_minute: float) -> None:
        """Offer calls about so many a minute, and look after the open ones, until stopped."""

        def next_call() -> None:
            wait = self._dice.uniform(0.5, 1.5) * 60 / calls_per_minute
            self._agenda.after(wait, next_call)
            self.offer()

        self._agenda.after(0, next_call)
        self._agenda.every(self._habits.look_seconds, self.look_after)

    def offer(self) -> None:
        """Offer one invented call."""
        self._count += 1
        number = f"{clock.now():%y%m%d-%H%M%S}-{self._count:03}"
        call = invent_call(self._dice, self._spots, number)
        held = self.ledger.offered(number, incident_id_of(call), is_live=call.is_live, now=monotonic())
        body, asked_at = write_call(call, clock.now()), monotonic()
        answer = self._post(held, "", body, "create", media_type=call.media_type)
        if answer is None or not answer.is_taken:
            held.state = "kept"
            self.ledger.begin(held, "confirm")  # should the office have it after all: police are on their way
            self._tell("kept", held)
            return
        self._hear(held, answer.body, "offered", asked_at)
        if self._dice.random() < self._habits.twice_share:
            self._post(held, "", body, "create", media_type=call.media_type)
        self._plan_more(held, call)

    def _plan_more(self, held: Held, call: InventedCall) -> None:
        """What will happen to a call later, whoever has it then."""
        if held.is_over:
            return
        later, chance = self._dice.uniform(*self._habits.later_seconds), self._dice.random()
        if chance < self._habits.cancel_share:
            self._agenda.after(later, lambda: self._cancel(held))
        elif chance < self._habits.cancel_share + self._habits.update_share:
            raises = self._dice.random() < self._habits.raise_share
            words = invent_update(self._dice, call, raises=raises)
            self._agenda.after(later, lambda: self._update(held, words))

    def take_callback(self, kind: str, data: dict[str, Any]) -> None:
        """The office told us something about a call; act on it soon, on the centre's own thread."""
        self._agenda.after(0, lambda: self._act_on(kind, data))

    def _act_on(self, kind: str, data: dict[str, Any]) -> None:
        """A callback is a nudge to look: what counts is what the office says when it is asked."""
        referral_id, incident_id = str(data.get("referral_id")), str(data.get("incident_id"))
        held = self.ledger.find(referral_id, incident_id) or self.ledger.adopt(referral_id, monotonic())
        held.referral_id = referral_id
        self._look_at(held, kind.removeprefix("referral."))

    def look_after(self) -> None:
        """Ask how the open calls stand, in case a callback was lost, and watch the dead-man clock."""
        for held in self.ledger.overdue(monotonic()):
            if self.ledger.begin(held, "give up"):
                self._tell("too late", held)
                self._cancel(held)
        for held in self.ledger.list_open():
            self._look_at(held)
        for held in self.ledger.silent(monotonic()):
            self._warn(held, "nobody could say for two minutes who owns it")

    def _look_at(self, held: Held, event: str = "") -> None:
        """Ask how a call stands. Without an event only what is news is said."""
        before, asked_at = (held.state, held.custody), monotonic()
        try:
            answer = self._sender.get(f"/{held.referral_id}")
        except Unanswered:
            return  # `silent` speaks up when it lasts
        if not answer.is_taken:
            self._warn(held, f"the office does not know it (HTTP {answer.status})")
            return
        is_news = before != (answer.body.get("state"), answer.body.get("custody"))
        self._hear(held, answer.body, event or ("looked" if is_news else ""), asked_at)

    def _hear(self, held: Held, said: Any, event: str, asked_at: float) -> None:
        problem = self.ledger.heard(held, said, asked_at=asked_at, now=monotonic())
        if event:
            self._tell(event, held)
        if problem:
            self._warn(held, problem)
        self._react(held)

    def _react(self, held: Held) -> None:
        """What a centre does about the state of a call, once for each."""
        if held.state == "accept_pending" and self.ledger.begin(held, "confirm"):
            self._plan_confirm(held)
        elif held.state == "handing_back" and self.ledger.begin(held, "take back"):
            self._agenda.after(
                self._dice.uniform(*self._habits.take_back_seconds), lambda: self._take_back(held)
            )
        elif held.state in ("handed_back", "cancelled"):
            self.ledger.taken_back(held)

    def _plan_confirm(self, held: Held) -> None:
        chance, habits = self._dice.random(), self._habits
        if chance < habits.no_confirm_share:
            self._tell("forgets", held)
        elif chance < habits.no_confirm_share + habits.late_confirm_share:
            self._agenda.after(habits.late_seconds, lambda: self._confirm(held))
        else:
            self._agenda.after(self._dice.uniform(*habits.confirm_seconds), lambda: self._confirm(held))

    def _confirm(self, held: Held) -> None:
        if held.was_taken_back:
            return
        self.ledger.confirming(held)
        if not self._act(held, "confirm", "confirmed"):
            self._tell("not let go", held)

    def _take_back(self, held: Held) -> None:
        self.ledger.taken_back(held)
        if self._act(held, "handback-ack", "took back") is None:
            self._agenda.after(self._habits.again_seconds, lambda: self._take_back(held))

    def _cancel(self, held: Held) -> None:
        if not held.is_over and held.referral_id:
            self.ledger.taken_back(held)
            self._act(held, "cancel", "cancels")

    def _update(self, held: Held, words: str) -> None:
        if not held.is_over:
            body = write_update(words, int(clock.now().timestamp() * 1000))
            self._act(held, "updates", "updates", body)

    def _act(self, held: Held, act: str, event: str, body: bytes = b"{}") -> bool | None:
        """Say one thing about a call; True when the office took it, None when nobody answered."""
        asked_at = monotonic()
        answer = self._post(held, f"/{held.referral_id}/{act}", body, act)
        if answer is None or not answer.is_taken:
            return None if answer is None else False
        self._hear(held, answer.body, event, asked_at)
        return True

    def _post(self, held: Held, path: str, body: bytes, name: str, **form: str) -> HookAnswer | None:
        """Post until it is answered; None when nobody answers."""
        try:
            return self._sender.post(path, body, message_id=f"{held.number}-{name}", **form)
        except Unanswered as problem:
            self._say("no answer", held.number, problem.last, held.owner.value)
            return None

    def _tell(self, event: str, held: Held) -> None:
        self._say(event, held.number, held.state, held.owner.value)

    def _warn(self, held: Held, problem: str) -> None:
        if self.ledger.begin(held, f"warn {problem}"):
            self.unexplained_count += 1
            self._say("WARNING", held.number, problem, held.owner.value)


def as_line(now: datetime, event: str, number: str, state: str, owner: str) -> str:
    """One line for one event: ids and states, never the words of a person."""
    return f"{now:%H:%M:%S}  {event:<13} {number:<22} {state:<17} owner: {owner}"
