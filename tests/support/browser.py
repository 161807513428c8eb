"""A real server and a real Chromium: pages as people see them.

    def test_board(page_as):
        page = page_as(Role.COORDINATOR)
        page.goto("/board")
        check_axe(page)

What the test has made is committed whenever a page asks the server for something. Any
request to another host, any refusal by the content security policy and any script
error fails the test at its end.
"""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    sync_playwright,
)
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

from app.accounts.models import Account
from app.accounts.permissions import Role
from app.foundation.db import db
from tests.support.people import ClientAs

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CHROMIUM = os.environ.get("COMMON_GROUND_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
]
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

PageAs = Callable[..., Page]


class _QuietHandler(WSGIRequestHandler):
    """Keeps connections open, as a production server does, and says little."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        """Errors only: pytest shows them with the test that failed."""
        if type == "error":
            sys.stderr.write(message % args + "\n")


def _read_whole(app: Flask) -> "WSGIApplication":
    """The app with each answer read to its end and closed before it is sent.

    The development server leaves a file open when the browser goes away while it is sent.
    """

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        parts = app(environ, start_response)
        try:
            return list(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()

    return answer


@pytest.fixture
def live_url(app: Flask) -> Iterator[str]:
    """The address of a real server of this app; localhost, since passkeys refuse 127.0.0.1."""
    server = make_server("127.0.0.1", 0, _read_whole(app), threaded=True, request_handler=_QuietHandler)
    server.daemon_threads = True  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One headless Chromium for all browser tests of this process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Watch:
    """What went wrong in the pages of one test."""

    own_host: str
    test_session: Session
    problems: list[str] = field(default_factory=list)

    def follow(self, context: BrowserContext) -> None:
        context.on("request", self._on_request)
        context.on("response", self._on_response)
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.problems.append(f"script error: {error.error}"))

    def _on_request(self, request: Request) -> None:
        if self.test_session.in_transaction():
            self.test_session.commit()
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.netloc != self.own_host:
            self.problems.append(f"asked another host: {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 500:
            self.problems.append(f"{response.status} from {response.url}")

    def _on_console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.problems.append(f"refused by the policy: {message.text}")


@pytest.fixture
def watch(live_url: str, app: Flask) -> Iterator[Watch]:
    """Watches all pages of a test, and fails it at the end when something went wrong in them."""
    watch = Watch(urlsplit(live_url).netloc, db.session())
    yield watch
    assert not watch.problems, "\n".join(watch.problems)


@pytest.fixture
def new_context(chromium: Browser, live_url: str, watch: Watch) -> Iterator[Callable[..., BrowserContext]]:
    """A browser window of one person; phone=, language= and dark= choose what it is like."""
    contexts: list[BrowserContext] = []

    def make(*, phone: bool = False, language: str = "en", dark: bool = False, **more: Any) -> BrowserContext:
        context = chromium.new_context(
            base_url=live_url,
            viewport=PHONE if phone else DESK,
            has_touch=phone,
            locale={"en": "en-US", "es": "es-US", "fa": "fa-IR"}.get(language, language),
            timezone_id="America/Los_Angeles",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            **more,
        )
        context.set_default_timeout(30_000)  # a machine may be busy with other things
        watch.follow(context)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def public_page(new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """The page of somebody who has not signed in: public_page(phone=True, language="fa")."""

    def make(**window: Any) -> Page:
        return new_context(**window).new_page()

    return make


@pytest.fixture
def page_as(new_context: Callable[..., BrowserContext], client_as: ClientAs, live_url: str) -> PageAs:
    """The page of a signed-in person: page_as(Role.MEDIATOR, phone=True), or page_as(account)."""

    def make(
        who: Role | Account, *, phone: bool = False, language: str = "en", dark: bool = False, **fields: Any
    ) -> Page:
        client = client_as(who, **fields)
        db.session.commit()
        session = client.get_cookie("session")
        assert session is not None
        context = new_context(phone=phone, language=language, dark=dark)
        context.add_cookies([{"name": "session", "value": session.value, "url": live_url}])
        return context.new_page()

    return make


def check_axe(page: Page) -> None:
    """Fail when axe finds anything on this page (WCAG 2.2 AA and its best practices)."""
    options = {"runOnly": {"type": "tag", "values": AXE_TAGS}, "resultTypes": ["violations"]}
    violations = Axe().run(page, options=options).response["violations"]
    found = [
        f"{violation['id']}: {violation['help']}\n      {node['html']}\n      {node['failureSummary']}"
        for violation in violations
        for node in violation["nodes"]
    ]
    assert not found, f"axe on {page.url}:\n  " + "\n  ".join(found)
