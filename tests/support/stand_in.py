"""A stand-in for the office that keeps the hook's contract in memory, and breaks it when told to.

It shares no rule with the real office nor with the centre that is tried against it.
"""

import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

import httpx

from app.delivery.signatures import sign
from app.foundation import clock

OWNERS = {
    "dispatch": ("parked", "in_review", "offered", "handed_back", "cancelled"),
    "both": ("accept_pending", "handing_back", "cancel_requested"),
    "office": ("accepted", "contacting", "engaged", "closed"),
}
ENDED = ("handed_back", "cancelled", "closed")
CONFIRM_SECONDS = 1.0
PARKED_SECONDS = 2.5
Answer = tuple[int, dict[str, Any]]


class CutOff(Exception):
    """The connection ends without an answer."""


class StandIn:
    """An office. `lie` names what it does wrong; empty: nothing."""

    def __init__(self, callback_url: str, callback_secret: str, lie: str = "") -> None:
        self.lie, self._callback_url, self._secret = lie, callback_url, callback_secret
        self.calls: dict[str, Any] = {}
        self.answered: dict[str, tuple[bytes, Answer]] = {}
        self.changes: list[dict[str, Any]] = []
        self.lock = threading.RLock()
        self.is_open = True
        self.health = 200
        self._dice = random.Random(7)  # noqa: S311 - chance, no secret
        self._client = httpx.Client(trust_env=False, timeout=5)

    def get(self, path: str, query: dict[str, list[str]]) -> Answer:
        if path.endswith("/intake-health"):
            return self.health, {}
        with self.lock:
            if path.endswith("/referrals"):
                return self._page(int((query.get("since") or ["0"])[0]), int(query["limit"][0]))
            found = self._find(path)
            return (200, self._say(found)) if found else (404, {"type": "/problems/not-found"})

    def post(self, path: str, body: bytes, message_id: str) -> Answer:
        with self.lock:
            if message_id in self.answered and self.lie != "two_referrals":
                known, (status, answer) = self.answered[message_id]
                assert known == body, "an id was used for another message"
                return (200 if status == 201 else status), {**answer, "is_replay": True}
            if self.lie == "refused" and path.endswith("/cancel"):
                return 422, {"type": "/problems/invalid-request", "custody": "dispatch"}
            answer = self._take(path, json.loads(body))
            self.answered[message_id] = body, answer
        if self.lie == "handed_back_in_one_step" and path.endswith("/confirm"):
            raise CutOff
        return answer

    def _take(self, path: str, told: dict[str, Any]) -> Answer:
        if path.endswith("/referrals"):
            return self._create(told)
        act, call = path.rpartition("/")[2], self._find(path.rpartition("/")[0])
        if call is None and "/incidents/" not in path:
            return 404, {"type": "/problems/not-found"}
        if call is None:
            call = self._new(unquote(path.split("/")[-2]), 0)
            self._move(call, "cancelled" if act == "cancel" else "parked")
            if act != "cancel":
                self._after(PARKED_SECONDS, call, "parked", lambda: self._end(call))
            return (200 if act == "cancel" else 202), self._say(call)
        if act == "cancel" and "/incidents/" in path and call.state in (*OWNERS["both"], *OWNERS["office"]):
            return 409, {"type": "/problems/name-our-referral", "custody": "both"}
        return getattr(self, "_" + act.replace("-", "_"))(call)

    def _create(self, told: dict[str, Any]) -> Answer:
        incident_id = told.get("incident_id") or told["$id"]
        at = told.get("lastUpdateTimeStamp")
        version = told.get("version") or int(datetime.fromisoformat(at).timestamp() * 1000)
        known = self._of_incident(incident_id)
        if known and known.state == "parked":
            self._offer(known)
            return 201, self._say(known)
        is_over = known is not None and known.state in ENDED
        was_never_offered = is_over and not known.version and known.state == "handed_back"
        is_newer = is_over and known.version and version > known.version
        if not (known is None or was_never_offered or is_newer or self.lie == "two_referrals"):
            known.version = known.version or version
            return 200, self._say(known, duplicate_of=known.id)
        call = self._new(incident_id, version)
        if self._dice.random() < 0.2:
            self._move(call, "handed_back")
        else:
            self._offer(call)
        said = self._say(call)
        if self.lie == "no_custody":
            del said["custody"]
        if self.lie == "forgotten":
            del self.calls[call.id]
        return 201, said

    def _offer(self, call: Any) -> None:
        self._move(call, "offered")
        if self.lie == "no_such_arrow":
            self._after(0.2, call, "offered", lambda: self._end(call, "cancelled"))
        self._after(0.3, call, "offered", lambda: self._accept(call))

    def _accept(self, call: Any) -> None:
        is_alone = self.lie == "office_without_confirm"
        self._move(call, "accepted" if is_alone else "accept_pending", tell="accepted")
        self._after(CONFIRM_SECONDS, call, "accept_pending", lambda: self._hand_back(call))

    def _hand_back(self, call: Any) -> None:
        is_at_once = self.lie in ("handed_back_in_one_step", "nobody_owns")
        self._end(call, "handed_back" if is_at_once else "handing_back")

    def _confirm(self, call: Any) -> Answer:
        if self.lie == "handed_back_in_one_step":
            return 200, self._say(call)  # it was lost: nothing comes of it
        if call.state not in ("accept_pending", "accepted"):
            return 409, {"type": "/problems/custody-expired", "custody": "dispatch"}
        if call.state == "accept_pending":
            self._move(call, "accepted")
            if self.lie == "nobody_owns" or self._dice.random() < 0.3:
                self._after(0.4, call, "accepted", lambda: self._hand_back(call))
            elif self._dice.random() < 0.3:
                self._after(0.3, call, "accepted", lambda: self._end(call, "closed"))
        return 200, self._say(call)

    def _handback_ack(self, call: Any) -> Answer:
        if call.state not in ("handing_back", "handed_back"):
            return 409, {"type": "/problems/custody-expired", "custody": "dispatch"}
        if call.state == "handing_back":
            self._move(call, "handed_back")
        return 200, self._say(call)

    def _cancel(self, call: Any) -> Answer:
        if call.state in ("parked", "in_review", "offered"):
            self._move(call, "cancelled")
        elif call.state in ("accept_pending", "accepted"):
            self._move(call, "cancel_requested")
            self._after(0.4, call, "cancel_requested", lambda: self._end(call, "cancelled"))
        return (202 if call.state == "cancel_requested" else 200), self._say(call)

    def _updates(self, call: Any) -> Answer:
        if call.state in ENDED:
            return 409, {"type": "/problems/terminal-state", "custody": "dispatch"}
        if call.state == "offered" and self._dice.random() < 0.3:
            self._end(call)
        return 200, self._say(call)

    def _new(self, incident_id: str, version: int) -> Any:
        call = SimpleNamespace(id=uuid4().hex, incident_id=incident_id, version=version, state="")
        self.calls[call.id] = call
        return call

    def _end(self, call: Any, state: str = "handed_back") -> None:
        self._move(call, state, tell=state)

    def _find(self, path: str) -> Any:
        name = unquote(path.rpartition("/")[2])
        return self._of_incident(name) if "/incidents/" in path else self.calls.get(name)

    def _of_incident(self, incident_id: str) -> Any:
        of_it = [call for call in self.calls.values() if call.incident_id == incident_id]
        return of_it[-1] if of_it else None

    def _say(self, call: Any, **more: Any) -> dict[str, Any]:
        custody = next(owner for owner, states in OWNERS.items() if call.state in states)
        if self.lie == "wrong_owner" and call.state == "accept_pending":
            custody = "dispatch"
        if self.lie == "no_answer" and self._is_mute(call):
            raise CutOff
        other = "another" if self.lie == "wrong_call" else call.incident_id
        return {"id": call.id, "incident_id": other, "state": call.state, "custody": custody, **more}

    def _is_mute(self, call: Any) -> bool:
        call.is_mute = getattr(call, "is_mute", False) or call.state == "accepted"
        return call.is_mute

    def _move(self, call: Any, state: str, tell: str = "") -> None:
        call.state = state
        lie, self.lie = self.lie, ""
        row = {
            "cursor": len(self.changes) + 1,
            "version": 1,
            "at": clock.now().isoformat(),
            **self._say(call),
        }
        data = {**self._say(call), "referral_id": call.id, "reason": None}
        self.lie = lie
        if lie == "books_differ" and state == "accepted":
            row |= {"state": "accept_pending", "custody": "both"}
        if lie != "forgotten_in_the_list":
            self.changes.append(row)
        if tell and lie != "unannounced_change":
            threading.Thread(target=self._call_back, args=(call, state, tell, data), daemon=True).start()
        if lie == "unknown_call":
            data = data | {"referral_id": uuid4().hex, "incident_id": "nobody's"}
            threading.Thread(target=self._call_back, args=(call, state, "closed", data), daemon=True).start()

    def _call_back(self, call: Any, state: str, kind: str, data: dict[str, Any]) -> None:
        """Say it until it is taken; a hand-back until it is acknowledged."""
        body, message_id = json.dumps({"type": f"referral.{kind}", "data": data}).encode(), uuid4().hex
        while self.is_open:
            try:
                headers = sign(self._secret, message_id, clock.now(), body)
                answer = self._client.post(self._callback_url, content=body, headers=headers)
            except (httpx.TransportError, RuntimeError):
                time.sleep(0.2)
                continue
            said = answer.json() if answer.content else {}
            with self.lock:
                if said.get("confirmed") and call.state == "accept_pending":
                    self._move(call, "accepted")
                if said.get("acknowledged") and call.state == "handing_back":
                    self._move(call, "handed_back")
                if kind != "handing_back" or call.state != "handing_back":
                    return
            time.sleep(0.3)

    def _after(self, seconds: float, call: Any, since: str, act: Callable[[], None]) -> None:
        def due() -> None:
            with self.lock:
                if call.state == since and self.is_open:
                    act()

        timer = threading.Timer(seconds, due)
        timer.daemon = True
        timer.start()

    def _page(self, since: int, limit: int) -> Answer:
        page = self.changes[since : since + limit]
        after = since + len(page)
        return 200, {"changes": page, "next": str(after), "has_more": after < len(self.changes)}


def _handler_of(office: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            self._answer(lambda: office.get(address.path, parse_qs(address.query)))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(lambda: office.post(self.path, body, self.headers["webhook-id"]))

        def _answer(self, act: Callable[[], Answer]) -> None:
            try:
                status, said = act()
            except CutOff:
                self.close_connection = True
                return
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if said.get("is_replay"):
                self.send_header("Idempotent-Replayed", "true")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def standing_in(callback_url: str, callback_secret: str, lie: str = "") -> Iterator[tuple[str, StandIn]]:
    """The stand-in on a port of this machine: its address and itself."""
    office = StandIn(callback_url, callback_secret, lie)
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(office)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", office
        office.is_open = False
        server.shutdown()
        thread.join()
        office._client.close()
