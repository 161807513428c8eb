"""Where the demo's dispatch hears what became of its calls: signed messages on a port of its own."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from app.delivery.signatures import check
from app.foundation import clock

MAX_BODY_BYTES = 65_536
READ_SECONDS = 5.0
Answer = tuple[int, bytes]
Tell = Callable[[str, dict[str, Any], bool], dict[str, Any] | None]
"""Called with the kind of a message, its data, and whether it is new. What it gives is the answer's body."""
Carry = Callable[[Mapping[str, str], bytes, Callable[[Mapping[str, str], bytes], Answer]], Answer | None]
"""The line before the ear: brings a message to it, or not, and its answer back, or not (None)."""


class Ear:
    """Takes what the office signed, and knows what it has heard before."""

    def __init__(self, secret: str, tell: Tell) -> None:
        self._secret, self._tell = secret, tell
        self._seen: set[str] = set()
        self._lock = threading.Lock()

    def receive(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """Take a message when its signature holds; anything else changes nothing."""
        message_id = headers.get("webhook-id", "")
        problem = check(
            self._secret,
            message_id=message_id,
            timestamp=headers.get("webhook-timestamp", ""),
            signatures=headers.get("webhook-signature", ""),
            body=body,
            now=clock.now(),
        )
        if problem:
            return 401, b""
        message = json.loads(body)
        answer = self._tell(message["type"], message["data"], self._is_new(message_id))
        return (200, json.dumps(answer).encode()) if answer else (204, b"")

    def _is_new(self, message_id: str) -> bool:
        """Whether a message comes for the first time: the office repeats what it is unsure of."""
        with self._lock:
            is_new = message_id not in self._seen
            self._seen.add(message_id)
            return is_new


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, port: int, ear: Ear, carry: Carry) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.ear, self.carry = ear, carry


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = READ_SECONDS

    def do_POST(self) -> None:
        """Read a message and hand it to the ear; without an answer the line is cut."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MAX_BODY_BYTES:
            self._answer(413, close=True)
            return
        body = self.rfile.read(int(length))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.carry(headers, body, self.server.ear.receive)
        if answer is None:
            self.close_connection = True
        else:
            self._answer(*answer)

    def _answer(self, status: int, body: bytes = b"", *, close: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if body:
            self.send_header("Content-Type", "application/json")
        if close:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the simulator says one line for each thing that happens."""


@contextmanager
def listening(port: int, secret: str, tell: Tell, carry: Carry | None = None) -> Iterator[int]:
    """Listen on this machine until the block ends; gives the port. Raises `OSError` when it is taken."""
    with _Server(port, Ear(secret, tell), carry or _straight) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def _straight(
    headers: Mapping[str, str], body: bytes, receive: Callable[[Mapping[str, str], bytes], Answer]
) -> Answer | None:
    return receive(headers, body)
