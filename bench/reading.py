"""People who read while calls come in: one with the board, one with the map, one with the report.

Each is signed in, and asks for the page again a second after it came, until the process is ended.
Prints `reading` when all three have seen their first page.

    python -m bench.reading PORT E-MAIL PASSWORD
"""

import re
import sys
import threading
import time
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from bench.load import HOST

PAGES = (("/board",), ("/maps/cases", "/maps/cases.json"), ("/reports/",))
PAUSE_SECONDS = 1.0
TIMEOUT_SECONDS = 60
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def sign_in(house: str, email: str, password: str) -> OpenerDirector:
    """A browser's worth of one signed-in person."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    form = browser.open(f"{house}/sign-in", timeout=TIMEOUT_SECONDS).read().decode()
    token = _TOKEN.search(form)
    if token is None:
        raise SystemExit("The sign-in page has no form.")
    told = {"email": email, "password": password, "csrf_token": token[1]}
    answer = browser.open(f"{house}/sign-in", urlencode(told).encode(), timeout=TIMEOUT_SECONDS)
    if answer.url.endswith("/sign-in"):
        raise SystemExit("The reader could not sign in.")
    return browser


def read(browser: OpenerDirector, house: str, pages: tuple[str, ...], has_read: threading.Event) -> None:
    """Read the pages again and again; one that does not come ends this thread with its error."""
    while True:
        for page in pages:
            browser.open(house + page, timeout=TIMEOUT_SECONDS).read()
        has_read.set()
        time.sleep(PAUSE_SECONDS)


def main() -> None:
    port, email, password = sys.argv[1:]
    house = f"http://{HOST}:{port}"
    readers = []
    for pages in PAGES:
        has_read = threading.Event()
        browser = sign_in(house, email, password)
        reader = threading.Thread(target=read, args=(browser, house, pages, has_read), daemon=True)
        reader.start()
        readers.append((reader, has_read))
    if not all(has_read.wait(TIMEOUT_SECONDS) for _, has_read in readers):
        raise SystemExit("A page did not come.")
    print("reading", flush=True)
    while all(reader.is_alive() for reader, _ in readers):
        time.sleep(0.1)
    raise SystemExit("A page did not come.")


if __name__ == "__main__":
    main()
