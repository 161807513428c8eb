"""Still maps: areas lie where they should in a drawing."""

import re

import pytest

from app.maps.city import HEIGHT, WIDTH, names_with_room
from app.maps.outline import block_map, fit, name_point, outline_svg_paths
from app.places.models import Area
from tests.support.places import square


def area(name, lat, lon, side=0.02, shape=None):
    return Area(id=name, name=name, layer="x", slug=name, shape=shape or square(lat, lon, side))


def corners(path):
    return [tuple(map(int, pair.split(","))) for pair in re.findall(r"-?\d+,-?\d+", path)]


def test_all_areas_lie_inside_the_drawing_in_their_order():
    areas = [area("south", 33.90, -118.30), area("north", 34.30, -118.60)]

    paths = outline_svg_paths(areas, 400, 300)

    assert [one.name for one, _ in paths] == ["south", "north"]
    for _, path in paths:
        assert all(0 <= x <= 400 and 0 <= y <= 300 for x, y in corners(path))
    (south, north) = (corners(path)[0] for _, path in paths)
    assert south[1] > north[1]  # y grows to the south
    assert south[0] > north[0]  # x grows to the east


def test_an_area_is_not_stretched():
    ((_, path),) = outline_svg_paths([area("one", 34.0, -118.0, 0.1)], 1000, 1000)

    xs, ys = zip(*corners(path), strict=True)
    assert (max(xs) - min(xs)) / (max(ys) - min(ys)) == pytest.approx(0.829, abs=0.01)  # cos 34°


def test_holes_and_islands_are_drawn():
    outer, hole = square(34.0, -118.0, 0.1)["coordinates"][0], square(34.03, -117.97, 0.02)["coordinates"][0]
    island = square(34.2, -118.2, 0.05)["coordinates"]
    shape = {"type": "MultiPolygon", "coordinates": [[outer, hole], island]}

    ((_, path),) = outline_svg_paths([area("two", 0, 0, shape=shape)], 400, 400)

    assert path.count("M") == path.count("Z") == 3


def test_no_areas_are_no_paths():
    assert outline_svg_paths([], 400, 300) == []


def test_a_name_is_written_inside_its_area():
    one = area("one", 34.0, -118.0)
    place = fit([one], 400, 300)

    x, y = name_point(one, place)
    assert 0 < x < 400
    assert 0 < y < 300


def test_a_block_map_shows_its_area_its_neighbors_and_the_block():
    here, near, far = area("here", 34.0, -118.0), area("near", 34.02, -118.0), area("far", 36.0, -120.0)

    drawing = block_map([near, far, here], here, (34.011, -117.989))

    assert drawing.name == "here"
    assert len(drawing.far) == 1
    assert all(0 <= x <= drawing.width and 0 <= y <= drawing.height for x, y in corners(drawing.here))
    x, y, radius = drawing.circle
    assert 0 < x < drawing.width
    assert 0 < y < drawing.height
    assert radius >= 14


def test_without_a_block_no_circle_is_drawn():
    here = area("here", 34.0, -118.0)

    assert block_map([here], here, None).circle is None


def test_names_do_not_touch_and_an_area_with_a_plan_is_named_first():
    areas = [area("a" * 12, 34.00, -118.20, side=0.03), area("b" * 12, 34.00, -118.17)]
    corners_of_the_city = [area("n", 34.30, -118.60), area("s", 33.75, -118.00)]
    place = fit([*areas, *corners_of_the_city], WIDTH, HEIGHT)

    assert [name for name, *_ in names_with_room(areas, place, set())] == ["a" * 12]
    assert [name for name, *_ in names_with_room(areas, place, {"b" * 12})] == ["b" * 12]
