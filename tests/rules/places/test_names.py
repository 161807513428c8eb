"""Names of areas as people write them."""

import pytest

from app.places.names import slug_of, tidy_name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("MISSION", "Mission"),
        ("N HOLLYWOOD", "N Hollywood"),
        ("  VAN   NUYS ", "Van Nuys"),
        ("77TH STREET", "77th Street"),
        ("WEST LOS ANGELES", "West Los Angeles"),
        ("LINCOLN HEIGHTS NC", "Lincoln Heights NC"),
        ("P.I.C.O. NC", "P.I.C.O. NC"),
        ("LA-32 NC", "LA-32 NC"),
        ("NC WESTCHESTER/PLAYA", "NC Westchester/Playa"),
        ("MACARTHUR PARK NC", "MacArthur Park NC"),
        ("WOODLAND HILLS-WARNER CENTER NC", "Woodland Hills-Warner Center NC"),
        ("VOICES OF 90037", "Voices of 90037"),
        ("Playa del Rey", "Playa del Rey"),
        ("Bel-Air", "Bel-Air"),
        ("MISSION\u00a0HILLS", "Mission Hills"),
    ],
)
def test_a_shouted_name_is_said_calmly_and_a_written_one_is_kept(written, name):
    assert tidy_name(written) == name


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Boyle Heights", "boyle-heights"),
        ("Cañada / Sur", "canada-sur"),
        ("77th Street", "77th-street"),
        ("日本", "area"),
    ],
)
def test_a_name_becomes_part_of_an_address(name, slug):
    assert slug_of(name) == slug
