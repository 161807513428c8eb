"""Where the demo's dispatch hears what became of its calls: signed messages on a port of its own."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from app.delivery.signatures import check
from app.foundation import clock

MAX_BODY_BYTES = 65_536
READ_SECONDS = 5.0
Tell = Callable[[str, dict[str, Any]], None]
"""Called with the kind of a message and its data, once for each message."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int, secret: str, tell: Tell) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.secret, self.tell = secret, tell
        self._seen: set[str] = set()
        self._lock = threading.Lock()

    def is_new(self, message_id: str) -> bool:
        """Whether a message comes for the first time: the office repeats what it is unsure of."""
        with self._lock:
            is_new = message_id not in self._seen
            self._seen.add(message_id)
            return is_new


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = READ_SECONDS

    def do_POST(self) -> None:
        """Take a message when its signature holds; anything else changes nothing."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MAX_BODY_BYTES:
            self._answer(413, close=True)
            return
        body = self.rfile.read(int(length))
        message_id = self.headers.get("webhook-id", "")
        problem = check(
            self.server.secret,
            message_id=message_id,
            timestamp=self.headers.get("webhook-timestamp", ""),
            signatures=self.headers.get("webhook-signature", ""),
            body=body,
            now=clock.now(),
        )
        if problem:
            self._answer(401)
            return
        message = json.loads(body)
        if self.server.is_new(message_id):
            self.server.tell(message["type"], message["data"])
        self._answer(204)

    def _answer(self, status: int, *, close: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        if close:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the simulator says one line for each thing that happens."""


@contextmanager
def listening(port: int, secret: str, tell: Tell) -> Iterator[int]:
    """Listen on this machine until the block ends; gives the port. Raises `OSError` when it is taken."""
    with _Server(port, secret, tell) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
