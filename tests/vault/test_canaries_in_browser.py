"""A phone that was found: what a browser has kept on its disk of the cases that were read on it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.cases.payloads import ExactPlace, Identity
from app.foundation.db import db
from tests.support.browser import CHROMIUM, FLAGS, PHONE, Watch
from tests.support.canaries import Canaries
from tests.support.cases import make_agreement, make_case, make_contact, make_party
from tests.support.places import make_area
from tests.support.roster import make_responder

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

STORES = """async () => {
  const databases = await indexedDB.databases();
  const caches_ = self.caches ? await caches.keys() : [];
  const workers = await navigator.serviceWorker?.getRegistrations?.() ?? [];
  return JSON.stringify({
    local: {...localStorage}, session: {...sessionStorage}, cookie: document.cookie,
    databases, caches: caches_, workers: workers.length,
  });
}"""
NOTHING_KEPT = '{"local":{},"session":{},"cookie":"","databases":[],"caches":[],"workers":0}'


@pytest.fixture
def canaries() -> Canaries:
    return Canaries()


@pytest.fixture
def keeper(app: Any) -> Any:
    return make_responder()


@pytest.fixture
def case(keeper: Any, canaries: Canaries) -> Any:
    """A case whose every word is a canary."""
    new = canaries.new
    case = make_case(keeper=keeper, area=make_area(), place=ExactPlace(f"{new()} Place", 33.9412, -118.2512))
    parties = [make_party(case, keeper, identity=Identity(new(), new())) for _ in range(2)]
    for _ in range(5):
        make_contact(case, keeper, *parties, words=f"They said {new()}.")
    make_agreement(case, keeper, *parties, text=f"We promise {new()}")
    db.session.commit()
    return case


@pytest.fixture
def phone(
    chromium: Browser, live_url: str, watch: Watch, client_as: Any, keeper: Any, tmp_path: Path
) -> Iterator[Callable[[], tuple[BrowserContext, Page]]]:
    """Opens a browser that keeps what it keeps in a folder, signed in; the caller closes it."""
    opened: list[BrowserContext] = []

    def open_it() -> tuple[BrowserContext, Page]:
        context = chromium.browser_type.launch_persistent_context(
            tmp_path / "profile",
            executable_path=CHROMIUM,
            args=FLAGS,
            base_url=live_url,
            viewport=PHONE,
            locale="en-US",
        )
        opened.append(context)
        watch.follow(context)
        cookie = client_as(keeper).get_cookie("session")
        db.session.commit()
        context.add_cookies([{"name": "session", "value": cookie.value, "url": live_url}])
        return context, context.pages[0]

    yield open_it
    for context in opened:
        context.close()


def read_everything(page: Page, case: Any, canaries: Canaries) -> int:
    """Every part of the case, names and place opened too; how many canaries were on the pages."""
    seen = ""
    for part in ("", "/people", "/contacts", "/agreement", "/looks", "/contacts/new"):
        page.goto(f"/cases/{case.id}{part}")
        seen += page.content()
    for part, button in (("/people", "Show real names"), ("", "Show address")):
        page.goto(f"/cases/{case.id}{part}")
        page.get_by_role("button", name=button).first.click()
        seen += page.content()
    return sum(canary in seen for canary in canaries.made)


def test_after_signing_out_nothing_of_a_case_is_left_in_the_browser(
    phone: Any, case: Any, canaries: Canaries, tmp_path: Path
) -> None:
    context, page = phone()
    assert read_everything(page, case, canaries) == len(canaries.made)
    page.goto(f"/cases/{case.id}/contacts/new")
    page.get_by_label("In your words").fill(f"Not sent yet: {canaries.new()}")
    assert canaries.in_bytes(page.evaluate(STORES).encode()) == []

    page.goto("/today")
    page.evaluate("localStorage.setItem('kept:of-a-public-page', 'words')")
    page.get_by_role("button", name=re.compile("Sign out")).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    kept, cookies = page.evaluate(STORES), context.cookies()
    page.go_back()
    back = page.content()
    context.close()

    assert kept == NOTHING_KEPT
    assert canaries.in_bytes(back.encode()) == []
    assert canaries.in_bytes(str(cookies).encode()) == []
    found, count = canaries.in_files([tmp_path / "profile"])
    assert found == []
    assert count > 20, "the browser kept no folder to look through"


def test_a_browser_that_is_only_shut_keeps_nothing_of_a_case_either(
    phone: Any, case: Any, canaries: Canaries, tmp_path: Path
) -> None:
    context, page = phone()
    assert read_everything(page, case, canaries) == len(canaries.made)
    context.close()

    assert canaries.in_files([tmp_path / "profile"])[0] == []


@pytest.mark.parametrize(
    "keep",
    [
        "canary => localStorage.setItem('words', canary)",
        "canary => caches.open('pages').then(one => one.put('/kept', new Response(canary)))",
        """canary => new Promise((done) => {
             const asked = indexedDB.open("words", 1);
             asked.onupgradeneeded = () => asked.result.createObjectStore("words");
             asked.onsuccess = () => {
               const write = asked.result.transaction("words", "readwrite");
               write.objectStore("words").put(canary, 1);
               write.oncomplete = () => { asked.result.close(); done(); };
             };
           })""",
    ],
    ids=["storage", "cache", "database"],
)
def test_what_a_page_keeps_is_found(phone: Any, canaries: Canaries, tmp_path: Path, keep: str) -> None:
    """The search can fail: a page that kept words on the device would be seen."""
    context, page = phone()
    page.goto("/who-can-see-what")
    page.evaluate(keep, canaries.new())
    context.close()

    found, _ = canaries.in_files([tmp_path / "profile"])
    assert found
