"""A line between the centre and the office that loses, delays, doubles and overtakes, both ways.

It stands where the network stands: as the wire under `HookSender`, and before the ear that
takes callbacks. Unlike a network it remembers what it did, so that what the line swallowed
is never laid at the office's door.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import orjson

from app.demo.calls import new_dice
from app.demo.faults import Fate, Faults, roll

PATIENCE_SECONDS = 2.0
Answer = tuple[int, bytes]
Receive = Callable[[Mapping[str, str], bytes], Answer]
"""Takes what came in at the ear and gives the answer to it."""


def call_of(message_id: str) -> str:
    """The call that a message of the centre belongs to: ids are written `NUMBER:ACT`."""
    return message_id.partition(":")[0]


class FaultyLine:
    """One line, with its faults on the way out and on the way back. `counts` says what it did."""

    def __init__(
        self,
        out: Faults,
        back: Faults,
        *,
        seed: int | str | None = None,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self.out, self.back = out, back
        self.patience_seconds = patience_seconds
        self.counts: Counter[str] = Counter()
        self._seed = new_dice(seed).random()
        self._tries: Counter[str] = Counter()
        self._left: set[str] = set()
        self._swallowed: set[str] = set()
        self._passed: Counter[str] = Counter()
        self._turn = threading.Condition()
        self._copies: list[threading.Thread] = []
        self._mended = threading.Event()

    def mend(self) -> None:
        """From now on everything passes, and what was held goes on."""
        self._mended.set()
        with self._turn:
            self._turn.notify_all()

    def close(self) -> None:
        """Wait for the copies that are still on their way; those of later are dropped."""
        self.mend()
        for copy in self._copies:
            copy.join(self.patience_seconds + 5)

    def has_left(self, message_id: str) -> bool:
        """Whether any try of a message of ours got through to the office."""
        with self._turn:
            return message_id in self._left

    def has_swallowed(self, referral_id: str) -> bool:
        """Whether a callback about this referral was lost or kept back on the way."""
        with self._turn:
            return referral_id in self._swallowed

    def transport(self) -> httpx.BaseTransport:
        """The wire for a `HookSender`."""
        return _Wire(self)

    def carry(self, headers: Mapping[str, str], body: bytes, receive: Receive) -> Answer | None:
        """Bring a callback to the ear. None: nobody hears an answer, as when a connection is cut."""
        call = _referral_of(body)
        fate = self.fate(self.back, headers.get("webhook-id", ""))
        if fate.is_lost:
            self._note("callback lost", swallowed=call)
            return None
        time.sleep(fate.delay_seconds)
        if fate.is_held:  # the office gives up on it; the bytes arrive when another has overtaken them
            self._note("callback held", swallowed=call)

            def arrive() -> None:
                self.hold(call, self.back)
                receive(headers, body)

            self._later(0, arrive)
            return None
        if fate.copy_after is not None:
            self._note("callback doubled")
            self._later(fate.copy_after, lambda: receive(headers, body))
        answer = receive(headers, body)
        self.passed(call)
        if fate.is_answer_lost:
            self._note("answer to a callback lost")
            return None
        return answer

    def fate(self, faults: Faults, message: str) -> Fate:
        """What happens to this try of this message."""
        with self._turn:
            self._tries[message] += 1
            number = self._tries[message]
        if self._mended.is_set():
            return Fate()
        return roll(faults, new_dice(f"{self._seed} {message} {number}"))

    def send(self, request: httpx.Request, send: Callable[[httpx.Request], httpx.Response]) -> httpx.Response:
        """Bring a message of the centre to the office, and the answer back, or not."""
        message_id, began = request.headers["webhook-id"], time.monotonic()
        is_told = request.method == "POST"  # a look belongs to no order of messages
        fate = self.fate(self.out, message_id if is_told else request.url.path)
        if fate.is_lost:
            self._note("message lost" if is_told else "look lost")
            self._mended.wait(self.patience_seconds)
            raise httpx.ReadTimeout("lost on the way")
        time.sleep(fate.delay_seconds)
        if fate.is_held and is_told:
            self._note("message held")
            self.hold(call_of(message_id), self.out)
        if fate.copy_after is not None and is_told:
            self._note("message doubled")
            self._later(fate.copy_after, lambda: _send_again(request, send))
        if is_told:
            with self._turn:
                self._left.add(message_id)
        answer = send(request)
        if is_told:
            self.passed(call_of(message_id))
        if fate.is_answer_lost or time.monotonic() - began > self.patience_seconds:
            self._note("answer lost" if fate.is_answer_lost else "answer too late")
            answer.read()
            answer.close()
            raise httpx.ReadTimeout("the answer was lost on the way")
        return answer

    def hold(self, call: str, faults: Faults) -> None:
        """Wait until another message of the call has passed, or as long as such things last."""
        with self._turn:
            before = self._passed[call]
            self._turn.wait_for(
                lambda: self._passed[call] != before or self._mended.is_set(), faults.hold_seconds
            )
            if self._passed[call] != before:
                self.counts["overtaken"] += 1

    def passed(self, call: str) -> None:
        """A message of this call has arrived: what it has overtaken goes on."""
        with self._turn:
            self._passed[call] += 1
            self._turn.notify_all()

    def _note(self, what: str, swallowed: str = "") -> None:
        with self._turn:
            self.counts[what] += 1
            if swallowed:
                self._swallowed.add(swallowed)

    def _later(self, seconds: float, act: Callable[[], Any]) -> None:
        def wait_and_act() -> None:
            if seconds and self._mended.wait(seconds):
                return
            try:
                act()
            except httpx.TransportError:
                self._note("copy lost")

        copy = threading.Thread(target=wait_and_act, daemon=True)
        self._copies = [one for one in self._copies if one.is_alive()]
        self._copies.append(copy)
        copy.start()


class _Wire(httpx.BaseTransport):
    """The centre's end of the line, where a connection would be."""

    def __init__(self, line: FaultyLine) -> None:
        self._line, self._inner = line, httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._line.send(request, self._inner.handle_request)

    def close(self) -> None:
        self._line.close()
        self._inner.close()


def _send_again(request: httpx.Request, send: Callable[[httpx.Request], httpx.Response]) -> None:
    copy = httpx.Request(
        request.method,
        request.url,
        headers=request.headers,
        content=request.content,
        extensions=request.extensions,
    )
    answer = send(copy)
    answer.read()
    answer.close()


def _referral_of(body: bytes) -> str:
    """Whom a callback is about, without believing it: the ear checks the signature."""
    try:
        return str(orjson.loads(body)["data"]["referral_id"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return ""
