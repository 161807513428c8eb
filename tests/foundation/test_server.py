"""The web server itself, started as in production: where a message ends, and what its log says."""

import os
import re
import shlex
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import servers

pytestmark = pytest.mark.slow

HOST = b"Host: office.example\r\n"
LAST = HOST + b"Connection: close\r\n\r\n"
SMUGGLED = b"GET /smuggled HTTP/1.1\r\n" + HOST + b"\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """A granian of our own, what is served in production in it, and the file with all that it says."""
    folder = tmp_path_factory.mktemp("server")
    environ = {**os.environ, "IS_DEMO": "1", "INSTANCE_PATH": str(folder / "instance")}
    servers.run_flask(environ, "db", "upgrade")
    port, log = servers.free_port(), folder / "log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [servers.PROGRAMS / "granian", *told_by_the_script(port)],
            cwd=servers.ROOT,
            env=environ,
            stdout=said,
            stderr=said,
        )
        try:
            servers.wait_for(port, process)
            yield port, log
        finally:
            process.terminate()
            process.wait(30)


def told_by_the_script(port: int) -> list[str]:
    """What granian is told where the product is started, with a place of ours to listen at."""
    script = (servers.ROOT / "script/environment").read_text(encoding="utf-8")
    whole = script.replace("\\\n", " ").partition('/granian" ')[2].partition("\n")[0]
    places = {"$2": servers.HOST, "$3": str(port), "$4": str(servers.WORKERS), "$5": str(servers.THREADS)}
    return [places.get(word, word) for word in shlex.split(whole)]


def test_the_benches_serve_what_production_serves():
    """But for a limit of memory that no bench comes near."""
    ours = told_by_the_script(5000)
    limit = ours.index("--workers-max-rss")

    assert ours[0] == servers.PRODUCT
    assert pairs(ours[:limit] + ours[limit + 2 :]) == pairs(servers.served_by_granian(servers.PRODUCT, 5000))


def pairs(words: list[str]) -> list[list[str]]:
    """Flags with what stands behind each, in an order of their own."""
    return sorted(shlex.split(flag) for flag in shlex.join(words).split(" --"))


def send(port: int, raw: bytes) -> list[int]:
    """Send bytes as they are; the statuses of all that comes back until the server is done."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(raw)
        came = b""
        while part := connection.recv(65_536):
            came += part
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3})", came)]


def post(*headers: bytes, body: bytes = b"") -> bytes:
    return b"\r\n".join([b"POST /none HTTP/1.1", b"Host: office.example", *headers, b"", body])


@pytest.mark.parametrize(
    "raw",
    [
        post(b"Content-Length: 5", b"Content-Length: 6", body=b"abcdef"),
        post(b"Content-Length: 5, 6", body=b"abcdef"),
        post(b"Content-Length: +5", body=b"abcde"),
        post(b"Content-Length: 0x5", body=b"abcde"),
        post(b"Content-Length: -1"),
        post(b"Content-Length : 5", body=b"abcde"),
        post(b"Transfer-Encoding: xchunked", body=b"0\r\n\r\n"),
        post(b"Transfer-Encoding: xchunked", b"Content-Length: 3", body=b"abc"),
        post(b"Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n"),
        post(b"X-A: b\r\n c", b"Content-Length: 0"),
        post(b"X-A: b\0c", b"Content-Length: 0"),
        post(b"X-A: b\rX-B: c", b"Content-Length: 0"),
    ],
)
def test_a_message_whose_end_can_be_read_in_two_ways_is_refused(server, raw):
    assert send(server[0], raw + SMUGGLED) == [400]


def test_of_two_lengths_the_chunks_count_and_the_connection_ends(server):
    """Nothing behind such a message is taken for the next one."""
    raw = post(b"Content-Length: 6", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n") + SMUGGLED

    assert send(server[0], raw)[0] == 404
    assert len(send(server[0], raw)) == 1


def test_headers_without_end_are_cut_off(server):
    assert send(server[0], post(b"X-A: " + b"a" * 1_000_000)) == [431]


def test_trace_is_not_answered(server):
    assert send(server[0], b"TRACE / HTTP/1.1\r\n" + LAST) == [405]


@pytest.mark.parametrize("path", [b"/.git/config", b"/static/", b"/static/js/", b"/static/../__init__.py"])
def test_no_folder_and_no_history_is_shown(server, path):
    assert send(server[0], b"GET " + path + b" HTTP/1.1\r\n" + LAST) == [404]


def test_nobody_who_looks_is_written_down(server):
    """No access log: neither an address of ours nor whose machine asked for it."""
    port, log = server
    for path in (b"/neighborhoods/zanzibar?q=zanzibar", b"/cases/zanzibar"):
        send(port, b"GET " + path + b" HTTP/1.1\r\nUser-Agent: zanzibar\r\n" + LAST)
    said = log.read_text(encoding="utf-8")

    assert "zanzibar" not in said
    assert "127.0.0.1" not in said
