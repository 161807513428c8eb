"""A load of requests that are ready as bytes, over connections that stay open, one request each at a time.

A closed loop asks again as soon as it is answered, and finds how much a server can take. An open
loop asks at set times whatever the server does, as callers do, and finds how long they wait. Only
to a server on this machine, and only for the time it is told.
"""

import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

HOST = "127.0.0.1"


@dataclass
class Load:
    """What came of it."""

    seconds: float = 0
    answers: Counter[int] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)

    @property
    def accepted_per_second(self) -> float:
        return sum(count for status, count in self.answers.items() if 200 <= status < 300) / self.seconds

    def percentile(self, share: float) -> float:
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass
class _Line:
    """One open connection and the answer that is coming in on it."""

    socket: socket.socket
    asked_at: float = 0
    answer: bytes = b""

    def ask(self, request: bytes) -> None:
        self.answer, self.asked_at = b"", time.perf_counter()
        self.socket.sendall(request)

    def read(self) -> int | None:
        """The status, once the whole answer is there."""
        part = self.socket.recv(65536)
        if not part:
            raise ConnectionError("The server closed a connection that was to stay open.")
        self.answer += part
        head, found, body = self.answer.partition(b"\r\n\r\n")
        if not found:
            return None
        length = next(
            int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
        )
        return int(head[9:12]) if len(body) >= length else None


def run(port: int, requests: Sequence[bytes], *, connections: int, seconds: float) -> Load:
    """Send the requests until they or the time are used up; every answer is waited for."""
    load, waiting = Load(), iter(requests)
    selector = selectors.DefaultSelector()
    start = time.perf_counter()
    open_lines = sum(_open(selector, port, waiting) for _ in range(connections))
    while open_lines:
        for key, _ in selector.select(timeout=30):
            line: _Line = key.data
            if (status := line.read()) is None:
                continue
            load.answers[status] += 1
            load.milliseconds.append((time.perf_counter() - line.asked_at) * 1000)
            request = next(waiting, None) if time.perf_counter() - start < seconds else None
            if request is None:
                selector.unregister(line.socket)
                line.socket.close()
                open_lines -= 1
            else:
                line.ask(request)
    load.seconds = time.perf_counter() - start
    return load


def run_at(port: int, requests: Sequence[bytes], *, connections: int, per_second: float) -> Load:
    """Send the requests at even times. A wait counts from the time set, also while no connection was free."""
    load, selector = Load(), selectors.DefaultSelector()
    free: list[_Line] = []
    for _ in range(connections):
        free.append(_connected(port))
        selector.register(free[-1].socket, selectors.EVENT_READ, free[-1])
    start, sent = time.perf_counter(), 0
    while sum(load.answers.values()) < len(requests):
        now = time.perf_counter()
        while free and sent < len(requests) and start + sent / per_second <= now:
            line = free.pop()
            line.ask(requests[sent])
            line.asked_at = start + sent / per_second
            sent += 1
        is_more = free and sent < len(requests)
        for key, _ in selector.select(max(0.0, start + sent / per_second - now) if is_more else 30):
            line = key.data
            if (status := line.read()) is None:
                continue
            load.answers[status] += 1
            load.milliseconds.append((time.perf_counter() - line.asked_at) * 1000)
            free.append(line)
    load.seconds = time.perf_counter() - start
    for line in free:
        line.socket.close()
    return load


def _open(selector: selectors.BaseSelector, port: int, waiting: Iterator[bytes]) -> int:
    request = next(waiting, None)
    if request is None:
        return 0
    line = _connected(port)
    selector.register(line.socket, selectors.EVENT_READ, line)
    line.ask(request)
    return 1


def _connected(port: int) -> _Line:
    line = _Line(socket.create_connection((HOST, port), timeout=30))
    line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line
