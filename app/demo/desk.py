"""The desk of an invented dispatch centre: it confirms, updates, cancels and takes back what was offered.

It is not a perfect one: now and then it confirms late or never, or takes a call back, because
real ones do and the board must show what happens then. And it believes nobody: what the office
says of a call is held against the contract, and what cannot be explained is kept.
"""

import re
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

from app.demo.agenda import Agenda
from app.demo.button import Button
from app.demo.calls import new_dice
from app.demo.contract import Lie
from app.demo.habits import Habits
from app.demo.held import Held
from app.demo.ledger import Ledger
from app.demo.line import FaultyLine
from app.demo.reconciling import Reconciling
from app.demo.talk import Talk
from app.demo.written import version_at, write_update
from app.foundation import clock
from app.referrals.sender import HookSender, Unanswered

Say = Callable[[str, str, str, str], None]
"""What happened, the call's number, how it stands, and who owns it as the centre sees it."""


class Desk:
    """Looks after the calls of one centre: its agenda, its ledger, its talk with the office."""

    def __init__(
        self,
        sender: HookSender,
        agenda: Agenda,
        say: Say,
        habits: Habits,
        *,
        seed: int | None = None,
        line: FaultyLine | None = None,
    ) -> None:
        self.agenda, self.habits, self.line = agenda, habits, line
        self._say, self._seed = say, new_dice(seed).random()
        self._began = f"{clock.now():%y%m%d%H%M%S}"
        self.ledger = Ledger(habits.dead_man_seconds, habits.grace_seconds)
        self.talk = Talk(sender, self.ledger, line, self._react, self._blamed, self._unanswered)
        self.changes = Reconciling(self.talk, self.ledger, habits.page_size)
        self.button = Button(habits.grey_seconds, monotonic())
        self.is_closing = False

    @property
    def unexplained_count(self) -> int:
        """For how many calls the centre cannot explain who owned them."""
        return sum(bool(one.lies) for one in self.ledger.list_all())

    def ping(self) -> None:
        """Ask whether the office is well; when it has not been for a while, nothing is offered."""
        if not self.button.is_asked:
            return
        try:
            status: int | None = self.talk.sender.get("/api/v1/intake-health", tries=1).status
        except Unanswered as problem:
            status = int(problem.last[5:]) if problem.last.startswith("HTTP ") else None
        if words := self.button.heard(status, monotonic()):
            self._say("health", "", words, "")

    def reconcile(self) -> None:
        """Read what the office says changed, and compare."""
        self.changes.read()

    # --- what the office says ----------------------------------------------------------------

    def take_callback(self, kind: str, data: dict[str, Any], is_new: bool) -> dict[str, Any] | None:  # noqa: FBT001 - the ear says so
        """The office told us something about a call; look soon, and confirm at once if that is our way."""
        name = kind.removeprefix("referral.")
        held = self._find(str(data.get("referral_id") or ""), str(data.get("incident_id") or ""))
        self.talk.announce(held, self.ledger.called_back(held, name, data, monotonic()))
        if is_new:
            self._tell(name, held)
            self.agenda.after(0, lambda: self._look_at(held))
        if new_dice(held.number).random() >= self.habits.callback_confirm_share:
            return None
        if name == "accepted" and self.ledger.confirming(held, monotonic()):
            self.ledger.begin(held, "confirm")
            self.ledger.sending(held, f"{held.number}:answer", "confirm", monotonic())
            return {"confirmed": True}
        if name == "handing_back":
            self.ledger.taken_back(held)
            self.ledger.sending(held, f"{held.number}:answer 2", "handback-ack", monotonic())
            return {"acknowledged": True}
        return None

    def _find(self, referral_id: str, incident_id: str) -> Held:
        """The call that a callback speaks of; one that nobody offered goes into the report."""
        if held := self.ledger.find(referral_id, incident_id):
            if not held.referral_id:
                held.referral_id = referral_id
            return held
        if known := self.ledger.find_incident(incident_id):
            return self.ledger.again(known, monotonic(), referral_id)
        held = self.ledger.adopt(referral_id, monotonic())
        if self.habits.knows_every_call and not self._is_earlier(incident_id):
            self.talk.blame(held, Lie.UNKNOWN_CALL)
        return held

    def _is_earlier(self, incident_id: str) -> bool:
        """Whether a number was given before this run: numbers begin with their time."""
        time = re.search(r"(?<!\d)(\d{6})-?(\d{6})", incident_id)
        return time is not None and "".join(time.groups()) < self._began

    def look_after(self) -> None:
        """Ask how the open calls stand, in case a callback was lost."""
        for held in self.ledger.list_open():
            self.agenda.after(0, lambda held=held: self._look_at(held))  # type: ignore[misc]
        for held in self.ledger.silent(monotonic()):
            self.talk.blame(held, Lie.NO_ANSWER)

    def _look_at(self, held: Held) -> None:
        if not self.ledger.begin(held, "look"):
            return  # somebody is looking
        before = held.state
        self.talk.look(held)
        held.doing.discard("look")
        if before != held.state:
            self._tell("looked", held)

    def ring(self) -> None:
        """The dead-man clock. It needs no office: what rings is ours, and the office is told if it can be."""
        for held in self.ledger.ring(monotonic()):
            self._tell("too late", held)
            if self.ledger.begin(held, "cancel"):
                self.agenda.after(0, lambda held=held: self._cancel(held))  # type: ignore[misc]

    def _react(self, held: Held) -> None:
        """What a centre does about the state of a call, once for each."""
        if held.state == "handing_back" and self.ledger.begin(held, "take back"):
            self._in(self.habits.take_back_seconds, held, lambda: self._take_back(held))
        elif held.is_over or held.is_earlier:
            if held.custody == "dispatch":
                self.ledger.taken_back(held)
        elif held.was_taken_back and held.state != "handing_back" and self.ledger.begin(held, "cancel"):
            self.agenda.after(0, lambda: self._cancel(held))
        elif held.state == "accept_pending" and self.ledger.begin(held, "confirm"):
            self._plan_confirm(held)

    def _plan_confirm(self, held: Held) -> None:
        chance, habits = held.dice.random(), self.habits
        if chance < habits.no_confirm_share:
            self._tell("forgets", held)
        elif chance < habits.no_confirm_share + habits.late_confirm_share:
            self.agenda.after(habits.late_seconds, lambda: self._confirm(held))
        else:
            self._in(habits.confirm_seconds, held, lambda: self._confirm(held))

    def _in(self, seconds: tuple[float, float], held: Held, act: Callable[[], None]) -> None:
        self.agenda.after(held.dice.uniform(*seconds), act)

    # --- what the centre says ----------------------------------------------------------------

    def _confirm(self, held: Held) -> None:
        if not self.ledger.confirming(held, monotonic()):
            return
        answer = self.talk.post(held, "confirm", is_wanted=lambda: not held.was_taken_back)
        self._tell("confirmed" if answer and answer.is_taken else "not let go", held)

    def _take_back(self, held: Held) -> None:
        self.ledger.taken_back(held)
        if self.talk.post(held, "handback-ack") is None:
            self.agenda.after(self.habits.again_seconds, lambda: self._take_back(held))
        self._tell("took back", held)

    def _cancel(self, held: Held) -> None:
        """Take a call back, and say so until that is answered."""
        if held.is_over:
            return
        self.ledger.begin(held, "cancel")
        self.ledger.taken_back(held)
        answer = None if self.button.is_grey else self.talk.post(held, "cancel")
        is_by_number = answer is not None and answer.slug == "name-our-referral"
        if is_by_number:  # a person there has said yes: look whom we speak of, and say it again
            self.talk.look(held)
        if answer is None or is_by_number:
            self.agenda.after(self.habits.again_seconds, lambda: self._cancel(held))
        self._tell("cancels", held)

    def _update(self, held: Held, told: Sequence[str]) -> None:
        """Say what was learned. Several things at once go several ways, and may arrive in any order."""
        for words in () if held.is_over or self.is_closing else told:
            version = held.next_version(version_at(clock.now()))
            body, name = write_update(words, version), f"updates {version}"
            self.agenda.after(0, lambda body=body, name=name: self._say_update(held, body, name))  # type: ignore[misc]

    def _say_update(self, held: Held, body: bytes, name: str) -> None:
        self.talk.post(held, "updates", body, name=name)
        self._tell("updates", held)

    def take_all_back(self) -> None:
        """The shift ends: what nobody has said yes to is offered no longer."""
        for held in self.ledger.list_ours():
            if held.end.value == "open" and self.ledger.begin(held, "cancel"):
                self.agenda.after(0, lambda held=held: self._cancel(held))  # type: ignore[misc]

    def _tell(self, event: str, held: Held) -> None:
        self._say(event, held.number, held.state or "sent", held.owner.value)

    def _unanswered(self, held: Held, problem: str) -> None:
        self._say("no answer", held.number, problem, held.owner.value)

    def _blamed(self, held: Held, lie: Lie) -> None:
        self._say("WARNING", held.number, lie.words, held.owner.value)
