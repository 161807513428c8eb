"""What is said between the centre and the office about calls: put on the time line, and judged."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from urllib.parse import quote

from app.demo.contract import Lie
from app.demo.held import Held
from app.demo.ledger import Ledger
from app.demo.line import FaultyLine
from app.referrals.sender import JSON, HookAnswer, HookSender, Unanswered

_NEVER_OURS = frozenset({400, 401, 403, 413, 415, 422})
"""What we write is well formed, signed, allowed, and under an id of its own."""
_SPEAKS_OF_NO_CALL = frozenset({404, 405})


class Talk:
    """The centre's voice; it passes on what is news, what cannot be explained, and what met silence."""

    def __init__(
        self,
        sender: HookSender,
        ledger: Ledger,
        line: FaultyLine | None,
        heard: Callable[[Held], None],
        blamed: Callable[[Held, Lie], None],
        unanswered: Callable[[Held, str], None],
    ) -> None:
        self.sender, self._ledger, self._line = sender, ledger, line
        self._heard, self._blamed, self._unanswered = heard, blamed, unanswered
        self._lock = threading.Lock()
        self._answer_count = self._under_way_count = 0
        self.takes_incident_numbers = True

    @property
    def answer_count(self) -> int:
        """How often the office has answered anything about any call."""
        return self._answer_count

    @property
    def is_speaking(self) -> bool:
        """Whether something that we said has no answer yet: it may come to a call that nobody knows."""
        return self._under_way_count > 0

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        with self._lock:
            self._under_way_count += 1
        try:
            yield
        finally:
            with self._lock:
                self._under_way_count -= 1

    def post(
        self,
        held: Held,
        act: str,
        body: bytes = b"{}",
        *,
        name: str = "",
        media_type: str = JSON,
        is_wanted: Callable[[], bool] = lambda: True,
    ) -> HookAnswer | None:
        """Say one thing about a call until it is answered; None when nobody answers, or there is no way."""
        path = "" if act == "create" else self._path(held, act)
        if path is None:
            return None
        with self._speaking():
            return self._post(held, act, path, body, name or act, media_type, is_wanted)

    def _post(
        self,
        held: Held,
        act: str,
        path: str,
        body: bytes,
        name: str,
        media_type: str,
        is_wanted: Callable[[], bool],
    ) -> HookAnswer | None:
        message_id, asked_at = f"{held.number}:{name}", monotonic()
        self._ledger.sending(held, message_id, act, asked_at)
        try:
            answer = self.sender.post(
                path, body, message_id=message_id, media_type=media_type, is_wanted=is_wanted
            )
        except Unanswered as problem:
            if self._line and not self._line.has_left(message_id):
                self._ledger.never_left(held, message_id)
            held.is_silent = True
            held.note(f"no answer to {act}: {problem.last}")
            self._unanswered(held, problem.last)
            return None
        by_incident = "/incidents/" in path
        self._take(held, act, answer, asked_at, by_incident=by_incident, message_id=message_id)
        self._same_again(held, message_id, answer)
        return None if by_incident and answer.status in _SPEAKS_OF_NO_CALL else answer

    def look(self, held: Held, *, tries: int = 1) -> bool:
        """Ask how a call stands; whether it was answered."""
        path, asked_at = self._path(held), monotonic()
        if path is None:
            return False
        try:
            answer = self.sender.get(path, tries=tries)
        except Unanswered:
            held.is_silent = True
            return False
        self._take(held, "", answer, asked_at, by_incident="/incidents/" in path)
        return True

    def _path(self, held: Held, act: str = "") -> str | None:
        """Where a call is spoken of: by the office's id, or by our own number before that is known."""
        tail = f"/{act}" if act else ""
        if held.referral_id:
            return f"/{held.referral_id}{tail}"
        if not self.takes_incident_numbers:
            return None
        return f"/api/v1/incidents/{quote(held.incident_id, safe='')}{tail}"

    def _take(
        self,
        held: Held,
        act: str,
        answer: HookAnswer,
        asked_at: float,
        *,
        by_incident: bool,
        message_id: str = "",
    ) -> None:
        with self._lock:
            self._answer_count += 1
        held.is_silent = False
        if not answer.is_taken:
            self._refused(held, act, answer, by_incident=by_incident)
            return
        said_id = str(answer.body.get("id") or "")
        if act == "create" and held.referral_id and said_id not in ("", held.referral_id):
            held = self._other(held, said_id, message_id)
        lies = self._ledger.heard(
            held,
            answer.body,
            asked_at=asked_at,
            now=monotonic(),
            is_replay=answer.is_replay,
            is_look=not act,
        )
        self.announce(held, lies)
        self._heard(held)

    def _other(self, held: Held, referral_id: str, message_id: str) -> Held:
        """A create was answered with another referral: right when the one before has ended.

        The one before is the one that we knew when we first said this. Where we knew none, two
        creates of the incident have crossed, and either referral may be the one before.
        """
        known = self._ledger.find(referral_id)
        if known:
            return known
        new = self._ledger.again(held, monotonic(), referral_id)
        may_be_before = [held] if held.known_at_first.get(message_id) else [held, new]
        if not any(map(self._may_have_ended, may_be_before)):
            self.blame(new, Lie.TWO_REFERRALS)
        return new

    def _may_have_ended(self, held: Held) -> bool:
        """Whether a call is over, if need be asked anew; one that nobody answers of may be."""
        return held.is_over or not self.look(held) or held.is_over

    def _same_again(self, held: Held, message_id: str, answer: HookAnswer) -> None:
        """The same message is about the same referral, however often it comes."""
        said_id = str(answer.body.get("id") or "") if answer.is_taken else ""
        if said_id and held.answers.setdefault(message_id, said_id) != said_id:
            self.blame(held, Lie.TWO_REFERRALS)

    def _refused(self, held: Held, act: str, answer: HookAnswer, *, by_incident: bool) -> None:
        held.note(f"refused {act or 'look'}: {answer.status} {answer.slug}")
        if answer.status in _NEVER_OURS:
            self.blame(held, Lie.REFUSED)
        if answer.status in _SPEAKS_OF_NO_CALL:
            if by_incident and act:
                self.takes_incident_numbers = False
            elif not by_incident and act != "create":
                self.blame(held, Lie.FORGOTTEN)
        elif not answer.body.get("custody"):
            self.blame(held, Lie.NO_CUSTODY)

    def blame(self, held: Held, *lies: Lie) -> None:
        """The office cannot be right about this call."""
        self.announce(held, self._ledger.blame(held, list(lies)))

    def announce(self, held: Held, lies: list[Lie]) -> None:
        """Say aloud what the ledger could not explain."""
        for lie in lies:
            self._blamed(held, lie)
