"""The database is away: whoever asks for a page is told so, on one that needs no database."""

import pytest
from sqlalchemy import event

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


def test_a_database_that_goes_away_in_the_middle_is_told_of_too(client_as):
    """The person was read already when the connection broke: what is known of them is not asked for again."""
    client = client_as(Role.COORDINATOR)
    asked = []

    def break_after_the_person(connection, cursor, statement, *_):
        if statement != "BEGIN":  # SQLite's
            asked.append(statement)
        if len(asked) > 1:
            raise connection.dialect.loaded_dbapi.OperationalError("away")

    db.session.commit()
    event.listen(db.engine, "before_cursor_execute", break_after_the_person)
    try:
        answer = client.get("/board")
    finally:
        event.remove(db.engine, "before_cursor_execute", break_after_the_person)

    assert "JOIN accounts" in asked[0]
    assert (answer.status_code, "Try again in a minute." in answer.text) == (503, True)
