"""What no phrase explains: an act, a thing handled, a body, a place, a helpless person goes to a person
unless the second reader is surer than it otherwise has to be."""

from collections import defaultdict
from dataclasses import replace

import pytest

from app.triage.policies import shipped_policy
from app.triage.policy import Kind
from app.triage.rules import Decision, Verdict, screen
from app.triage.second_reader import SecondReader, shipped_reader
from app.triage.signs import Answer
from tests.support.screening import SAFE

SURE = replace(shipped_reader(), threshold=2.0, care_threshold=2.0, asked_threshold=2.0)
NOT_QUITE_SURE = replace(SURE, care_threshold=0.0)
ALARMS: dict[str, list[str]] = defaultdict(list)
for one in shipped_policy().phrases:
    if one.concept.kind is Kind.ALARM:
        ALARMS[one.concept.name].append(one.example)


def told(words: str, reader: SecondReader) -> Verdict:
    """A calm call with some words more, of which dispatch did not ask every question."""
    signs = replace(SAFE, threats=Answer.NOT_ASKED, narrative=f"{SAFE.narrative} {words}")
    return screen(signs, shipped_policy(), reader)


@pytest.mark.parametrize("concept", ALARMS)
def test_something_unexplained_goes_to_a_person_where_the_reader_is_not_quite_sure(concept: str) -> None:
    alone = [words for words in ALARMS[concept] if told(words, SURE).decision is Decision.OFFER]
    assert alone, "an example that only the second reader can raise"
    for words in alone:
        verdict = told(words, NOT_QUITE_SURE)
        assert verdict.decision is Decision.REVIEW, words
        assert {one.code for one in verdict.reasons if one.decision is Decision.REVIEW} == {"unexplained"}


@pytest.mark.parametrize(
    "words",
    [
        "It has a dead battery.",
        "They cut the cake with a knife from the kitchen.",
        "Their film last night was about a fight.",
        "El cuchillo es para el pastel.",
    ],
)
def test_what_something_explains_needs_no_surer_reader(words: str) -> None:
    codes = {one.code for one in told(words, NOT_QUITE_SURE).reasons}
    assert "unexplained" not in codes
