"""Operators' commands for dispatch's systems: keys are printed once, and every act is on the trail."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app.accounts.clients import NotSigned
from app.accounts.models import ClientKey, DispatchClient
from app.accounts.purposes import Asked
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.delivery.destinations import headers_for
from app.delivery.models import Destination
from app.delivery.signatures import PUBLIC, check, new_key_pair
from app.foundation import clock
from app.foundation.db import db
from tests.support.signed import read_signed

CREATE = ("create-client", "--agency", "psap.example.gov", "--purpose")
CALLBACKS = ("--callback-url", "https://psap.example.gov/callbacks")
Run = Callable[..., Result]

pytestmark = pytest.mark.one_database


@pytest.fixture
def run(app: Flask) -> Run:
    """Runs a command of `flask accounts` as an operator types it, or of another group."""

    def invoke(*words: str, group: str = "accounts") -> Result:
        db.session.commit()
        said = app.test_cli_runner().invoke(args=[group, *words])
        db.session.expire_all()
        return said

    return invoke


def read(said: Result) -> dict[str, Any]:
    """The one line of JSON that a command prints."""
    assert said.exit_code == 0, said.output
    assert said.stdout.count("\n") == 1
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def trail() -> list[What]:
    return list(db.session.scalars(select(AuditEntry.what).order_by(AuditEntry.id)))


def test_a_system_with_a_pair_of_its_own_gets_no_secret_of_ours(run: Run) -> None:
    private, public = new_key_pair()
    made = read(run(*CREATE, "dispatch", "--public-key", public))

    assert set(made) == {"client_id"}
    assert read_signed(private).client_id == made["client_id"]


def test_a_system_that_only_watches_is_registered(run: Run) -> None:
    made = read(run(*CREATE, "monitoring"))

    assert read_signed(made["secret"], asked=Asked.LOOK).client_id == made["client_id"]


def test_a_key_is_changed_without_a_gap(run: Run) -> None:
    made = read(run(*CREATE, "dispatch"))
    added = read(run("add-key", "--client", made["client_id"], "--days", "30"))

    assert set(added) == {"key_id", "secret"}
    old = read_signed(made["secret"]).key_id
    assert read_signed(added["secret"]).key_id == added["key_id"]
    assert read(run("revoke-key", old))["revoked_at"]
    with pytest.raises(NotSigned):
        read_signed(made["secret"])
    assert read_signed(added["secret"]).key_id == added["key_id"]
    assert db.session.get_one(ClientKey, added["key_id"]).expires_at


def test_a_system_is_taken_off_once(run: Run) -> None:
    made = read(run(*CREATE, "dispatch"))

    assert read(run("revoke-client", made["client_id"])) == read(run("revoke-client", made["client_id"]))
    assert trail().count(What.CLIENT_REVOKED) == 1
    refused = run("add-key", "--client", made["client_id"])
    assert (refused.exit_code, refused.output) == (
        1,
        "Error: This system was taken off. Register it again.\n",
    )


def test_the_list_has_every_key_and_no_secret(run: Run) -> None:
    private, public = new_key_pair()
    made = read(run(*CREATE, "dispatch", *CALLBACKS))
    added = read(run("add-key", "--client", made["client_id"], "--public-key", public))
    watching = read(run(*CREATE, "monitoring"))

    said = run("list-clients")
    first, second = (json.loads(line) for line in said.stdout.splitlines())

    assert (first["client_id"], first["agency"], first["purpose"]) == (
        made["client_id"],
        "psap.example.gov",
        "dispatch",
    )
    assert [key["algorithm"] for key in first["keys"]] == ["v1", "v1a"]
    assert first["keys"][1]["key_id"] == added["key_id"]
    assert second["purpose"] == "monitoring"
    secrets = (made["secret"], made["callback_secret"], watching["secret"], private, "whsec_", "whsk_")
    assert not [secret for secret in secrets if secret in said.output]


def test_a_long_list_comes_in_pages(run: Run) -> None:
    first = read(run(*CREATE, "dispatch"))["client_id"]
    known = db.session.get_one(DispatchClient, first)
    db.session.add_all(
        DispatchClient(agency="x.example", purpose="dispatch", key_id=known.key_id, created_at=clock.now())
        for _ in range(25)
    )

    one, two = run("list-clients"), run("list-clients", "--page", "2")
    assert [len(page.stdout.splitlines()) for page in (one, two)] == [25, 1]
    assert "--page 2" in one.stderr
    assert "--page" not in two.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("add-key", "--client", "0" * 26),
        ("revoke-key", "0" * 26),
        ("revoke-client", "0" * 26),
        ("set-clocks", "0" * 26, "--kind", "live"),
        (*CREATE, "dispatch", "--public-key", "whpk_none"),
    ],
)
def test_what_cannot_be_is_said_and_leaves_nothing(run: Run, words: tuple[str, ...]) -> None:
    said = run(*words)

    assert (said.exit_code, said.output[:7]) == (1, "Error: ")
    assert (trail(), db.session.scalars(select(DispatchClient)).all()) == ([], [])


def test_every_act_is_on_the_trail_without_a_secret(run: Run) -> None:
    made = read(run(*CREATE, "dispatch", *CALLBACKS))
    added = read(run("add-key", "--client", made["client_id"]))
    run("revoke-key", added["key_id"])
    run("list-clients")
    destination = db.session.scalars(select(Destination.id)).one()
    rotated = read(run("rotate-secret", destination, group="delivery"))
    run("revoke-client", made["client_id"])

    assert trail() == [
        What.CLIENT_CREATED,
        What.CLIENT_KEY_ADDED,
        What.CLIENT_KEY_REVOKED,
        What.CLIENTS_LISTED,
        What.DESTINATION_KEY_CHANGED,
        What.CLIENT_REVOKED,
    ]
    facts = json.dumps(list(db.session.scalars(select(AuditEntry.facts))))
    secrets = (made["secret"], made["callback_secret"], added["secret"], rotated["callback_secret"])
    assert not [secret for secret in secrets if secret in facts]


LIVE = ("--kind", "live")


def seconds(said: dict[str, Any]) -> list[int]:
    """Dead-man, accept, review, confirm, contact, re-offer, on the way: as the command prints them."""
    return [value for name, value in said.items() if name.endswith("_seconds")]


def test_the_clocks_of_a_centre_are_set_shown_and_set_back(run: Run) -> None:
    client_id = read(run(*CREATE, "dispatch"))["client_id"]
    usual = read(run("set-clocks", client_id, *LIVE))
    own = read(run("set-clocks", client_id, *LIVE, "--dead-man", "90", "--accept", "60", "--confirm", "20"))
    again = read(run("set-clocks", client_id, *LIVE, "--review", "50"))
    of_other_kind = read(run("set-clocks", client_id, "--kind", "callback"))
    back = read(run("set-clocks", client_id, *LIVE, "--default"))

    assert (usual["client_id"], usual["kind"], seconds(usual)) == (
        client_id,
        "live",
        [60, 40, 40, 15, 300, 180, 1_800],
    )
    assert seconds(own) == [90, 60, 40, 20, 300, 180, 1_800]
    assert seconds(again) == [90, 60, 50, 20, 300, 180, 1_800]
    assert seconds(of_other_kind) == [1_200, 900, 180, 60, 12_600, 1_800, 12_600]
    assert back == usual == read(run("set-clocks", client_id, *LIVE, "--default"))


def test_each_change_of_clocks_is_on_the_trail_and_a_look_or_a_repeat_is_none(run: Run) -> None:
    client_id = read(run(*CREATE, "dispatch"))["client_id"]
    for words in ((), ("--accept", "40"), ("--confirm", "10"), ("--confirm", "10"), ("--default",)):
        read(run("set-clocks", client_id, *LIVE, *words))

    assert trail() == [What.CLIENT_CREATED, What.CLIENT_CLOCKS_SET, What.CLIENT_CLOCKS_SET]
    of_clocks = select(AuditEntry.facts).where(AuditEntry.what == What.CLIENT_CLOCKS_SET)
    first, second = db.session.scalars(of_clocks.order_by(AuditEntry.id))
    assert first["to"][:2] == ["live", "dead_man_seconds 60"]
    assert "confirm_seconds 10" in first["to"]
    assert second["to"] == ["live", "default"]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--dead-man", "50"), "accept_seconds with confirm_seconds it makes 55"),
        (("--confirm", "16"), "accept_seconds with confirm_seconds it makes 56"),
        (("--review", "41"), "review_seconds must not be longer than accept_seconds, 40"),
        (("--accept", "30"), "review_seconds must not be longer than accept_seconds, 30"),
        (("--on-the-way", "0"), "on_the_way_seconds must be from 1 to 86400 seconds"),
        (("--accept", "30", "--default"), "Say --default or clocks, not both."),
    ],
)
def test_clocks_by_which_we_would_give_up_too_late_are_refused_by_name(
    run: Run, words: tuple[str, ...], named: str
) -> None:
    client_id = read(run(*CREATE, "dispatch"))["client_id"]
    before = read(run("set-clocks", client_id, *LIVE))
    said = run("set-clocks", client_id, *LIVE, *words)

    assert (said.exit_code > 0, f"Error: {named}" in said.output) == (True, True), said.output
    assert read(run("set-clocks", client_id, *LIVE)) == before
    assert What.CLIENT_CLOCKS_SET not in trail()


def test_a_system_that_was_taken_off_gets_no_clocks(run: Run) -> None:
    client_id = read(run(*CREATE, "dispatch"))["client_id"]
    run("revoke-client", client_id)

    assert "taken off" in run("set-clocks", client_id, *LIVE, "--confirm", "10").output


@pytest.mark.parametrize("words", [(), ("--key-pair",)])
def test_the_key_of_a_destination_is_changed_and_printed_once(run: Run, words: tuple[str, ...]) -> None:
    made = read(run(*CREATE, "dispatch", *CALLBACKS))
    destination = db.session.scalars(select(Destination)).one()

    said = read(run("rotate-secret", destination.id, *words, group="delivery"))

    new = said.get("public_key") or said["callback_secret"]
    assert new.startswith(PUBLIC) is bool(words)
    headers = headers_for(destination, "msg_1", b"{}", clock.now())
    told = {"message_id": "msg_1", "timestamp": headers["webhook-timestamp"], "body": b"{}"}
    for key in (made["callback_secret"], new):
        assert check(key, signatures=headers["webhook-signature"], now=clock.now(), **told) is None


def test_a_destination_that_is_not_there_is_said(run: Run) -> None:
    said = run("rotate-secret", "0" * 26, group="delivery")

    assert (said.exit_code, "no such destination" in said.output) == (1, True)
