"""Trying another policy on a file of calls: what would change, for whom, and every flip to read."""

import json

import pytest
import yaml
from sqlalchemy import select

from app.foundation.db import db
from app.referrals.models import Referral
from app.triage.policies import shipped_policy
from app.triage.policy_files import hash_of, shipped_document
from app.vault.sealing import destroy_key
from tests.support.policies import make_draft
from tests.support.referrals import call

pytestmark = pytest.mark.one_database  # what is looked at is made above the database

CALM = (
    "Two neighbors argue about the shared fence. Both are calm, nobody touched anybody, "
    "each is in their own home, and they want a mediator."
)
CALLS = [
    {
        "id": f"P{number}",
        "call_type": {"code": "620N", "text": "620 NEIGHBOR"},
        "priority": "NON-CODED",
        "narrative": words,
        "modifiers": {"weapons": "none", "injuries": "none", "language": "en"},
        "kind": "neighbor",
    }
    for number, words in enumerate((CALM, f"{CALM} A zorple stands in the yard.", f"{CALM} He has a gun."), 1)
]


@pytest.fixture
def run(app):
    return lambda *arguments: app.test_cli_runner().invoke(args=["triage", *map(str, arguments)])


@pytest.fixture
def calls(tmp_path):
    file = tmp_path / "calls.jsonl"
    file.write_text("\n".join(map(json.dumps, CALLS)))
    return file


def a_policy(folder, *concepts):
    document = shipped_document() | {
        "version": "trial",
        "concepts": [*shipped_document()["concepts"], *concepts],
    }
    file = folder / "policy.yaml"
    file.write_text(yaml.safe_dump(document, allow_unicode=True))
    return file


ZORPLE = {
    "concept": "zorple",
    "kind": "danger",
    "reason": "word_weapon",
    "phrases": [{"en": "a zorple", "is": "He has a zorple.", "not": "No zorple."}],
}


def test_a_phrase_is_tried_before_it_is_in_force(run, calls, tmp_path):
    said = run("shadow", calls, "--policy", a_policy(tmp_path, ZORPLE))

    assert said.exit_code == 0
    assert said.output.splitlines() == [
        f"3 calls, policy {shipped_policy().version} against trial.",
        "1 would be decided differently.",
        "0 of them would be offered and are not now. Read each of these.",
        "  nature neighbor: offer to return, 1",
        "  language en: offer to return, 1",
        "  kind neighbor: offer to return, 1",
        "P2: offer (nothing against) to return (word_weapon)",
    ]


def test_the_words_of_a_flip_are_shown_only_where_they_are_asked_for(run, calls, tmp_path):
    file = a_policy(tmp_path, ZORPLE)

    assert "fence" not in run("shadow", calls, "--policy", file).output
    assert CALLS[1]["narrative"] in run("shadow", calls, "--policy", file, "--flips").output


def test_a_policy_that_offers_more_says_so(run, calls, tmp_path):
    """What only the other policy would offer is what must be read."""
    document = shipped_document()
    milder = [
        one | {"when": {"asserted": "nothing", "uncertain": "nothing"}}
        if one["kind"] in {"danger", "alarm"}
        else one
        for one in document["concepts"]
    ]
    file = tmp_path / "policy.yaml"
    file.write_text(yaml.safe_dump(document | {"version": "mild", "concepts": milder}, allow_unicode=True))

    said = run("shadow", calls, "--policy", file)

    assert "1 of them would be offered and are not now" in said.output
    assert "P3: return (word_weapon) to offer" in said.output


def test_the_policy_in_force_can_be_written_read_and_tried(run, calls, tmp_path):
    file = tmp_path / "now.yaml"

    written = run("policy", file)
    assert written.exit_code == 0
    assert hash_of(shipped_document()) in written.output
    said = run("shadow", calls, "--policy", file)

    assert "0 would be decided differently." in said.output


@pytest.mark.parametrize("text", ["version: 1", "concepts: [", "[]", "concepts: {}"])
def test_what_is_no_policy_is_refused(run, calls, tmp_path, text):
    file = tmp_path / "policy.yaml"
    file.write_text(text)

    said = run("shadow", calls, "--policy", file)

    assert said.exit_code == 1
    assert said.output.startswith("Error: ")


def test_a_version_of_the_office_is_tried_by_its_name(run, calls, few_labelled):
    version = make_draft()
    db.session.commit()

    said = run("shadow", calls, "--policy", version.name)

    assert "P2: offer (nothing against) to return (word_weapon)" in said.output.splitlines()


def test_stored_calls_are_replayed_by_nature_area_language_and_hour_and_no_words_are_shown(
    run, dispatch, few_labelled
):
    told = f"{call()['narrative']} He has a zorple."
    dispatch.offer(call(narrative=told))
    dispatch.offer()
    version = make_draft()
    db.session.commit()

    said = run("shadow", "--last-days", "1", "--policy", version.name, "--flips").output.splitlines()

    assert said[:2] == [f"2 calls, policy {shipped_policy().version} against {version.name}.", SAID_ONE]
    assert {line.split()[0] for line in said if line.startswith("  ")} == {
        "nature",
        "language",
        "area",
        "hour",
    }
    assert "zorple" not in "".join(said)


SAID_ONE = "1 would be decided differently."


def test_a_call_whose_words_are_destroyed_is_left_out(run, dispatch, few_labelled):
    dispatch.offer()
    referral = db.session.scalars(select(Referral)).one()
    destroy_key(referral.key_id, "test")
    version = make_draft()
    db.session.commit()

    said = run("shadow", "--last-days", "1", "--policy", version.name).output

    assert said.startswith("0 calls, ")


@pytest.mark.parametrize(
    "arguments",
    [("--policy", "nothing"), ("--last-days", "1", "--policy", "nothing"), ("--last-days", "0")],
)
def test_what_cannot_be_done_is_said(run, arguments):
    assert run("shadow", *arguments).exit_code != 0
