"""A neighborhood is found as people write its name."""

from dataclasses import dataclass

import pytest

from app.plans.finding import find_by_name


@dataclass
class Place:
    name: str


CITY = [
    Place(name)
    for name in (
        "Boyle Heights",
        "Angelino Heights",
        "Eagle Rock",
        "Elysian Park",
        "Élysian Valley",
        "Mid-City",
    )
]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Boyle Heights", ["Boyle Heights"]),
        ("  boyle   HEIGHTS ", ["Boyle Heights"]),
        ("boy", ["Boyle Heights"]),
        ("elysian", ["Elysian Park", "Élysian Valley"]),
        ("élysian valley", ["Élysian Valley"]),
        ("Elysian Park", ["Elysian Park"]),
        ("heights", ["Boyle Heights", "Angelino Heights"]),
        ("midcity", ["Mid-City"]),
        ("mid city", ["Mid-City"]),
        ("eaglerock", ["Eagle Rock"]),
        ("Boyle Hights", ["Boyle Heights"]),
        ("Narnia", []),
        ("", []),
        ("  ?! ", []),
        ("%", []),
    ],
)
def test_a_name_is_found_without_regard_to_case_accents_and_small_slips(asked, found):
    assert [place.name for place in find_by_name(CITY, asked)] == found
