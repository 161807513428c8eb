"""Logs say what broke and where, and nothing of what a person said."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.accounts.access import public
from app.foundation.db import db
from app.foundation.logs import where_it_broke
from tests.support.referrals import Dispatch, call

WORDS = "Mrs Invented of 12 Nowhere Street"


def fail(words: str) -> None:
    raise ValueError(words)


def test_an_error_is_told_without_its_message() -> None:
    with pytest.raises(ValueError, match="Nowhere") as caught:
        fail(WORDS)
    told = str(where_it_broke(caught.value))

    assert "ValueError" in told
    assert "fail" in told
    assert "Nowhere" not in told


def test_an_unforeseen_error_of_a_page_is_logged_without_words(app: Flask, capsys: Any) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    view = public(lambda: fail(WORDS))
    app.view_functions["pages.set_theme"], kept = view, app.view_functions["pages.set_theme"]
    try:
        answer = app.test_client().post("/theme", headers={"X-CSRFToken": "none"})
    finally:
        app.view_functions["pages.set_theme"] = kept
        app.config["PROPAGATE_EXCEPTIONS"] = None
    logged = capsys.readouterr()

    assert answer.status_code in {400, 500}
    assert "Nowhere" not in logged.out + logged.err + answer.text


def test_a_database_error_keeps_its_parameters_to_itself(app: Flask) -> None:
    with pytest.raises(DBAPIError) as caught:
        db.session.execute(text("SELECT * FROM nothing WHERE words = :words"), {"words": WORDS})
    db.session.rollback()

    assert "Nowhere" not in str(caught.value)


def test_a_failing_screening_returns_the_call_and_logs_no_words(
    app: Flask, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.triage.rules.read", lambda narrative: fail(narrative))
    answer = Dispatch(app).offer(call(narrative=WORDS))
    logged = capsys.readouterr()

    assert (answer.json["state"], answer.json["reason"]) == ("handed_back", "screening_failed")
    assert "screening_failed" in logged.out
    assert "Nowhere" not in logged.out + logged.err
