"""Whose address a request has: that of whoever our own proxy saw, and never what the sender wrote."""

from dataclasses import replace

import pytest
from flask import request

from app import create_app
from app.accounts.access import public
from app.accounts.permissions import Role
from app.foundation.settings import Settings


def seen_by(tmp_path, *, proxies: int, forwarded: str | None) -> str:
    """The address that limits are counted by, when a request came from 10.1.1.1 with this header."""
    settings = Settings.for_tests(database_url=f"sqlite:///{tmp_path}/none.sqlite", instance_path=tmp_path)
    app = create_app(replace(settings, trusted_proxies=proxies))
    app.view_functions["plans.home"] = public(lambda: str(request.remote_addr))
    headers = {"X-Forwarded-For": forwarded, "X-Real-IP": "6.6.6.6", "Forwarded": "for=6.6.6.6"}
    sent = {name: value for name, value in headers.items() if value}
    return app.test_client().get("/", headers=sent, environ_base={"REMOTE_ADDR": "10.1.1.1"}).text


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "10.1.1.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.1.1.2", "203.0.113.9"),
        (1, None, "10.1.1.1"),
    ],
)
def test_only_what_our_own_proxies_added_counts(tmp_path, proxies, forwarded, address):
    assert seen_by(tmp_path, proxies=proxies, forwarded=forwarded) == address


def test_no_other_header_says_who_somebody_is(client_as, public_client):
    """A user, a host or a method in a header changes nothing."""
    admin = client_as(Role.ADMIN)
    assert admin.get("/accounts").status_code == 200
    named = dict.fromkeys(("X-User-ID", "X-User", "X-Remote-User", "Remote-User"), admin.account_id)
    headers = {**named, "X-HTTP-Method-Override": "DELETE", "X-Original-URL": "/accounts"}

    for path in ("/accounts", "/board"):
        assert public_client.get(path, headers=headers).status_code == 302
    assert public_client.get("/", headers=headers).status_code == 200
