"""Locations in PIDF-LO: the point, how exact it is, the address; and nothing from outside the text."""

import pytest

from app.referrals.pidf import MAX_ADDRESS, PidfLocation, read_pidf
from tests.support.eido import GML, circle, civic, pidf, point

NOWHERE = PidfLocation()
RING = "33.94 -118.26 33.94 -118.24 33.96 -118.24 33.96 -118.26 33.94 -118.26"


def shape(name: str, inside: str, srs: str = "EPSG::4326") -> str:
    return f'<gml:{name} {GML} srsName="urn:ogc:def:crs:{srs}">{inside}</gml:{name}>'


def ring(*lists: str) -> str:
    positions = "".join(lists)
    return f"<gml:exterior><gml:LinearRing>{positions}</gml:LinearRing></gml:exterior>"


def test_a_point_is_where_it_says():
    place = read_pidf(pidf(point(33.94, -118.25)))

    assert (place.lat, place.lon, place.is_imprecise) == (33.94, -118.25, False)


@pytest.mark.parametrize(
    ("written", "lat", "is_imprecise"),
    [
        (circle(33.94, -118.25, 50), 33.94, False),
        (circle(33.94, -118.25, 1200.5), 33.94, True),
        (circle(33.94, -118.25, "unknown"), 33.94, True),
        (circle(33.94, -118.25, -1), 33.94, True),
        (circle(33.94, -118.25, 50, unit="urn:ogc:def:uom:EPSG::9102"), 33.94, True),
        (shape("Polygon", ring(f"<gml:posList>{RING}</gml:posList>")), 33.95, True),
        (
            shape("Polygon", ring(*(f"<gml:pos>{a} {b}</gml:pos>" for a, b in [(1, 2), (1.001, 2), (1, 2)]))),
            1.0005,
            False,
        ),
        (shape("Point", "<gml:pos>33.94 -118.25 80</gml:pos>", "EPSG::4979"), 33.94, False),
        (
            f'<gs:Ellipse {GML} srsName="urn:ogc:def:crs:EPSG::4326"><gml:pos>33.94 -118.25</gml:pos>'
            '<gs:semiMajorAxis uom="urn:ogc:def:uom:EPSG::9001">900</gs:semiMajorAxis></gs:Ellipse>',
            33.94,
            True,
        ),
    ],
)
def test_of_a_shape_the_middle_is_taken_and_how_far_it_reaches(written, lat, is_imprecise):
    place = read_pidf(pidf(written))

    assert place.lat == pytest.approx(lat)
    assert place.is_imprecise is is_imprecise


@pytest.mark.parametrize(
    "written",
    [
        point("nan", "inf"),
        point(91, 0),
        point("a", "b"),
        point("34", ""),
        shape("Point", "<gml:pos>-118.25 33.94</gml:pos>", "OGC:CRS84"),
        shape("Polygon", ring("<gml:posList>1</gml:posList>")),
        shape("Polygon", ""),
    ],
)
def test_a_place_that_cannot_be_read_or_has_other_coordinates_is_no_place(written):
    place = read_pidf(pidf(written))

    assert (place.lat, place.lon) == (None, None)


def test_an_address_is_said_as_people_say_it_and_of_the_civic_part_alone():
    inside = civic(country="US", A1="CA", A3="Los Angeles", RD="Fern", STS="Street", HNO="12", UNIT="4")

    place = read_pidf(pidf("<RD>Elsewhere</RD>", inside))

    assert (place.address, place.street) == ("12 Fern Street, 4, Los Angeles, CA", "12 Fern Street")


def test_hidden_characters_leave_an_address_and_its_words_stay():
    address = read_pidf(pidf(civic(RD="Fe\u202ern\u2066", A3="\ufeffLos\x85 Angeles"))).address

    assert address == "Fern, Los Angeles"


def test_a_city_alone_is_no_address_and_a_long_one_is_cut():
    assert read_pidf(pidf(civic(A3="Los Angeles"))).address == ""
    assert len(read_pidf(pidf(civic(RD="x" * 900))).address) == MAX_ADDRESS


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 or str()};" * 10}">' for n in range(1, 9))
    + "]>"
)


@pytest.mark.parametrize(
    "xml",
    [
        BOMB + pidf(civic(RD="&a8;")),
        '<!DOCTYPE x SYSTEM "http://outside.example/x.dtd">' + pidf(point(33.94, -118.25)),
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + pidf(civic(RD="&f;")),
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://outside.example/p"> %p;]>' + pidf(point(1, 1)),
        "<a>" * 6_000,
        "<a" + " b='c'" * 2_000,
        pidf("x" * 30_000),
        "\x00",
        "<a/><b/>",
        "",
    ],
)
def test_xml_that_reaches_out_or_grows_is_no_place(xml):
    assert read_pidf(xml) == NOWHERE
