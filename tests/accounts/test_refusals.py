"""Every no is in the log: who, where, when, about which record; and no word of what was sent."""

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.permissions import Role
from app.accounts.sign_in import hash_password
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.foundation.db import db
from tests.support.cases import make_case
from tests.support.people import make_account
from tests.support.referrals import Dispatch
from tests.support.roster import make_responder

WORDS = "zanzibarred"


def lines(capsys: Any) -> list[dict[str, Any]]:
    """What was logged: every line is one whole event."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def refusals(capsys: Any) -> list[dict[str, Any]]:
    return [line for line in lines(capsys) if line["event"] == "refused"]


def test_who_asks_for_what_their_role_does_not_do_is_in_the_log(client_as: Any, capsys: Any) -> None:
    admin = client_as(Role.ADMIN)
    admin.get(f"/cases/?q={WORDS}")
    (line,) = refusals(capsys)

    assert (line["status"], line["endpoint"], line["role"]) == (403, "cases.index", "admin")
    assert (line["who"], line["method"], line["level"]) == (admin.account_id, "GET", "warning")
    at = datetime.fromisoformat(line["timestamp"])
    assert at.utcoffset() == timedelta(0)
    assert WORDS not in str(line)


def test_who_looks_for_the_record_of_another_is_in_the_log_with_it(
    app: Flask, client_as: Any, capsys: Any
) -> None:
    case, outsider = make_case(), make_responder()
    client_as(outsider).get(f"/cases/{case.id}")
    (line,) = refusals(capsys)

    assert (line["status"], line["who"], line["about"]) == (404, outsider.id, [case.id])


@pytest.mark.parametrize(
    "path", [f"/cases/{WORDS}", f"/cases/a%0A{{%22event%22:%22{WORDS}%22}}", "/cases/%1b[31m"]
)
def test_no_address_writes_a_line_of_its_own_or_a_word(client_as: Any, capsys: Any, path: str) -> None:
    client_as(make_responder()).get(path)
    logged = lines(capsys)

    assert [line["event"] for line in logged] == ["refused"]
    assert logged[0]["about"] == []
    assert WORDS not in str(logged)


def test_a_forged_form_a_guess_and_a_bad_signature_are_in_the_log(
    app: Flask, public_client: Any, client_as: Any, capsys: Any
) -> None:
    client_as(Role.COORDINATOR).post("/help", csrf=False)
    for _ in range(6):
        public_client.post("/sign-in", data={"email": f"{WORDS}@b.example", "password": WORDS})
    Dispatch(app).offer(secret="whsec_" + "A" * 43 + "=")
    found = refusals(capsys)

    assert [line["status"] for line in found] == [400, 429, 401]
    assert found[2]["who"] is None
    assert WORDS not in str(found)


def test_every_sign_in_every_refused_one_and_every_end_is_on_the_trail(public_client: Any) -> None:
    account = make_account(Role.ADMIN, password_hash=hash_password("correct horse battery"))
    for password in ("wrong", "correct horse battery"):
        public_client.post("/sign-in", data={"email": account.email, "password": password})
    public_client.post("/sign-out")
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()

    assert [entry.what for entry in entries] == [
        What.ACCOUNT_SIGN_IN_REFUSED,
        What.ACCOUNT_SIGNED_IN,
        What.ACCOUNT_SIGNED_OUT,
    ]
    assert {entry.subject_id for entry in entries[1:]} == {account.id}


def test_a_stranger_who_finds_nothing_is_no_event(public_client: Any, capsys: Any) -> None:
    """A public site is looked at by everybody's machines; that would bury what matters."""
    public_client.get("/wp-login.php")

    assert refusals(capsys) == []


def test_only_ids_go_into_a_line(client_as: Any, capsys: Any) -> None:
    account = make_account(Role.MEDIATOR)
    client_as(Role.COORDINATOR).get(f"/accounts/{account.id}")
    (line,) = refusals(capsys)

    assert line["about"] == [account.id]
    assert set(line) == {
        "event",
        "level",
        "timestamp",
        "status",
        "endpoint",
        "method",
        "who",
        "role",
        "about",
    }
    assert not re.search(r"@|example", str(line))
