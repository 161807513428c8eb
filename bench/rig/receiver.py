"""Where dispatch learns what becomes of its calls: remembers all that came and how it was signed."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from app.delivery.signatures import SignatureProblem, check
from bench.load import HOST


class Received:
    """What came: how often each message, and how many with a signature that does not hold."""

    def __init__(self) -> None:
        self.url = ""
        self.secret = ""
        self.times: Counter[str] = Counter()
        self.badly_signed = 0
        self._door = threading.Lock()

    def note(self, message_id: str, timestamp: str, signatures: str, body: bytes) -> None:
        """One message that came."""
        given = {"message_id": message_id, "timestamp": timestamp, "signatures": signatures, "body": body}
        problem = check(self.secret, now=datetime.now(UTC), **given)  # type: ignore[arg-type]
        with self._door:
            self.times[message_id] += 1
            self.badly_signed += problem is SignatureProblem.BAD


@contextmanager
def receiver() -> Iterator[Received]:
    """A receiver on this machine."""
    received = Received()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            if len(body) < length:  # its sender was killed while it spoke: half a message is none
                self.close_connection = True
                return
            names = ("webhook-id", "webhook-timestamp", "webhook-signature")
            message_id, timestamp, signatures = (self.headers.get(name, "") for name in names)
            received.note(message_id, timestamp, signatures, body)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer((HOST, 0), Handler) as server:
        server.daemon_threads = True
        received.url = f"http://localhost:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield received
        server.shutdown()
