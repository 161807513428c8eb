"""A connection goes only where it may, asks for the right certificate, and ends in time."""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.delivery import addresses, connection
from app.delivery.connection import NoAnswer, post
from app.delivery.models import Network
from app.foundation import clock
from tests.support.receiver import Receiver, handler_of

TLS = httpx.create_ssl_context(trust_env=False)
HOST = "cad.example.gov"


def ask(url: str, network: Network = Network.THIS_MACHINE, tls: ssl.SSLContext = TLS) -> connection.Answered:
    return post(url, b"{}", {"content-type": "application/json"}, network=network, tls=tls)


class Names:
    """Stands in for the resolver: gives one answer after another, the last one for ever."""

    def __init__(self) -> None:
        self.answers: list[list[str]] = []
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, *rest: Any, **more: Any) -> list[Any]:
        if _is_number(host):  # not a question: the number is the answer
            return _real(host, port, *rest, **more)
        self.asked.append(host)
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]


_real = socket.getaddrinfo


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    names = Names()
    monkeypatch.setattr(socket, "getaddrinfo", names)
    return names


def at(receiver: Receiver, host: str = HOST) -> str:
    return receiver.url.replace("localhost", host)


def test_an_answer_is_its_status_its_type_and_its_body(receiver: Receiver) -> None:
    receiver.answer_body, receiver.answer_type = b'{"a": 1}', "application/JSON; charset=utf-8"

    assert ask(receiver.url) == connection.Answered(200, "application/json", b'{"a": 1}')
    assert receiver.requests[0].headers["host"] == receiver.url.removeprefix("http://")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(receiver: Receiver, status: int) -> None:
    receiver.answers.append(status)
    receiver.answer_headers["Location"] = f"{receiver.url}/elsewhere"

    assert ask(receiver.url).status == status
    assert len(receiver.requests) == 1


def test_no_proxy_of_the_environment_is_asked(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    assert ask(receiver.url).status == 200


@pytest.mark.parametrize(
    "found",
    [["127.0.0.1"], ["169.254.169.254"], ["10.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::1"], ["0.0.0.0"]],  # noqa: S104
)
def test_a_name_that_points_too_near_is_refused(receiver: Receiver, names: Names, found: list[str]) -> None:
    names.answers = [found]

    with pytest.raises(NoAnswer, match=r"^AddressRefused$"):
        ask(at(receiver), Network.PUBLIC)
    assert receiver.requests == []


def test_a_private_network_that_was_registered_as_one_is_tried(names: Names) -> None:
    names.answers = [["10.255.255.1", "192.168.255.1"]]
    with pytest.raises(NoAnswer, match=r"^AddressRefused$"):
        ask(f"https://{HOST}/", Network.PUBLIC)

    assert addresses.resolve(HOST, 443, Network.PRIVATE) == ["10.255.255.1", "192.168.255.1"]


def test_a_name_that_changes_its_answer_after_the_check_is_not_asked_again(
    receiver: Receiver, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second answer is a machine of ours; the first one, which was checked, is connected to."""
    monkeypatch.setattr(connection, "STEP_SECONDS", 0.2)
    names.answers = [["192.0.2.1"], ["127.0.0.1"]]  # the first leads nowhere
    monkeypatch.setattr(addresses, "is_allowed", lambda address, _: address == "192.0.2.1")

    with pytest.raises(NoAnswer, match=r"^Connect"):
        ask(at(receiver), Network.PUBLIC)
    assert (receiver.requests, names.asked) == ([], [HOST])


def test_each_message_checks_the_name_anew(receiver: Receiver, names: Names) -> None:
    names.answers = [["127.0.0.1"], ["169.254.169.254"]]

    assert ask(at(receiver)).status == 200
    with pytest.raises(NoAnswer, match=r"^AddressRefused$"):
        ask(at(receiver))
    assert len(receiver.requests) == 1


def test_another_address_is_tried_when_one_does_not_answer(receiver: Receiver, names: Names) -> None:
    names.answers = [["127.0.0.9", "127.0.0.1"]]  # nobody listens at the first

    assert ask(at(receiver)).status == 200
    assert receiver.requests[0].headers["host"].startswith(HOST)


def test_a_name_that_nobody_knows_is_a_failure_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NoAnswer, match=r"^NoSuchHost$"):
        ask(f"https://{HOST}/", Network.PUBLIC)


@pytest.mark.parametrize(("length", "is_read"), [(connection.LONGEST_ANSWER, True), (65_537, False)])
def test_a_long_answer_is_not_read(receiver: Receiver, length: int, *, is_read: bool) -> None:
    receiver.answer_body = b" " * length

    assert (ask(receiver.url).body is not None) is is_read


def test_an_answer_that_drips_is_left_when_the_time_is_up(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "TOTAL_SECONDS", 1.0)
    receiver.answer_body, receiver.drip_seconds = b"x" * 1000, 0.05
    began = time.monotonic()

    assert ask(receiver.url) == connection.Answered(200, "application/json", None)
    assert 0.9 < time.monotonic() - began < 2


def test_headers_that_drip_are_left_when_the_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "TOTAL_SECONDS", 1.0)
    began = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_drip_headers, args=(server,), daemon=True).start()
        with pytest.raises(NoAnswer, match=r"^ReadTimeout$"):
            ask(f"http://127.0.0.1:{server.getsockname()[1]}/")

    assert 0.9 < time.monotonic() - began < 2


def _drip_headers(server: socket.socket) -> None:
    with server.accept()[0] as line:
        line.sendall(b"HTTP/1.1 200 OK\r\n")
        for _ in range(100):
            try:
                line.sendall(b"X-More: 1\r\n")
            except OSError:
                return
            time.sleep(0.05)


@pytest.fixture
def certified(tmp_path: Path) -> Iterator[Callable[[str], tuple[str, ssl.SSLContext]]]:
    """A receiver with a certificate for a name: its address, and a context that trusts the certificate."""
    servers: list[ThreadingHTTPServer] = []

    def serve(name: str) -> tuple[str, ssl.SSLContext]:
        path = _certificate(name, tmp_path / "certificate.pem")
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(Receiver(url="")))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return f"https://{HOST}:{server.server_port}/", ssl.create_default_context(cafile=path)

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def _certificate(name: str, path: Path) -> Path:
    key, now = ec.generate_private_key(ec.SECP256R1()), clock.now()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    as_pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(as_pem + certificate.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize(("name", "is_answered"), [(HOST, True), ("other.example.gov", False)])
def test_the_certificate_must_be_of_the_name_and_not_of_the_address(
    certified: Any, names: Names, name: str, *, is_answered: bool
) -> None:
    names.answers = [["127.0.0.1"]]
    url, tls = certified(name)

    if is_answered:
        assert ask(url, tls=tls).status == 200
    else:
        with pytest.raises(NoAnswer, match=r"^ConnectError$"):
            ask(url, tls=tls)
