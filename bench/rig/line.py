"""One line of dispatch to the hook: signs, sends, and sends again under the same id until it knows."""

import http.client
import json
import socket
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from app.delivery.signatures import sign
from bench.load import HOST
from bench.rig.ledger import Body, Ledger, Sent

TIMEOUT_SECONDS = 2.0
"""As a CAD has it (security.md C.3): a message that is not answered by then is sent once more."""
TRIES = 60
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 1.0
OWNER_IN = {
    "parked": "dispatch",
    "in_review": "dispatch",
    "offered": "dispatch",
    "accept_pending": "both",
    "accepted": "office",
    "contacting": "office",
    "engaged": "office",
    "handing_back": "both",
    "handed_back": "dispatch",
    "cancel_requested": "both",
    "cancelled": "dispatch",
    "closed": "office",
}
"""Who owns a call of dispatch's in each state: the contract's words, apart from the product's own."""
COME_AGAIN = {429, 500, 503, 504}
HONEST_REFUSALS = {(409, "terminal-state"), (409, "custody-expired")}


class Line:
    """A connection that is opened anew whenever it breaks."""

    def __init__(self, port: int, client: dict[str, str], ledger: Ledger) -> None:
        self._port, self._client, self._ledger = port, client, ledger
        self._open: http.client.HTTPConnection | None = None

    def tell(self, sent: Sent) -> Sent:
        """Send a message until it is settled, or for so many tries."""
        self._ledger.add(sent)
        start = time.perf_counter()
        settled = self._until_settled("POST", sent)
        sent.milliseconds = (time.perf_counter() - start) * 1000
        if settled is not None:
            sent.status, sent.answer, sent.is_replay = settled
            self._judge(sent)
            self._ledger.settle(sent)
        return sent

    def repeat(self, sent: Sent) -> None:
        """The very same once more: it must come to the very same."""
        settled = self._until_settled("POST", replace(sent, tries=0))
        if settled is None:
            return
        status, answer, is_replay = settled
        first_status = 200 if sent.status == 201 else sent.status
        if (status, answer, is_replay) != (first_status, sent.answer, True):
            self._ledger.accuse(f"changed: {sent.kind} {sent.message_id} repeated was answered {status}")
        self._ledger.note_repeat()

    def look(self, referral_id: str) -> None:
        """Ask how a call stands."""
        path = f"/api/v1/referrals/{referral_id}"
        asked = Sent(f"look_{time.time_ns()}_{threading.get_ident()}", "look", "", path, b"")
        settled = self._until_settled("GET", asked)
        if settled is None:
            self._ledger.note_look("never answered")
            return
        status, answer, _ = settled
        self._ledger.note_look(str(status))
        if status != 200 or answer.get("id") != referral_id or not _owner_fits(answer):
            self._ledger.accuse(f"lost: a look at {referral_id}, acknowledged before, was answered {status}")

    def close(self) -> None:
        """Hang up."""
        if self._open is not None:
            self._open.close()
        self._open = None

    def _until_settled(self, method: str, sent: Sent) -> tuple[int, Body, bool] | None:
        pause = FIRST_PAUSE_SECONDS
        for _ in range(TRIES):
            if self._ledger.is_over.is_set():
                return None
            sent.tries += 1
            try:
                status, kind, answer, is_replay = self._once(method, sent)
            except (OSError, http.client.HTTPException, ValueError) as trouble:
                self.close()
                self._ledger.meet(_name_of(trouble))
            else:
                slug = str(answer.get("type", "")).rpartition("/")[2]
                if status >= 300:
                    self._check_honest(sent, status, kind, answer, slug)
                if not _is_come_again(status, slug):
                    return status, answer, is_replay
                self._ledger.meet(f"{status} {slug}")
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
        return None

    def _once(self, method: str, sent: Sent) -> tuple[int, str, Body, bool]:
        headers = {
            "content-type": "application/json",
            "webhook-client": self._client["client_id"],
            **sign(self._client["secret"], sent.message_id, datetime.now(UTC), sent.body),
        }
        if self._open is None:
            self._open = http.client.HTTPConnection(HOST, self._port, timeout=TIMEOUT_SECONDS)
            self._open.connect()
            self._open.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._open.request(method, sent.path, body=sent.body or None, headers=headers)
        answer = self._open.getresponse()
        body: Any = json.loads(answer.read())
        replayed = answer.headers.get("idempotent-replayed") == "true"
        return answer.status, answer.headers.get_content_type(), body, replayed

    def _check_honest(self, sent: Sent, status: int, kind: str, answer: Body, slug: str) -> None:
        """Whatever is not taken is a problem that says in so many words: the call is dispatch's."""
        if kind != "application/problem+json" or answer.get("custody") != "dispatch":
            self._ledger.accuse(f"dishonest: {sent.kind} {sent.message_id} was answered {status} {slug}")

    def _judge(self, sent: Sent) -> None:
        status, slug = sent.status, str(sent.answer.get("type", "")).rpartition("/")[2]
        if sent.is_acknowledged:
            if not _owner_fits(sent.answer):
                self._ledger.accuse(f"dishonest: {sent.kind} {sent.message_id}: owner does not fit state")
        elif (status, slug) not in HONEST_REFUSALS:
            self._ledger.accuse(f"refused: {sent.kind} {sent.message_id} was answered {status} {slug}")


def _owner_fits(answer: Body) -> bool:
    return OWNER_IN.get(str(answer.get("state"))) == answer.get("custody")


def _is_come_again(status: int, slug: str) -> bool:
    """Trouble that passes; 401 only when our clocks differ: whoever is told the time signs anew."""
    return (
        status in COME_AGAIN
        or (status, slug) == (409, "request-in-progress")
        or (status, slug) == (401, "stale-timestamp")
    )


def _name_of(trouble: Exception) -> str:
    if isinstance(trouble, TimeoutError):
        return "no answer in time"
    return "not reached" if isinstance(trouble, ConnectionRefusedError) else "cut"
