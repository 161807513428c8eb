"""Everything the catalogue of the trail names is recorded by some code, by its name."""

import re

from app.audit.catalogue import What
from app.audit.review_rules import LOOKS
from tests.guards.layers import read_modules

NEVER_DRAWN = {What.CASE_MAP_SHOWN}
"""A map of blocks shows nothing that somebody told us, and nobody's name."""
NOT_AN_ACT = ("app.audit.catalogue", "app.audit.labels")


def never_recorded(members: list[str], sources: list[str]) -> list[str]:
    """The members of `What` that no source names."""
    named = {name for source in sources for name in re.findall(r"\bWhat\.([A-Z_]+)", source)}
    return sorted(set(members) - named)


def test_everything_in_the_catalogue_is_recorded():
    sources = [source for module, source in read_modules().items() if module not in NOT_AN_ACT]

    assert never_recorded(list(What.__members__), sources) == []


def test_every_look_that_opens_something_may_come_before_the_auditor():
    opening = re.compile(r"\b_?look(?:_at_each|_over)?\(\s*What\.([A-Z_]+)")
    opened = {What[name] for source in read_modules().values() for name in opening.findall(source)}

    assert opened == {*LOOKS, *NEVER_DRAWN}


def test_a_dead_member_is_seen():
    assert never_recorded(["CASE_OPENED", "CASE_LOST"], ["record(What.CASE_OPENED, actor=a)"]) == [
        "CASE_LOST"
    ]


def test_names_say_subject_and_deed():
    assert [what for what in What if not re.fullmatch(r"[a-z_]+\.[a-z_]+", what.value)] == []
