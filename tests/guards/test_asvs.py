"""Every requirement of OWASP ASVS 5.0 that we hold ourselves to has an answer, and no test of it is gone."""

from collections import Counter
from dataclasses import replace

import pytest

from tests.guards.asvs import all_levels, problems_of, read_rows

OPEN = 0
"""Not built yet. This number only falls: whoever closes one lowers it."""


def test_the_list_is_whole_and_every_test_in_it_is_there():
    assert problems_of(read_rows()) == []


def test_the_standard_has_as_many_requirements_as_it_says():
    assert Counter(all_levels().values()) == {"1": 70, "2": 183, "3": 92}
    assert Counter(row.level for row in read_rows()) == {"1": 70, "2": 183, "3": 26}


def test_what_is_open_grows_never_and_is_not_done(record_property):
    rows = read_rows()
    still = [row.id for row in rows if row.how == "open"]
    record_property("open", len(still))

    assert len(still) == OPEN, f"open now: {len(still)}: {', '.join(still)}"


def test_most_is_held_by_tests():
    counts = Counter(row.how for row in read_rows() if row.how != "not applicable")

    assert counts["test"] > counts["open"] + counts["operator"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"id": "V99.1.1"}, "V1.1.1 is missing"),
        ({"level": "1"}, "is not in what we hold ourselves to"),
        ({"how": "yes"}, "is no answer"),
        ({"evidence": "tests/guards/test_asvs.py::test_nothing"}, "there is no test"),
        ({"evidence": "tests/none/test_none.py::test_none"}, "there is no test"),
        ({"evidence": "app/cases/views.py::show"}, "there is no test"),
        ({"how": "operator", "evidence": "later"}, "no reason"),
        ({"how": "open", "evidence": "x " * 31}, "longer than 30 words"),
        ({"what_it_asks": "x " * 16}, "longer than 15 words"),
        ({"what_it_asks": ""}, "is empty"),
    ],
)
def test_a_wrong_line_is_seen(change, problem):
    first, *others = read_rows()

    assert any(problem in one for one in problems_of([replace(first, **change), *others]))


def test_a_line_twice_is_seen():
    rows = read_rows()

    assert problems_of([*rows, rows[0]]) == ["V1.1.1 2 times"]
