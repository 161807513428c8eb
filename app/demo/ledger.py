"""The dispatch centre's own view of who owns each call. It never asks us what it should believe.

One rule: the centre lets go only on a 2xx that says custody is the office's. If it has let
go and the office says the call is the centre's, nobody owns it. And its own dead-man clock
needs nobody: a call without a confirmed yes by then is the centre's for ever.
"""

from collections import Counter
from collections.abc import Mapping
from random import Random
from threading import RLock
from typing import Any

from app.demo import contract
from app.demo.contract import Lie, View
from app.demo.held import Held, Owner
from app.foundation import clock

DEAD_MAN_SECONDS = (60.0, 20 * 60.0)
"""A call without a confirmed yes by then is treated as never offered: the caller is held; is called back."""
SILENT_SECONDS = 120.0
GRACE_SECONDS = 5.0
"""So long after a change the message about it may still be on its way."""
_BEFORE_A_YES = frozenset({"", "parked", "in_review", "offered"})
_EVERYTHING = ("create", "updates", "cancel", "confirm", "handback-ack")


class Ledger:
    """All calls of one run, safe to use from several threads."""

    def __init__(
        self,
        dead_man_seconds: tuple[float, float] = DEAD_MAN_SECONDS,
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        self._calls: list[Held] = []
        self._dead_man_seconds, self._grace_seconds = dead_man_seconds, grace_seconds
        self.lock = RLock()

    # --- what the centre does ----------------------------------------------------------------

    def offered(
        self, number: str, incident_id: str, *, is_live: bool, now: float, dice: Random | None = None
    ) -> Held:
        """A call is about to be offered; it is the centre's."""
        held = Held(number, incident_id, is_live, offered_at=now, heard_at=now)
        held.dice = dice or held.dice
        with self.lock:
            self._calls.append(held)
        return held

    def adopt(self, referral_id: str, now: float) -> Held:
        """A call of an earlier run, of which nothing is remembered: never confirmed, always taken back."""
        held = self.offered(referral_id, "", is_live=False, now=now)
        held.referral_id, held.is_earlier, held.was_taken_back = referral_id, True, True
        held.said = {act: act for act in _EVERYTHING}  # whatever was said then
        return held

    def again(self, held: Held, now: float, referral_id: str = "") -> Held:
        """A new call about an incident of before, which has ended or is about to be found ended."""
        number = f"{held.number}~{sum(one.incident_id == held.incident_id for one in self.list_all()) + 1}"
        new = self.offered(number, held.incident_id, is_live=held.is_live, now=now, dice=held.dice)
        with self.lock:
            new.referral_id, new.version = referral_id, held.version
            told = {key: act for key, act in held.said.items() if act in ("create", "updates", "cancel")}
            new.said = told  # what was said by the incident's number may have met the new call
        return new

    def sending(self, held: Held, message_id: str, act: str, now: float) -> None:
        """A message is about to leave: from now on the office may have heard it."""
        with self.lock:
            held.said[message_id] = act
            held.known_at_first.setdefault(message_id, held.referral_id)
            if act != "updates":  # we react before the office could be late with its message
                held.unannounced = {
                    state: at for state, at in held.unannounced.items() if now - at > self._grace_seconds
                }
            held.note(f"we send {act}")

    def never_left(self, held: Held, message_id: str) -> None:
        """The line lost every try of a message: the office cannot have heard it."""
        with self.lock:
            held.said.pop(message_id, None)
            held.known_at_first.pop(message_id, None)

    def confirming(self, held: Held, now: float) -> bool:
        """The centre records our yes and is about to say so. Not when it has the call back for ever."""
        with self.lock:
            if self._is_late(held, now) or held.was_taken_back:
                return False
            held.has_confirmed = True
            return True

    def taken_back(self, held: Held) -> None:
        """The centre has the call again, before it says so."""
        with self.lock:
            held.owner, held.was_taken_back = Owner.DISPATCH, True

    def begin(self, held: Held, what: str) -> bool:
        """Whether this is the first to do a thing to a call."""
        with self.lock:
            is_first = what not in held.doing
            held.doing.add(what)
            return is_first

    def ring(self, now: float) -> list[Held]:
        """The dead-man clock: every call without a confirmed yes in time is the centre's for ever."""
        with self.lock:
            late = [
                one
                for one in self._calls
                if not one.is_over and not one.was_taken_back and self._is_late(one, now)
            ]
            for one in late:
                one.was_taken_back, one.kept_at = True, now
                one.note("the dead-man clock rings: kept")
            return late

    def _is_late(self, held: Held, now: float) -> bool:
        live, callback = self._dead_man_seconds
        seconds = live if held.is_live else callback
        return held.owner is Owner.DISPATCH and now - held.offered_at > seconds

    # --- what the office says ----------------------------------------------------------------

    def heard(
        self,
        held: Held,
        said: Mapping[str, Any],
        *,
        asked_at: float,
        now: float,
        is_replay: bool = False,
        is_look: bool = False,
    ) -> list[Lie]:
        """The office said how a call stands. Gives what cannot be explained.

        An answer to an older question than the last one heard is stale and says nothing; the
        first answer again (`is_replay`) says how it stood then.
        """
        view = View(str(said.get("state") or ""), str(said.get("custody") or ""))
        with self.lock:
            lies = contract.lies_in(view)
            if held.incident_id and said.get("incident_id", held.incident_id) != held.incident_id:
                lies.append(Lie.WRONG_CALL)
            self._learn_id(held, str(said.get("id") or ""))
            held.heard_at, held.is_silent = now, False
            if not is_replay and asked_at >= held.asked_at:
                lies += self._follow(held, view, asked_at=asked_at, now=now, is_look=is_look)
            if asked_at >= held.asked_at:
                self._let_go(held, view, now)
            return self.blame(held, lies)

    def _learn_id(self, held: Held, referral_id: str) -> None:
        if referral_id and not held.referral_id:
            held.is_double = self.find(referral_id) is not None
            held.referral_id = referral_id

    def _follow(self, held: Held, view: View, *, asked_at: float, now: float, is_look: bool) -> list[Lie]:
        """Take the office's word for how it stands, if it can have come there."""
        before = "accept_pending" if held.has_yes and held.state in _BEFORE_A_YES else held.state
        said, lies = held.said.values(), []
        if view.state in contract.OWNER_IN and not contract.can_become(before, view.state, said):
            if asked_at < held.last_heard_at:
                return []  # two answers crossed: this is the older word
            lies.append(contract.name_of(before, view, said))
        if held.let_go_at is not None and held.owner is Owner.OFFICE and view.custody == contract.DISPATCH:
            lies += [Lie.NOBODY] if asked_at >= held.let_go_at else []
        is_changed = view.custody != (held.custody or contract.DISPATCH)
        if is_look and is_changed and contract.ANNOUNCED.get(view.state, "") not in {"", *held.told}:
            held.unannounced.setdefault(view.state, now)
        is_news = view != View(held.state, held.custody)
        held.asked_at, held.last_heard_at, held.state, held.custody = asked_at, now, view.state, view.custody
        if is_news or lies:
            held.note("we look" if is_look else "the office answers")
        return lies

    def _let_go(self, held: Held, view: View, now: float) -> None:
        """Only after our confirm, and only on a word that the office owns it, in time."""
        may = held.has_confirmed and not held.was_taken_back and not self._is_late(held, now)
        if may and view.custody == contract.OFFICE and held.owner is Owner.DISPATCH:
            held.owner, held.let_go_at = Owner.OFFICE, now
            held.note("we let go")
        held.had_two_owners |= view.custody == contract.BOTH
        held.had_two_owners |= view.custody == contract.OFFICE and held.owner is Owner.DISPATCH

    def called_back(self, held: Held, kind: str, data: Mapping[str, Any], now: float) -> list[Lie]:
        """A callback about a call. It is a nudge to look; what it says must still hold together."""
        view = View(str(data.get("state") or ""), str(data.get("custody") or ""))
        with self.lock:
            lies = contract.lies_in(view)
            if view.custody == contract.OFFICE and "confirm" not in held.said.values():
                lies.append(Lie.NOT_CONFIRMED)
            held.told.add(kind)
            held.unannounced = {
                state: at for state, at in held.unannounced.items() if contract.ANNOUNCED[state] != kind
            }
            if kind == "accepted" and not held.has_yes:
                held.has_yes, held.last_heard_at = True, now
            held.note(f"the office calls back: {kind}, state {view.state}, custody {view.custody}")
            return self.blame(held, lies)

    def listed(self, held: Held, row: Mapping[str, Any]) -> list[Lie]:
        """A row of the office's list of changes, oldest first: no step between two rows may be missing."""
        view = View(str(row.get("state") or ""), str(row.get("custody") or ""))
        with self.lock:
            lies = contract.lies_in(view)
            before, said = held.row.state if held.row else "", held.said.values()
            if not lies and not contract.can_become(before, view.state, said):
                lies.append(contract.name_of(before, view, said))
            held.row = view
            self._learn_id(held, str(row.get("id") or ""))
            if lies:
                held.note(f"the list of changes says {view.state}, custody {view.custody}")
            return self.blame(held, lies)

    def blame(self, held: Held, lies: list[Lie]) -> list[Lie]:
        """Keep what could not be explained, each kind once; gives those that are new."""
        with self.lock:
            new = [lie for lie in dict.fromkeys(lies) if lie not in held.lies]
            for lie in new:
                held.lies[lie] = clock.now().isoformat(timespec="milliseconds")
                held.note(f"UNEXPLAINED {lie}: {lie.words}")
            return new

    # --- what is asked of the book -----------------------------------------------------------

    def find(self, referral_id: str, incident_id: str = "") -> Held | None:
        """The call a callback speaks of. One whose answer was lost is known by its incident."""
        with self.lock:
            same = (one for one in self._calls if referral_id and referral_id == one.referral_id)
            lost = (one for one in self._calls if not one.referral_id and one.incident_id == incident_id)
            return next(same, None) or next(lost, None)

    def find_incident(self, incident_id: str) -> Held | None:
        """The last call about an incident of this run."""
        with self.lock:
            of_incident = (one for one in reversed(self._calls) if one.incident_id == incident_id)
            return next(of_incident, None) if incident_id else None

    def list_all(self) -> list[Held]:
        with self.lock:
            return list(self._calls)

    def list_open(self) -> list[Held]:
        """Calls the office has and that are not over, oldest first."""
        return [one for one in self.list_ours() if one.referral_id and not one.is_over]

    def list_ours(self) -> list[Held]:
        """The calls of this run, each once."""
        return [one for one in self.list_all() if not one.is_earlier and not one.is_double]

    def unannounced(self, now: float) -> list[Held]:
        """Calls whose owner changed by the office's own act long ago, and no message said so."""
        return [
            one
            for one in self.list_ours()
            if any(now - at > self._grace_seconds for at in one.unannounced.values())
        ]

    def silent(self, now: float) -> list[Held]:
        """Calls that the office owns and that nobody could say anything of for two minutes."""
        return [
            one
            for one in self.list_open()
            if one.owner is Owner.OFFICE and now - one.heard_at > SILENT_SECONDS
        ]

    def count(self) -> dict[str, int]:
        """How many calls stand where."""
        return dict(sorted(Counter(one.end.value for one in self.list_ours()).items()))
