"""What the machine opens for itself it opens only where that is its work: a use is no way around a look."""

import pytest

from app.vault.access import Use
from tests.guards.layers import read_modules
from tests.guards.uses import ALLOWED, passed

pytestmark = pytest.mark.one_database

OPENS = "from app.vault.access import Use\n"


def test_each_use_is_passed_only_where_it_is_the_work():
    found, hidden = passed(read_modules())

    assert hidden == []
    assert found == {module: set(uses) for module, uses in ALLOWED.items()}


def test_every_use_is_somebodys_work():
    assert {use for uses in ALLOWED.values() for use in uses} == set(Use)


@pytest.mark.parametrize(
    ("source", "uses"),
    [
        (f"{OPENS}open_place(case, Use.INTEGRITY)", {Use.INTEGRITY}),
        ("from app.vault import access\nopen_words(one, by=access.Use.COMPARING)", {Use.COMPARING}),
        ("open_told(referral)", {Use.SCREENING}),
        ("queries.open_told(referral)", {Use.SCREENING}),
        ("queries.open_told(referral, a_look)", None),
        (f"{OPENS}def show(by: Grounds | Use) -> str | Use: ...", None),
    ],
)
def test_a_use_is_seen_however_it_is_passed(source, uses):
    opener = f"{OPENS}def open_told(referral, by: Use = Use.SCREENING): ..."

    found, hidden = passed({"app.board.views": source, "app.referrals.queries": opener})

    assert (found.get("app.board.views"), hidden) == (uses, [])


@pytest.mark.parametrize(
    "source",
    [
        f"{OPENS}open_place(case, Use('integrity'))",
        f"{OPENS}open_place(case, Use['INTEGRITY'])",
        f"{OPENS}open_place(case, next(iter(Use)))",
        f"{OPENS}mine = Use",
        "from app.vault import access\nopen_place(case, access.Use(name))",
        "from app.vault.access import Use as Reason",
        "from app.vault.access import *",
    ],
)
def test_a_use_that_is_not_written_out_is_seen(source):
    assert passed({"app.board.views": source})[1] != []
