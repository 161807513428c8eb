"""A real HTTP server that receives our webhooks, remembers them, and answers as it is told."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass(frozen=True)
class Received:
    """One request as it came over the wire."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Its address, what it got, and what it will answer: `receiver.answers.append(503)`."""

    url: str
    requests: list[Received] = field(default_factory=list)
    answers: deque[int] = field(default_factory=deque)
    """The next statuses, first in first out; 200 when none is left."""
    answer_body: bytes = b"{}"
    answer_type: str = "application/json"
    answer_headers: dict[str, str] = field(default_factory=dict)
    delay_seconds: float = 0
    drip_seconds: float = 0
    """Between one byte of the answer's body and the next; 0 sends it whole."""
    came: threading.Event = field(default_factory=threading.Event)

    def wait_for(self, count: int, seconds: float = 10) -> list[Received]:
        """The requests, once there are this many."""
        while len(self.requests) < count:
            assert self.came.wait(seconds), f"{len(self.requests)} of {count} came in {seconds} s"
            self.came.clear()
        return self.requests


def handler_of(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    pause = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.requests.append(Received(self.command, self.path, headers, body))
            receiver.came.set()
            pause.wait(receiver.delay_seconds)
            self.send_response(receiver.answers.popleft() if receiver.answers else 200)
            for name, value in receiver.answer_headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", receiver.answer_type)
            self.send_header("Content-Length", str(len(receiver.answer_body)))
            self.end_headers()
            self.send_body()

        def send_body(self) -> None:
            with suppress(OSError):  # the other side need not read to the end
                if not receiver.drip_seconds:
                    self.wfile.write(receiver.answer_body)
                    return
                for byte in receiver.answer_body:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                    pause.wait(receiver.drip_seconds)

        do_GET = do_PUT = do_POST

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the tests read `requests`."""

    return Handler


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A webhook receiver on this machine until the block ends."""
    receiver = Receiver(url="")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler_of(receiver)) as server:
        receiver.url = f"http://localhost:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield receiver
        server.shutdown()
        thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A webhook receiver on this machine."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def another_receiver() -> Iterator[Callable[[], Receiver]]:
    """Makes one more receiver: another_receiver()."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(receiving())
