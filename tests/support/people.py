"""People at the front door: accounts, and clients that check every page they are shown."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from app.accounts.cookies import SECRET
from app.accounts.models import Account
from app.accounts.permissions import Role
from app.accounts.session_actions import start_session
from app.accounts.session_rules import Way
from app.foundation import clock
from app.foundation.db import db, only_reads
from tests.support import writes
from tests.support.pages import check_page

AccountOf = Callable[..., Account]
ClientAs = Callable[..., "PersonClient"]


class PersonClient(FlaskClient):
    """A browser of one person. Checks every page, and that no request forgets to commit."""

    account_id: str | None = None

    def open(self, *args: Any, csrf: bool = True, **kwargs: Any) -> TestResponse:
        """One request, in a context of its own; `csrf=False` leaves out the forgery token."""
        db.session.commit()  # what the test has made is there for the request
        if csrf and not self._is_api(*args, **kwargs):
            headers = dict(kwargs.pop("headers", None) or {})
            kwargs["headers"] = {"X-CSRFToken": self._csrf_token(), **headers}
        with self.application.app_context():
            answer = super().open(*args, **kwargs)
            is_stream = answer.mimetype == "text/event-stream"
            if not is_stream:
                answer.get_data()
                self._check_nothing_uncommitted(answer)
        only_reads.set(False)  # the request's choice is not the test's
        if (
            answer.mimetype == "text/html"
            and answer.status_code != 204
            and not 300 <= answer.status_code < 400
        ):
            check_page(answer.text, answer.request.path)
        return answer

    def keep(self, secret: str) -> None:
        """Be signed in by this secret of a sign-in."""
        with self.session_transaction() as session:
            session[SECRET] = secret

    @staticmethod
    def _is_api(*args: Any, **kwargs: Any) -> bool:
        """A machine's door takes no cookies, so nothing of ours is put on its requests."""
        path = args[0] if args else kwargs.get("path", "")
        return isinstance(path, str) and path.startswith("/api/")

    def _csrf_token(self) -> str:
        with self.session_transaction() as session:
            raw = session.setdefault("csrf_token", uuid4().hex)
        return URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token").dumps(raw)

    def _check_nothing_uncommitted(self, answer: TestResponse) -> None:
        left = [*db.session.new, *db.session.dirty, *db.session.deleted, *writes.uncommitted(db.engine)]
        assert not left, f"{answer.request.method} {answer.request.path} left uncommitted: {left}"


def make_account(role: Role, **fields: Any) -> Account:
    """An account of an invented person; `fields` are columns."""
    number = uuid4().hex[:8]
    values = {
        "email": f"{role.value}.{number}@office.example",
        "name": f"{role.value.replace('_', ' ').capitalize()} {number[:3]}",
        "password_hash": None,
        "is_active": True,
        "created_at": clock.now(),
        **fields,
    }
    account = Account(role=role, **values)
    db.session.add(account)
    db.session.flush()
    return account


@pytest.fixture
def account_of(app: Flask) -> AccountOf:
    """Makes an account: account_of(Role.MEDIATOR, name="Ana")."""
    return make_account


@pytest.fixture
def public_client(app: Flask) -> PersonClient:
    """Somebody who has not signed in."""
    return _client_of(app)


@pytest.fixture
def client_as(app: Flask) -> ClientAs:
    """A signed-in person: client_as(Role.COORDINATOR), or client_as(account); `.account_id` tells who."""

    def sign_in(who: Role | Account, **fields: Any) -> PersonClient:
        account = who if isinstance(who, Account) else make_account(who, **fields)
        client = _client_of(app)
        client.account_id = account.id
        client.keep(start_session(account, Way.PASSKEY, is_limited=False, device="Chrome on Linux"))
        return client

    return sign_in


def _client_of(app: Flask) -> PersonClient:
    client = PersonClient(app, app.response_class, use_cookies=True)
    client.environ_base |= {"HTTP_USER_AGENT": "Common Ground tests", "REMOTE_ADDR": "127.0.0.1"}
    return client
