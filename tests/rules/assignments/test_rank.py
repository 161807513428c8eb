"""Who should go, and why: as a table."""

from datetime import UTC, datetime, timedelta

import pytest

from app.assignments.labels import RANKING_LABELS
from app.assignments.rules import Candidate, rank

NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)


def person(name, **facts):
    values = {
        "languages": frozenset({"en"}),
        "current_count": 0,
        "last_clear_at": None,
        "is_on_shift": True,
        "has_tie": False,
        **facts,
    }
    return Candidate(account_id=name.lower(), name=name, **values)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({}, {"is_on_shift": False}),
        ({}, {"has_tie": True}),
        ({"current_count": 3}, {"has_tie": True}),
        ({"current_count": 3}, {"is_on_shift": False}),
        ({}, {"current_count": 1, "languages": frozenset({"es"})}),
        ({"current_count": 1}, {"current_count": 2}),
        ({"languages": frozenset({"es"})}, {"knows_area": True}),
        ({}, {"last_clear_at": NOW - timedelta(hours=1), "knows_area": True}),
        ({"knows_area": True}, {}),
        ({"last_clear_at": NOW - timedelta(days=3)}, {"last_clear_at": NOW - timedelta(days=1)}),
    ],
)
def test_one_goes_before_the_other(better, worse):
    """The better one has the later name, so that the name does not decide."""
    ranked = rank([person("Aa", **worse), person("Zz", **better)], "es-MX", NOW)

    assert [one.name for one in ranked] == ["Zz", "Aa"]


def test_equals_stand_by_name():
    assert [one.name for one in rank([person("B"), person("A")], None, NOW)] == ["A", "B"]


@pytest.mark.parametrize(
    ("facts", "language", "may_go", "reasons"),
    [
        ({}, None, True, ("on_shift", "free")),
        ({"languages": frozenset({"en", "es"})}, "es", True, ("on_shift", "speaks", "free")),
        ({}, "ko", True, ("on_shift", "does_not_speak", "free")),
        ({"is_on_shift": False}, None, False, ("off_shift", "free")),
        ({"has_tie": True}, None, False, ("on_shift", "has_tie", "free")),
        ({"current_count": 2}, None, True, ("on_shift", "busy")),
        (
            {"knows_area": True, "last_clear_at": NOW - timedelta(hours=9)},
            None,
            True,
            ("on_shift", "free", "knows_area", "out_lately"),
        ),
        ({"last_clear_at": NOW - timedelta(hours=10)}, None, True, ("on_shift", "free")),
    ],
)
def test_each_place_in_the_list_has_its_reasons(facts, language, may_go, reasons):
    (ranked,) = rank([person("Ana", **facts)], language, NOW)

    assert (ranked.may_go, ranked.reasons) == (may_go, reasons)
    assert set(reasons) <= set(RANKING_LABELS)
