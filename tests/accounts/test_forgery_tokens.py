"""What a page was given to be sent with holds as long as the session, and for that session alone."""

import re
from datetime import timedelta

import time_machine

from app.accounts.permissions import Role
from app.foundation import clock
from tests.support.people import make_account


def token_on(client, path):
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def stay(client, token):
    return client.post("/session/stay", data={"csrf_token": token}, csrf=False).status_code


def test_a_form_that_was_drawn_two_hours_ago_is_taken(client_as):
    begin = clock.now()
    with time_machine.travel(begin, tick=False) as time:
        client = client_as(make_account(Role.COORDINATOR))
        token = token_on(client, "/account/devices")
        for _ in range(12):
            time.shift(timedelta(minutes=10))
            assert client.get("/board").status_code == 200

        assert stay(client, token) == 200


def test_a_resident_who_writes_for_two_hours_sends_it(public_client):
    with time_machine.travel(clock.now(), tick=False) as time:
        token = token_on(public_client, "/sign-in")
        time.shift(timedelta(hours=2))

        sent = {"csrf_token": token, "theme": "dark"}
        assert public_client.post("/theme", data=sent, csrf=False).status_code == 302


def test_what_another_session_was_given_is_refused(client_as, public_client):
    client, other = client_as(Role.COORDINATOR), client_as(Role.COORDINATOR)
    theirs = token_on(other, "/account/devices")
    token_on(client, "/account/devices")

    assert stay(client, theirs) == 400
    assert stay(client, token_on(public_client, "/sign-in")) == 400
