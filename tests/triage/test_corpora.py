"""The labelled calls that triage is made, tuned and judged by: whole, apart from each other, and invented.

They are written by hand, and so they are in the repository and not made. Where a call taker
shouts in Spanish, "TODO" is the word for "all".

Nobody who writes a rule reads `held_out.jsonl`. Its tests look at labels, and print no words of it.
"""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import app.triage

FILES = {
    "train": Path(app.triage.__file__).parent / "corpora" / "train.jsonl",
    "tune": Path(__file__).parent / "corpora" / "tune.jsonl",
    "held_out": Path(__file__).parent / "corpora" / "held_out.jsonl",
}
TEAMS = {"conflict_mediation", "restorative_justice", "unarmed_crisis", "homeless_outreach", "county_service"}
DANGERS = {f"D{number}" for number in range(1, 15)}
DOUBTS = {f"U{number}" for number in range(1, 18)}
LONG_NUMBER = re.compile(r"\d[\d\s().-]{8,}\d")


def calls_of(part: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in FILES[part].read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("part", FILES)
def test_every_call_has_a_label_that_says_what_it_is(part: str) -> None:
    calls = calls_of(part)
    assert len({call["id"] for call in calls}) == len(calls)
    for call in calls:
        kinds = {"return": call["kind"][0] in "DS", "review": call["kind"][0] == "U", "accept": True}
        assert kinds[call["expected"]], call["id"]
        assert set(call["acceptable_teams"]) <= TEAMS, call["id"]
        assert bool(call["acceptable_teams"]) == (call["expected"] == "accept"), call["id"]
        assert not (call["critical"] and call["expected"] == "accept"), call["id"]


@pytest.mark.parametrize("part", FILES)
def test_every_danger_and_every_doubt_is_told_in_both_languages(part: str) -> None:
    for language in ("en", "es"):
        kinds = Counter(call["kind"] for call in calls_of(part) if call["modifiers"]["language"] == language)
        assert not (DANGERS | DOUBTS) - {*kinds}, (part, language)


def test_no_call_stands_in_two_parts() -> None:
    calls = [call for part in FILES for call in calls_of(part)]
    told = Counter(re.sub(r"\W+", " ", call["narrative"]).casefold() for call in calls)
    assert max(told.values()) == 1


@pytest.mark.parametrize("part", FILES)
def test_no_call_has_a_number_that_somebody_could_be_reached_at(part: str) -> None:
    found = [call["id"] for call in calls_of(part) if LONG_NUMBER.search(call["narrative"])]
    assert not found
