"""What sealing costs: the hook and a case page, with sealing and with plain bytes in its place.

In this process, one request after another, in turns. The hook keeps a new call, of which what was told
and the message are sealed under a key of its own; its bound is a bare route that keeps the body as it
is (`bench.bare`). The page is the log of an interrupters' case with 40 contacts, each under a key of
its own, and 6 people; its bound is as many bare openings by AES-256-GCM. Plain means: no key is made
or fetched, nobody is asked for grounds, and nothing is enciphered. Medians; prints one JSON object.

    script/bench sealing [--requests 400] [--database sqlite|postgresql]
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any
from unittest.mock import patch

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask

from app import create_app
from app.accounts.models import Account
from app.accounts.permissions import Role
from app.accounts.session_actions import start_session
from app.accounts.session_rules import Way
from app.foundation import clock
from app.foundation.db import db, only_reads
from app.foundation.ids import new_id
from app.foundation.settings import Settings
from app.roster.lanes import Lane
from app.vault import sealing
from app.vault.columns import Ciphertext
from app.vault.models import KeyPurpose
from bench import bare, servers
from bench.ready import signed_requests
from bench.waterfall import environ_of
from tests.support.cases import WORDS, make_case, make_contact, make_party
from tests.support.people import PersonClient
from tests.support.roster import make_responder

KINDS = ("sqlite", "postgresql")
CONTACTS, PEOPLE, WARM_UP = 40, 6, 40
Send = Callable[[int], None]
Ways = dict[str, tuple[Send, Callable[[], AbstractContextManager[None]]]]


class PlainKey(sealing.NewKey):
    """A key that is none: only its row is written."""

    def __init__(self, purpose: KeyPurpose) -> None:
        self.id = new_id()
        self.values = {
            "id": self.id,
            "purpose": purpose,
            "wrapped": b"plain",
            "wrapped_by": None,
            "created_at": clock.now(),
        }


@contextmanager
def plain() -> Iterator[None]:
    """The product without sealing: what would be sealed is kept as it is."""

    def keep(*arguments: Any) -> Ciphertext:
        return Ciphertext(arguments[-1].encode())

    def read(*arguments: Any, **_: Any) -> str:
        return (arguments[-1] or b"").decode()

    opened = {"seal": keep, "seal_with": keep, "unseal": read, "unseal_with": read, "NewKey": PlainKey}
    with (
        patch.multiple(sealing, **opened),
        patch("app.cases.contact_queries.hold_keys", lambda *_: []),
    ):
        yield


def medians(count: int, ways: Ways) -> dict[str, float]:
    """Microseconds of each way at its median, in turns so that a busy machine meets all of them.

    What a way is done in, such as without sealing, is entered before its time is taken.
    """
    took: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(count + WARM_UP):
        for name, (send, within) in ways.items():
            with within():
                begin = time.perf_counter()
                send(number)
                end = time.perf_counter()
            if number >= WARM_UP:
                took[name].append(end - begin)
    return {name: 1e6 * statistics.median(times) for name, times in took.items()}


def ask(app: Flask, environ: dict[str, Any], expected: str) -> None:
    """One request; any other answer spoils the measure."""
    said: list[str] = []
    with app.app_context():
        answer = app.wsgi_app(environ, lambda status, _: said.append(status))
        b"".join(answer)
        answer.close()  # type: ignore[attr-defined]
    only_reads.set(False)
    if not said[0].startswith(expected):
        raise SystemExit(f"{environ['PATH_INFO']} answered {said[0]}, not {expected}.")


def measure(kind: str, count: int) -> dict[str, Any]:
    """One run on a database of its own."""
    with servers.durable_database(kind) as database:
        environ = servers.environment_of(database)
        client = servers.prepare(environ)
        app = create_app(Settings.from_environment(environ))
        bound = bare.create_app(database.bare_url, client["secret"])
        return {"hook": of_hook(app, bound, client, count), "page": of_page(app, count)}


def of_hook(app: Flask, bound: Flask, client: dict[str, str], count: int) -> dict[str, float]:
    """A new call, kept."""

    def sender(to: Flask, path: str) -> Send:
        secret, client_id = client["secret"], client["client_id"]
        calls = [environ_of(raw) for raw in signed_requests(count + WARM_UP, path, secret, client_id)]
        return lambda number: ask(to, calls[number], "201")

    ways: Ways = {
        "sealed": (sender(app, servers.HOOK_PATH), nullcontext),
        "plain": (sender(app, servers.HOOK_PATH), plain),
        "bare": (sender(bound, "/hook"), nullcontext),
    }
    took = medians(count, ways)
    return said_of(took) | {"sealed_to_bare": round(took["sealed"] / took["bare"], 2)}


def of_page(app: Flask, count: int) -> dict[str, float]:
    """The log of a case, looked at by who keeps it."""
    with app.app_context():
        keeper = make_responder(role=Role.INTERRUPTER)
        sealed = full_case(keeper)
        with plain():
            unsealed = full_case(keeper)
        browser = PersonClient(app, app.response_class, use_cookies=True)
        browser.keep(start_session(keeper, Way.PASSKEY, is_limited=False, device=""))
        db.session.commit()
        environ = browser._request_from_builder_args(("/",), {}).environ
        browser._add_cookies_to_wsgi(environ)

    def look(case_id: str) -> None:
        ask(app, {**environ, "PATH_INFO": f"/cases/{case_id}/contacts"}, "200")

    ways: Ways = {
        "sealed": (lambda _: look(sealed), nullcontext),
        "plain": (lambda _: look(unsealed), plain),
        "bare": (bare_openings(), nullcontext),
    }
    took = medians(count, ways)
    added = took["sealed"] - took["plain"]
    return said_of(took) | {"added_to_bare": round(added / took["bare"], 2)}


def full_case(keeper: Account) -> str:
    """A case with all its contacts and people; gives its id."""
    case = make_case(keeper=keeper, lane=Lane.INTERRUPTION)
    people = [make_party(case, keeper) for _ in range(PEOPLE)]
    for number in range(CONTACTS):
        make_contact(case, keeper, people[number % PEOPLE])
    db.session.commit()
    return case.id


def bare_openings() -> Send:
    """What the words of a page at least cost: a key unwrapped and its field opened, for each."""
    wrapping, key, nonce = AESGCM(os.urandom(32)), os.urandom(32), os.urandom(12)
    wrapped, field = wrapping.encrypt(nonce, key, b""), AESGCM(key).encrypt(nonce, WORDS.encode(), b"")

    def open_all(_: int) -> None:
        for _number in range(CONTACTS):
            AESGCM(wrapping.decrypt(nonce, wrapped, b"")).decrypt(nonce, field, b"")

    return open_all


def said_of(took: dict[str, float]) -> dict[str, float]:
    """Each in microseconds, and what sealing multiplies."""
    whole = {f"{name}_us": round(value) for name, value in took.items()}
    return whole | {"sealed_to_plain": round(took["sealed"] / took["plain"], 3)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--database", choices=KINDS)
    given = parser.parse_args()
    kinds = [given.database] if given.database else KINDS
    print(json.dumps({"benchmark": "sealing", **{kind: measure(kind, given.requests) for kind in kinds}}))


if __name__ == "__main__":
    main()
