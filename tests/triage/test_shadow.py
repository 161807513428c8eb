"""Trying another policy on a file of calls: what would change, for whom, and every flip to read."""

import hashlib
import json

import pytest
import yaml
from click.testing import CliRunner

from app.triage.commands import triage_group
from app.triage.policies import shipped_policy
from app.triage.policy_files import shipped_document

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


def run(*arguments):
    return CliRunner().invoke(triage_group, list(map(str, arguments)))


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


def test_a_phrase_is_tried_before_it_is_in_force(calls, tmp_path):
    said = run("shadow", calls, "--policy", a_policy(tmp_path, ZORPLE))

    assert said.exit_code == 0
    assert said.output.splitlines() == [
        f"3 calls, policy {shipped_policy().version} against trial.",
        "1 would be decided differently.",
        "0 of them would be offered and are not now. Read each of these.",
        "  nature neighbor: offer to return, 1",
        "  language en: offer to return, 1",
        "  kind neighbor: offer to return, 1",
        "P2: offer (weapons_no) to return (word_weapon)",
    ]


def test_the_words_of_a_flip_are_shown_only_where_they_are_asked_for(calls, tmp_path):
    file = a_policy(tmp_path, ZORPLE)

    assert "fence" not in run("shadow", calls, "--policy", file).output
    assert CALLS[1]["narrative"] in run("shadow", calls, "--policy", file, "--flips").output


def test_a_policy_that_offers_more_says_so(calls, tmp_path):
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


def test_the_policy_in_force_can_be_written_read_and_tried(calls, tmp_path):
    file = tmp_path / "now.yaml"

    written = run("policy", file)
    assert written.exit_code == 0
    assert hashlib.sha256(file.read_bytes()).hexdigest() in written.output
    said = run("shadow", calls, "--policy", file)

    assert "0 would be decided differently." in said.output


@pytest.mark.parametrize("text", ["version: 1", "concepts: [", "[]", "concepts: {}"])
def test_what_is_no_policy_is_refused(calls, tmp_path, text):
    file = tmp_path / "policy.yaml"
    file.write_text(text)

    said = run("shadow", calls, "--policy", file)

    assert said.exit_code == 1
    assert said.output.startswith("Error: ")
