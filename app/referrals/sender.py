"""Offering calls to a hook the way a dispatch centre does: signed, patient, the same id again.

The replay of real calls and the demo's dispatch both speak through this. It trusts nothing
but an answer: no answer, a 5xx or "come again" means the same message once more under the
same id, freshly signed. What is not answered in the end was never handed over.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import httpx

from app.delivery.signatures import sign
from app.foundation import clock
from app.foundation.ids import new_id

JSON = "application/json"
TIMEOUT_SECONDS = 10.0
TRIES = 6
FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 4.0
COME_AGAIN = frozenset({429, 500, 502, 503, 504})


class Unanswered(Exception):
    """Nothing was handed over: nobody answered, or only with trouble. Says what the last try met."""

    def __init__(self, last: str) -> None:
        super().__init__(last)
        self.last = last


@dataclass(frozen=True)
class HookAnswer:
    """What the hook said: its status, its body, whether it had said so before, after how many tries."""

    status: int
    body: Mapping[str, Any]
    is_replay: bool = False
    tries: int = 1

    @property
    def is_taken(self) -> bool:
        return 200 <= self.status < 300

    @property
    def slug(self) -> str:
        """The name of the problem, for an answer that is one."""
        return str(self.body.get("type", "")).rpartition("/")[2]


class HookSender:
    """One client of a hook over one set of kept connections. Close it, or use it in a `with`.

    Paths are those below `/api/v1/referrals`, or whole ones that begin with `/api/`.
    `transport` is the wire: another one loses and delays, to see what both sides make of it.
    """

    def __init__(
        self,
        url: str,
        client_id: str,
        secret: str,
        *,
        tries: int = TRIES,
        timeout_seconds: float = TIMEOUT_SECONDS,
        pause: Callable[[float], object] = time.sleep,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._url = url.rstrip("/")
        self._client_id, self._secret = client_id, secret
        self._tries, self._pause = tries, pause
        self._client = httpx.Client(
            timeout=timeout_seconds, follow_redirects=False, trust_env=False, transport=transport
        )

    def post(
        self,
        path: str,
        body: bytes,
        *,
        message_id: str,
        media_type: str = JSON,
        is_wanted: Callable[[], bool] = lambda: True,
    ) -> HookAnswer:
        """Post a message until it is answered. Raises `Unanswered`.

        `is_wanted` is asked before each try: what is no longer true is not said again.
        """
        more = {"content-type": media_type}
        return self._until_answered("POST", path, body, message_id, more, self._tries, is_wanted)

    def get(self, path: str, *, tries: int | None = None) -> HookAnswer:
        """Ask how a call stands. Raises `Unanswered`."""
        return self._until_answered("GET", path, b"", new_id(), {}, tries or self._tries, lambda: True)

    def _until_answered(
        self,
        method: str,
        path: str,
        body: bytes,
        message_id: str,
        more: dict[str, str],
        tries: int,
        is_wanted: Callable[[], bool],
    ) -> HookAnswer:
        url, last = self._url_of(path), "not wanted any more"
        for number in range(1, tries + 1):
            if not is_wanted():
                break
            signed = sign(self._secret, message_id, clock.now(), body)
            headers = {**signed, "webhook-client": self._client_id, **more}
            try:
                answer = self._client.request(method, url, content=body or None, headers=headers)
            except httpx.TransportError as problem:
                last = type(problem).__name__
            else:
                if not _is_come_again(answer):
                    is_replay = answer.headers.get("idempotent-replayed") == "true"
                    return HookAnswer(answer.status_code, _read(answer), is_replay, number)
                last = f"HTTP {answer.status_code}"
            if number < tries:
                self._pause(min(FIRST_PAUSE_SECONDS * 2 ** (number - 1), LONGEST_PAUSE_SECONDS))
        raise Unanswered(last)

    def _url_of(self, path: str) -> str:
        return self._url + (path if path.startswith("/api/") else f"/api/v1/referrals{path}")

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()


def _is_come_again(answer: httpx.Response) -> bool:
    """Trouble that passes. Two of the same message at once: the other one is being answered."""
    if answer.status_code == 409:
        return str(_read(answer).get("type", "")).endswith("/request-in-progress")
    return answer.status_code in COME_AGAIN


def _read(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
