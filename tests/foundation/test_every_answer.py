"""Every address of the product, opened by who may and by who may not: what each answer carries."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app import create_app
from app.accounts.access import SIGNED, public
from app.foundation.db import db
from app.foundation.i18n import PUBLIC
from app.foundation.settings import Settings
from tests.support.databases import away
from tests.support.referrals import Dispatch
from tests.support.whole import make_whole, rules_of

pytestmark = pytest.mark.one_database

KEPT_BY_BROWSERS = {"static", "pages.stylesheet", "pages.library", "developers.openapi"}
"""The look, the scripts and the public contract: nothing of anybody is in them."""
ON_EVERYTHING = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ON_PAGES = {"Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin"}
STRICTER = {"Referrer-Policy": "no-referrer"}
"""Where somebody leaves us, the next page does not even learn that they were here."""
NO_PAGE_HERE = {
    "accounts.passwords.change",
    "accounts.recovery.wait",
    "accounts.steps.code",
    "audit_trail.mark",
    "board.phone",
    "board.pressing",
    "board.send",
    "cases.consents.take_back",
    "kit.components",
    "pages.set_language",
    "policy.versions.changes.retire_phrase",
    "handoffs.picture",  # taken away before, at the door of the case
    "policy.versions.flips",
    "start.first_screen",
}
"""Opened too, but as things stand here the answer is a way on, a refusal, or nothing."""
WITH_A_CHARSET = ("text/", "application/xml", "image/svg+xml")


def lacks_of(answer: TestResponse, *, is_kept: bool = False) -> list[str]:
    """What an answer should carry and does not."""
    headers = answer.headers
    wanted = ON_EVERYTHING | (ON_PAGES if answer.mimetype == "text/html" else {})
    found = [
        f"{name}: {headers.get(name)}"
        for name, value in wanted.items()
        if headers.get(name) not in (value, STRICTER.get(name))
    ]
    if not is_kept and headers.get("Cache-Control") != "no-store":
        found.append(f"kept: {headers.get('Cache-Control')}")
    policy = headers.get("Content-Security-Policy", "")
    if not policy.startswith("default-src 'none'") or "frame-ancestors 'none'" not in policy:
        found.append(f"policy: {policy}")
    if answer.mimetype.startswith(WITH_A_CHARSET) and "charset=utf-8" not in answer.content_type:
        found.append(f"charset: {answer.content_type}")
    if answer.data and not answer.content_type:
        found.append("no type")
    return found + [f"{name} is said" for name in ("Server", "X-Powered-By") if name in headers]


@pytest.fixture
def whole(app):
    return make_whole()


def answers_of(whole, rule, permission, client_as, public_client) -> Iterator[TestResponse]:
    address = whole.address_of(rule)
    methods = [method for method in ("GET", "POST") if method in rule.methods]
    people = [public_client]
    if permission not in {PUBLIC, SIGNED, None}:
        people += [
            client_as(one)
            for one in (whole.who_opens(permission), whole.who_does_not(permission))
            if one is not None
        ]
    for person in people:
        for method in methods:
            with person.open(address, method=method) as answer:
                yield answer


def test_no_answer_of_any_address_lacks_what_it_should_carry(app, whole, client_as, public_client):
    """As who may, who may not and nobody; a page and what a form with nothing in it gets."""
    lacks, statuses = [], {}
    for rule in rules_of(app):
        if rule.endpoint == "accounts.sign_out":
            continue
        permission = getattr(app.view_functions[rule.endpoint], "permission", None)
        for answer in answers_of(whole, rule, permission, client_as, public_client):
            statuses.setdefault(answer.status_code, set()).add(rule.endpoint)
            found = lacks_of(answer, is_kept=rule.endpoint in KEPT_BY_BROWSERS and answer.status_code == 200)
            lacks += [f"{answer.request.method} {rule} {answer.status_code}: {one}" for one in found]

    assert lacks == []
    assert 500 not in statuses
    looks = {rule.endpoint for rule in rules_of(app) if "GET" in rule.methods}
    looks = {rule.endpoint for rule in rules_of(app) if "GET" in rule.methods}
    assert looks - statuses[200] == NO_PAGE_HERE | of_machines(app)
    assert statuses.keys() >= {200, 302, 401, 403, 409, 422}


def of_machines(app: Flask) -> set[str]:
    return {
        rule.endpoint
        for rule in rules_of(app)
        if getattr(app.view_functions[rule.endpoint], "permission", None) == SIGNED and "GET" in rule.methods
    }


def test_no_answer_to_a_machine_lacks_what_it_should_carry(app, whole):
    dispatch = Dispatch(app)
    call_id = dispatch.offer().json["id"]
    paths = ("/referrals", "/referrals/digest", f"/referrals/{call_id}", "/intake-health", "/none")
    answers = [dispatch.look(path) for path in paths] + [
        dispatch.offer(b"{"),
        dispatch.offer(media_type="text/plain"),
        dispatch.offer(b"[" * 300_000),
        dispatch.tell(call_id, "confirm"),
        dispatch.tell(call_id, "updates", {"narrative": "Calm."}),
    ]

    assert {answer.status_code for answer in answers} >= {200, 400, 404, 409, 413, 415, 503}
    assert [lack for answer in answers for lack in lacks_of(answer)] == []


@contextmanager
def broken(app: Flask, endpoint: str) -> Iterator[None]:
    """A view that fails in a way that nobody foresaw."""

    def fail() -> None:
        raise ValueError("Mrs Invented of 12 Nowhere Street")

    kept, app.config["PROPAGATE_EXCEPTIONS"] = app.view_functions[endpoint], False
    app.view_functions[endpoint] = public(fail)
    try:
        yield
    finally:
        app.view_functions[endpoint], app.config["PROPAGATE_EXCEPTIONS"] = kept, None


def errors_of(app: Flask, client) -> list[TestResponse]:
    """One answer of each kind of refusal, on a page and at a machine's door."""
    answers = [
        client.get("/none"),
        client.get("/api/v1/none"),
        client.get("/sign-out"),
        client.put("/api/v1/conveyance"),
        client.open("/", method="TRACE"),
        client.post("/ask", data={"words": "x" * 1_200_000}),
        client.post("/ask", csrf=False),
        client.get("/board?x=%00"),
        *[client.post("/sign-in", data={"email": "a@b.example", "password": "x"}) for _ in range(6)],
    ]
    with broken(app, "plans.home"), broken(app, "eido_api.show"):
        answers += [client.get("/"), client.get("/EIDO/1")]
    with away():
        answers += [client.get("/neighborhoods"), client.get("/api/v1/intake-health")]
    return answers


