"""What every answer carries: a policy against foreign scripts, no caches, careful cookies."""

from dataclasses import replace

import pytest

from app import create_app
from app.accounts.permissions import Role
from app.foundation.settings import Settings
from tests.support.board import make_call
from tests.support.referrals import HOOK, Dispatch

pytestmark = pytest.mark.one_database

PAGES = [
    "/",
    "/sign-in",
    "/who-can-see-what",
    "/board",
    "/cases/",
    "/board/none",
    "/none",
    "/start",
    "/accounts",
]
FIXED = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
CLOSED = {"default-src", "base-uri", "frame-ancestors"}


def policy_of(answer):
    """The policy as it stands: each directive and what it lets in."""
    directives = [one.split() for one in answer.headers["Content-Security-Policy"].split(";")]
    assert len({name for name, *_ in directives}) == len(directives)
    return {name: set(sources) for name, *sources in directives}


def nonces_of(policy):
    return {source for sources in policy.values() for source in sources if source.startswith("'nonce-")}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_lets_in_nothing_foreign_and_nothing_inline(client_as, path):
    answer = client_as(Role.COORDINATOR).get(path)

    assert {name: answer.headers[name] for name in FIXED} == FIXED
    policy = policy_of(answer)
    assert all(policy[name] == {"'none'"} for name in CLOSED)
    allowed = set().union(*policy.values()) - nonces_of(policy)
    assert allowed == {"'none'", "'self'", "data:"}
    assert [name for name, sources in policy.items() if "data:" in sources] == ["img-src"]
    assert policy["form-action"] == policy["connect-src"] == {"'self'"}


def test_no_nonce_is_used_twice_and_the_pages_own_scripts_bear_it(public_client):
    answers = [public_client.get("/sign-in") for _ in range(3)]

    nonces = [nonces_of(policy_of(answer)) for answer in answers]
    assert all(len(nonce) == 1 for nonce in nonces)
    assert len(set.union(*nonces)) == 3
    for answer, nonce in zip(answers, nonces, strict=True):
        given = answer.text.count('nonce="')
        assert given == answer.text.count(nonce.pop().strip("'").replace("-", '="', 1))


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in?next=/board"])
def test_a_refused_form_carries_the_policy_too(public_client, path):
    answer = public_client.post(path, csrf=False)

    assert answer.status_code == 400
    assert policy_of(answer)["default-src"] == {"'none'"}


@pytest.mark.parametrize("is_secure", [True, False])
def test_the_session_cookie_is_kept_from_scripts_from_other_sites_and_from_plain_http(
    app, tmp_path, is_secure
):
    settings = Settings.for_tests(database_url=f"sqlite:///{tmp_path}/none.sqlite", instance_path=tmp_path)
    other = create_app(replace(settings, secure_cookies=is_secure))

    cookie = other.test_client().get("/sign-in", base_url="https://localhost").headers["Set-Cookie"]

    flags = {part.strip() for part in cookie.split(";")[1:]}
    assert flags == {"HttpOnly", "SameSite=Lax", "Path=/"} | ({"Secure"} if is_secure else set())


@pytest.mark.parametrize("role", [Role.ADMIN, Role.COORDINATOR])
def test_at_the_machines_door_a_session_means_nothing(client_as, role):
    referral = make_call()

    client = client_as(role)
    answers = [
        client.get(f"{HOOK}/{referral.id}"),
        client.post(HOOK, json={}),
        client.post(f"{HOOK}/{referral.id}/cancel", json={}),
        client.get("/api/v1/none"),
    ]

    assert [answer.status_code for answer in answers] == [401, 401, 401, 404]
    for answer in answers:
        assert answer.content_type == "application/problem+json"
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_machine_that_is_let_in_gets_no_cookie(app):
    answer = Dispatch(app).offer()

    assert answer.status_code == 201
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
