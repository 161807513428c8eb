"""A file of areas is taken whole or refused whole, and the refusal says what to mend."""

import json

import pytest

from app.places import payloads
from app.places.payloads import NotUsable, read_areas
from tests.support.places import square

RING = square(34.0, -118.3)["coordinates"][0]


def feature(name="MISSION", **geometry):
    return {
        "type": "Feature",
        "properties": {"name": name},
        "geometry": {"type": "Polygon", "coordinates": [RING], **geometry},
    }


def collection(*features, **more):
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more}).encode()


def test_areas_are_read_in_order_with_tidy_names():
    areas = read_areas(collection(feature("MISSION"), feature("Bel-Air")), "name")

    assert [area.name for area in areas] == ["Mission", "Bel-Air"]
    assert areas[0].shape["type"] == "Polygon"
    assert not areas[0].was_mended


def test_a_shape_that_crosses_itself_is_mended_and_said():
    bow_tie = [[-118.3, 34.0], [-118.2, 34.1], [-118.2, 34.0], [-118.3, 34.1], [-118.3, 34.0]]

    (area,) = read_areas(collection(feature(coordinates=[bow_tie])), "name")

    assert area.was_mended
    assert area.shape["type"] == "MultiPolygon"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", "not JSON: line 1"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[]", "not a GeoJSON FeatureCollection"),
        (b'{"type": "Feature"}', "not a GeoJSON FeatureCollection"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a": ' + b"9" * 5000 + b"}", "a number that is too long"),
        (b'{"type": "FeatureCollection", "type": "x"}', "'type' stands twice"),
        (b'{"a": NaN}', "NaN, which is not a number"),
        (b'{"a": -Infinity}', "-Infinity, which is not a number"),
        (collection(), "has no features"),
        (collection(feature(type="Point", coordinates=[1, 2])), "The file holds 1 Point of 1 features"),
        (collection(feature(), {"type": "Feature", "geometry": None}), "1 without a shape of 2"),
        (collection("x"), "1 without a shape"),
        (collection(feature(""), feature("B")), "Feature 1 has an empty name"),
        (collection(feature(None)), "Feature 1 has no name"),
        (collection(feature(name=True)), "Feature 1 has no name"),
        (collection(feature("x" * 121)), "The name of feature 1 is longer than 120"),
        (collection(feature("A\u202eB")), "hidden characters"),
        (collection(feature("Van Nuys"), feature("VAN  NUYS")), "Names stand more than once: Van Nuys"),
        (collection({**feature(), "properties": {"n": 1, "district": 2}}), "Its fields: district, n."),
        (collection({**feature(), "properties": None}), "Its fields: none."),
        (collection(feature(), crs={"properties": {"name": "EPSG:2229"}}), "not in WGS 84"),
        (collection(feature(coordinates=[])), "a polygon without rings"),
        (collection(feature(coordinates=None)), "a polygon without rings"),
        (collection(feature(type="MultiPolygon", coordinates=[])), "no coordinates"),
        (collection(feature(coordinates=[[]])), "fewer than four points"),
        (collection(feature(coordinates=[RING[:3]])), "fewer than four points"),
        (collection(feature(coordinates=[RING[:4]])), "does not end where it began"),
        (collection(feature(type="MultiPolygon", coordinates=[[]])), "a polygon without rings"),
        (collection(feature(type="MultiPolygon", coordinates=[RING])), "fewer than four points"),
        (collection(feature(coordinates=[[[1, "2"]] * 4])), "not two finite numbers"),
        (collection(feature(coordinates=[[[1, True]] * 4])), "not two finite numbers"),
        (collection(feature(coordinates=[[[6_480_000, 1_900_000]] * 4])), "outside the earth"),
        (collection(feature(coordinates=[[[34.0, -118.3]] * 4])), "outside the earth"),
        (collection(feature(coordinates=[[[-118.3, 34.0]] * 4])), "has no extent"),
    ],
)
def test_anything_doubtful_refuses_the_whole_file(content, says):
    with pytest.raises(NotUsable, match=says.replace("(", r"\(")):
        read_areas(content, "name")


def test_a_number_beyond_all_numbers_is_not_a_place():
    content = collection(feature()).replace(b"34.0", b"1e999")

    with pytest.raises(NotUsable, match="not two finite numbers"):
        read_areas(content, "name")


@pytest.mark.parametrize(
    ("limit", "says"),
    [("MAX_BYTES", "too large"), ("MAX_AREAS", "at most 1"), ("MAX_POINTS", "more than 1 points")],
)
def test_sizes_have_limits(monkeypatch, limit, says):
    monkeypatch.setattr(payloads, limit, 1)

    with pytest.raises(NotUsable, match=says):
        read_areas(collection(feature("A"), feature("B")), "name")


def test_degrees_named_in_the_old_way_are_fine():
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}

    assert len(read_areas(collection(feature(), crs=crs), "name")) == 1