def test_no_error_lacks_what_it_should_carry_and_none_says_what_broke(app, public_client):
    answers = errors_of(app, public_client)

    assert {answer.status_code for answer in answers} >= {400, 404, 405, 413, 429, 500, 503}
    assert [lack for answer in answers for lack in lacks_of(answer)] == []
    for answer in answers:
        assert not [word for word in ("Nowhere", "Traceback", "ValueError", "app/") if word in answer.text]


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/maps/cases.json", "/api/v1/openapi.json", "/api/v1/none"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_no_other_site_is_allowed_to_read_or_to_ask(app, path, method):
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answer = app.test_client().open(path, method=method, headers=headers)

    assert [name for name, _ in answer.headers if name.startswith("Access-Control")] == []


@pytest.fixture(scope="module")
def behind_tls(tmp_path_factory):
    """The app as it stands in production: behind one proxy that speaks TLS."""
    folder = tmp_path_factory.mktemp("tls")
    settings = Settings.for_tests(database_url=f"sqlite:///{folder}/tls.sqlite", instance_path=folder)
    made = create_app(
        replace(settings, secure_cookies=True, trusted_proxies=1, public_url="https://office.example")
    )
    with made.app_context():
        db.create_all()
    yield made
    with made.app_context():
        db.engine.dispose()


def ask(app: Flask, path: str, method: str = "GET", proto: str = "https", **more) -> TestResponse:
    headers = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": proto}
    return app.test_client().open(path, method=method, headers=headers, **more)


@pytest.mark.parametrize("path", ["/", "/none", "/static/js/clock.js", "/api/v1/referrals", "/board"])
def test_behind_tls_every_answer_says_to_come_by_tls_alone(behind_tls, path):
    with ask(behind_tls, path) as answer:
        assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def test_without_tls_nothing_is_said_of_it(public_client):
    assert "Strict-Transport-Security" not in public_client.get("/").headers


@pytest.mark.parametrize("path", ["/sign-in", "/language/es?next=/sign-in"])
def test_behind_tls_no_other_host_sets_or_reads_our_cookies(behind_tls, path):
    cookie, *flags = ask(behind_tls, path).headers["Set-Cookie"].split("; ")

    assert cookie.startswith("__Host-")
    assert {flag.partition("=")[0] for flag in flags} >= {"Secure", "HttpOnly", "Path", "SameSite"}
    assert "Path=/" in flags
    assert not [flag for flag in flags if flag.startswith("Domain")]


def test_behind_tls_a_choice_of_language_is_kept(behind_tls):
    cookie = ask(behind_tls, "/language/es").headers["Set-Cookie"].partition(";")[0]
    page = behind_tls.test_client().get(
        "/sign-in",
        headers={"Cookie": cookie, "X-Forwarded-Proto": "https"},
        base_url="https://office.example",
    )

    assert 'lang="es"' in page.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/board?x=1", 308), ("POST", "/sign-in", 403), ("POST", "/api/v1/referrals", 403)],
)
def test_who_comes_without_tls_is_sent_on_only_to_look(behind_tls, method, path, status):
    """A machine that were sent on would go on writing in the clear and never notice."""
    answer = ask(behind_tls, path, method, proto="http", data=b"{}")

    assert answer.status_code == status
    assert answer.headers.get("Location") == ("https://office.example/board?x=1" if status == 308 else None)


@pytest.mark.parametrize("proto", ["https", "http, https", ""])
def test_only_the_word_of_our_own_proxy_counts(behind_tls, proto):
    """What somebody wrote before our proxy added its own word is nothing to us."""
    assert ask(behind_tls, "/sign-in", proto=proto).status_code == 200
