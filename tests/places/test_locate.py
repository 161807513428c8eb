"""Where a point lies: an area, or nothing; never a guess."""

import pytest
from sqlalchemy import event

from app.foundation.db import db
from app.foundation.errors import NotFound
from app.places.queries import get_area_by_slug, list_areas, locate
from tests.support.places import make_area

# Two squares side by side; 0.0001 degrees of longitude are 9.2 m here.
WEST = {"name": "Southeast", "lat": 33.93, "lon": -118.26}
EAST = {"name": "Newton", "lat": 33.93, "lon": -118.24}


@pytest.fixture
def areas(app):
    return make_area(**WEST), make_area(**EAST)


def test_a_point_lies_in_its_area(areas):
    found = locate(33.94, -118.25)

    assert (found.area_id, found.area_name, found.is_border) == (areas[0].id, "Southeast", False)
    assert found.distance_m == pytest.approx(922, abs=3)


@pytest.mark.parametrize(
    ("lon", "name", "is_border"),
    [
        (-118.2406, "Southeast", False),
        (-118.2405, "Southeast", True),
        (-118.2395, "Newton", True),
        (-118.2394, "Newton", False),
    ],
)
def test_near_a_border_a_person_looks(areas, lon, name, is_border):
    found = locate(33.94, lon)

    assert (found.area_name, found.is_border) == (name, is_border)


def test_a_point_on_the_line_lies_in_one_area_and_is_near_a_border(areas):
    found = locate(33.94, -118.24)

    assert found.area_name in {"Newton", "Southeast"}
    assert (found.is_border, found.distance_m) == (True, 0.0)
    assert locate(33.94, -118.24) == found


NOWHERE = [
    (0.0, 0.0),
    (33.94, -118.30),
    (33.9299, -118.25),
    (float("nan"), -118.25),
    (33.94, float("nan")),
    (float("inf"), float("-inf")),
    (-118.25, 33.94),
    (1e300, -118.25),
]


@pytest.mark.parametrize("point", NOWHERE)
def test_nothing_is_guessed(areas, point):
    assert locate(*point) is None


def test_zero_zero_is_nowhere_even_inside_an_area(app):
    make_area("Gulf of Guinea", lat=-0.01, lon=-0.01)

    assert locate(0.0, 0.0) is None
    assert locate(0.001, 0.001).area_name == "Gulf of Guinea"


def test_where_areas_overlap_the_one_it_lies_deepest_in_counts(app):
    make_area(
        "Large",
        lat=33.9,
        lon=-118.3,
        shape={
            "type": "Polygon",
            "coordinates": [[[-118.4, 33.8], [-118.1, 33.8], [-118.1, 34.1], [-118.4, 34.1], [-118.4, 33.8]]],
        },
    )
    make_area("Small", lat=33.93, lon=-118.26)

    assert locate(33.94, -118.25).area_name == "Large"


def test_layers_do_not_mix(areas):
    make_area("Watts", layer="neighborhood", lat=33.93, lon=-118.26)

    assert locate(33.94, -118.25, "neighborhood").area_name == "Watts"
    assert locate(33.94, -118.25).area_name == "Southeast"
    assert locate(33.94, -118.25, "no_such_layer") is None


def test_answers_come_from_memory(areas):
    locate(33.94, -118.25)
    asked = []
    event.listen(db.engine, "before_cursor_execute", listener := lambda *args: asked.append(args[2]))
    for _ in range(50):
        locate(33.94, -118.25)
    event.remove(db.engine, "before_cursor_execute", listener)

    assert asked == []


def test_areas_of_a_layer_come_by_name(areas):
    assert [area.name for area in list_areas("police_division")] == ["Newton", "Southeast"]


def test_an_area_is_found_by_its_address(areas):
    assert get_area_by_slug("police_division", "newton").id == areas[1].id
    with pytest.raises(NotFound):
        get_area_by_slug("neighborhood", "newton")
