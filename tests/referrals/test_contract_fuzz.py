"""Whatever can be made from the served document is answered as it says, and nothing of it comes back.

Requests are signed on their way in, so that they get past the first door.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.specs.openapi import checks as openapi_checks
from werkzeug.test import EnvironBuilder

from app.accounts import breaker
from app.delivery.models import WorkerBeat
from app.delivery.signatures import sign
from app.foundation import clock
from app.foundation.db import db
from app.referrals.contract import OPERATIONS
from tests.support.places import make_area
from tests.support.referrals import Dispatch, make_covering_team

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

DOCUMENT = "/api/v1/openapi.json"
EXAMPLES = 25
SEED = 20261125
HONEST = {503, 504}
LONG_ENOUGH = 8
"""A shorter text may stand in an answer by chance."""
OWN_WORD = re.compile("[a-z_-]+")
"""Names of members and codes: the code's own, which are tried as values too."""
CHECKS = [
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
    openapi_checks.response_headers_conformance,
]


class SignedOnTheWay:
    """The app behind a signer: every request is from one centre, whatever it says."""

    def __init__(self, app: Flask, dispatch: Dispatch) -> None:
        self._app, self._dispatch = app, dispatch

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Any:
        if environ["PATH_INFO"] != DOCUMENT:
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            builder = EnvironBuilder(environ_base=environ, data=body)
            environ = dict(environ) | {"wsgi.input": builder.get_environ()["wsgi.input"]}
            environ.pop("HTTP_WEBHOOK_CLIENT", None)
            signed = sign(self._dispatch.secret, uuid4().hex, clock.now(), body)
            for name, value in signed.items():
                environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
        with self._app.app_context():
            return list(self._app(environ, start_response))


@pytest.fixture
def contract(app: Flask) -> Any:
    """The document as it is served, to make messages from."""
    make_area()
    make_covering_team()
    db.session.merge(WorkerBeat(worker="one", at=clock.now()))
    db.session.commit()
    return schemathesis.openapi.from_wsgi(DOCUMENT, SignedOnTheWay(app, Dispatch(app)))


@pytest.mark.slow
def test_whatever_the_document_allows_is_answered_as_it_says(
    contract: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker, "BURST", 100_000)
    asked: set[str] = set()
    for made in contract.get_all_operations():
        operation = made.ok()
        asked.add(operation.label)
        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
            ask(operation, mode)

    assert asked == {f"{one.method} {one.path}" for one in OPERATIONS}


def ask(operation: Any, mode: Any) -> None:
    """So many messages of one operation, the same each time."""

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def answer(case: Any) -> None:
        answer = case.call()
        case.validate_response(answer, checks=CHECKS)
        assert answer.status_code < 500 or answer.status_code in HONEST
        if answer.status_code >= 400:
            assert answer.json()["custody"] in {"dispatch", "both", "office"}
            said = answer.text
            assert [text for text in texts_in(case.body) if text in said] == []

    answer()


def texts_in(value: Any) -> Iterator[str]:
    """The texts of a message that could not stand in an answer by chance."""
    if isinstance(value, str) and len(value) >= LONG_ENOUGH and not OWN_WORD.fullmatch(value):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)


@pytest.mark.one_database
@pytest.mark.parametrize("path", sorted({one.path for one in OPERATIONS}))
def test_another_method_is_refused_and_told_which_are_allowed(app: Flask, path: str) -> None:
    address = path.replace("{id}", "1" * 26).replace("{incident_id}", "L-1")
    allowed = {one.method for one in OPERATIONS if one.path == path}
    may_be_a_name = {"GET"} if "{incident_id}/" in path else set()  # an incident may have a slash in its name
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"} - allowed - may_be_a_name:
        answer = app.test_client().open(address, method=method)

        assert (method, answer.status_code) == (method, 405)
        assert answer.content_type == "application/problem+json"
        assert answer.json["custody"] == "dispatch"
        assert allowed <= {one.strip() for one in answer.headers["Allow"].split(",")}
