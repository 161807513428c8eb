"""How well the screening does on the labelled calls, held so that a change cannot make it worse unseen.

The figures are counts of what it does today (`script/bench triage`), not goals reached: the goal for
dangerous calls offered is none, and on the held-out calls some still are.
"""

from collections import Counter

import pytest

from app.triage.rules import Decision
from tests.support.screening import decided

READ_WHOLE = {"en", "es"}


def offered(part, expected):
    return sum(
        verdict.decision is Decision.OFFER for call, verdict in decided(part) if call["expected"] == expected
    )


@pytest.mark.parametrize(("part", "most"), [("tune", 0), ("held_out", 4)])
def test_no_more_dangerous_calls_are_offered_than_before(part, most):
    assert offered(part, "return") <= most


@pytest.mark.parametrize(("part", "least"), [("tune", 141), ("held_out", 195)])
def test_no_fewer_clear_calls_are_offered_than_before(part, least):
    assert offered(part, "accept") >= least


@pytest.mark.parametrize("part", ["tune", "held_out"])
def test_nothing_is_offered_in_a_language_that_is_not_read_whole(part):
    decisions = Counter(
        verdict.decision for call, verdict in decided(part) if call["modifiers"]["language"] not in READ_WHOLE
    )
    assert decisions
    assert not decisions[Decision.OFFER]


@pytest.mark.parametrize("part", ["tune", "held_out"])
def test_no_call_about_somebody_being_there_is_offered(part):
    biased = [verdict for call, verdict in decided(part) if "bias_suspected" in call["flags"]]
    assert biased
    assert Decision.OFFER not in {verdict.decision for verdict in biased}


def test_the_second_reader_earns_its_place():
    """Without it far more dangerous calls would be offered: what it raises, nothing else does."""
    alone = 0
    for call, verdict in decided("held_out"):
        against = {reason.decision for reason in verdict.reasons if reason.rule != "second_reader"}
        alone += call["expected"] == "return" and not against & {Decision.REVIEW, Decision.RETURN}
    assert alone >= 3 * offered("held_out", "return")
