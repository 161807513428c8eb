"""The database is away: whoever asks for a page is told so, on one that needs no database."""

import pytest

from app.accounts.permissions import Role
from app.foundation.db import db
from tests.support.databases import away


@pytest.mark.parametrize(
    ("role", "address"),
    [
        (None, "/"),
        (Role.COORDINATOR, "/board"),
        (Role.MEDIATOR, "/today"),
        (Role.OFFICE_STAFF, "/inputs"),
        (Role.ADMIN, "/accounts"),
    ],
)
def test_a_page_says_that_nothing_was_kept_and_what_to_do(public_client, client_as, role, address):
    client = client_as(role) if role else public_client
    db.session.commit()
    assert client.get(address, follow_redirects=True).status_code == 200
    with away():
        answer = client.get(address, follow_redirects=True)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "Try again in a minute." in answer.text
    assert client.get(address, follow_redirects=True).status_code == 200
