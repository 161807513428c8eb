"""One request to a destination over a connection that goes only where it may, and that ends in time.

Nothing is reused, redirected or sent through a proxy. The name of the host is resolved and
checked here, once, and the connection is made to what was checked; TLS still asks for a
certificate of the name. All of it, to the last byte of the answer, has ten seconds: an
answer that drips would otherwise hold a worker for ever, since each single read is quick.
"""

import ssl
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any

import httpcore

from app.delivery.addresses import RefusedAddress, resolve
from app.delivery.models import Network

STEP_SECONDS = 5.0
"""For the connection, and for each read and write."""
TOTAL_SECONDS = 10.0
LONGEST_ANSWER = 65_536

_IN_THE_WAY = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError)


@dataclass(frozen=True)
class Answered:
    """What came back. `body` is None when it was too long, or did not come in time."""

    status: int
    media_type: str
    body: bytes | None


class NoAnswer(Exception):
    """No answer came. The text is a code: what stood in the way, with nothing of the message."""


def post(
    url: str, body: bytes, headers: dict[str, str], *, network: Network, tls: ssl.SSLContext
) -> Answered:
    """Send one request and read its answer; raises `NoAnswer`."""
    ends_at = monotonic() + TOTAL_SECONDS
    steps = dict.fromkeys(("connect", "read", "write", "pool"), STEP_SECONDS)
    try:
        with (
            httpcore.ConnectionPool(
                ssl_context=tls, network_backend=CheckedNetwork(network, ends_at)
            ) as connections,
            connections.stream(
                "POST", url, headers=list(headers.items()), content=body, extensions={"timeout": steps}
            ) as answer,
        ):
            return _read(answer)
    except RefusedAddress as refused:
        raise NoAnswer(str(refused)) from refused
    except _IN_THE_WAY as problem:
        raise NoAnswer(type(problem).__name__) from problem


def _read(answer: httpcore.Response) -> Answered:
    """The status counts as soon as it is there; the body only when all of it is."""
    named = {name.lower(): value for name, value in answer.headers}
    media_type = named.get(b"content-type", b"").partition(b";")[0].strip().lower().decode("latin-1")
    body = None
    with suppress(*_IN_THE_WAY):
        body = _read_body(answer, named.get(b"content-length", b""))
    return Answered(answer.status, media_type, body)


def _read_body(answer: httpcore.Response, length: bytes) -> bytes | None:
    if length.isdigit() and int(length) > LONGEST_ANSWER:
        return None
    body = b""
    for part in answer.iter_stream():
        body += part
        if len(body) > LONGEST_ANSWER:
            return None
    return body


class CheckedNetwork(httpcore.NetworkBackend):
    """Connects to addresses that were checked, and to no other."""

    def __init__(self, network: Network, ends_at: float) -> None:
        self._network, self._ends_at = network, ends_at
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Try the checked addresses of the host one after another."""
        problem: Exception = httpcore.ConnectError()
        for address in resolve(host, port, self._network):
            try:
                stream = self._sockets.connect_tcp(
                    address, port, time_left(self._ends_at, timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as refused:
                problem = refused
            else:
                return TimedStream(stream, self._ends_at)
        raise problem


class TimedStream(httpcore.NetworkStream):
    """A connection whose every step also ends when the whole has to."""

    def __init__(self, stream: httpcore.NetworkStream, ends_at: float) -> None:
        self._stream, self._ends_at = stream, ends_at

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, time_left(self._ends_at, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, time_left(self._ends_at, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = time_left(self._ends_at, timeout)
        return TimedStream(self._stream.start_tls(ssl_context, server_hostname, left), self._ends_at)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def time_left(ends_at: float, step: float | None) -> float:
    """The time for one step; raises `httpcore.ReadTimeout` when the whole has none left."""
    left = ends_at - monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left if step is None else min(step, left)
