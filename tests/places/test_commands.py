"""The operators' commands: areas in, a table of points placed."""

import csv
import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.foundation.db import db
from app.places.commands import places_group
from app.places.models import Area
from app.places.queries import locate
from tests.support.places import make_area, square

REAL = Path(__file__).parents[3] / "shared" / "data" / "la"
needs_real_files = pytest.mark.skipif(not REAL.is_dir(), reason=f"the real boundaries are not at {REAL}")


@pytest.fixture
def run(app):
    """Runs a command of the group."""

    def invoke(*words):
        db.session.commit()
        return app.test_cli_runner().invoke(places_group, [str(word) for word in words])

    return invoke


def write_areas(file, **squares):
    features = [
        {"type": "Feature", "properties": {"division": name}, "geometry": square(*corner)}
        for name, corner in squares.items()
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return file


def count_areas():
    return db.session.scalar(select(func.count()).select_from(Area))


def test_the_same_areas_again_keep_their_ids(run, tmp_path):
    first = write_areas(tmp_path / "one.geojson", MISSION=(34.2, -118.5), NEWTON=(34.0, -118.3))
    again = write_areas(tmp_path / "two.geojson", Mission=(34.25, -118.5), HARBOR=(33.7, -118.3))
    assert run("import", first, "--name-field", "division").exit_code == 0
    ids = {area.name: area.id for area in db.session.scalars(select(Area))}

    answer = run("import", again, "--name-field", "division")

    assert "1 added, 1 changed, 0 unchanged" in answer.output
    assert "left as they were: Newton" in answer.output
    assert locate(34.26, -118.49).area_id == ids["Mission"]
    assert locate(34.21, -118.49) is None
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 2


def test_a_real_import_replaces_the_approximate_drawing(run, tmp_path):
    area = make_area("Mission", lat=34.2, lon=-118.5, is_approximate=True)

    run("import", write_areas(tmp_path / "a.geojson", MISSION=(34.2, -118.5)), "--name-field", "division")

    db.session.refresh(area)
    assert not area.is_approximate


def test_a_refused_file_changes_nothing(run, tmp_path):
    file = write_areas(tmp_path / "one.geojson", MISSION=(34.2, -118.5), NEWTON=(34.0, -200))

    answer = run("import", file, "--name-field", "division")

    assert answer.exit_code == 1
    assert "Feature 2 lies outside the earth" in answer.output
    assert "Nothing was changed." in answer.output
    assert count_areas() == 0


@pytest.mark.parametrize("layer", ["Police Division", "", "x" * 41, "a/b"])
def test_a_layer_has_a_plain_name(run, tmp_path, layer):
    answer = run("import", write_areas(tmp_path / "a.geojson", A=(34, -118)), "--layer", layer)

    assert answer.exit_code == 2
    assert count_areas() == 0


def place(run, tmp_path, table):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(table)
    answer = run("locate", source, target)
    return answer, list(csv.reader(target.read_text().splitlines())) if target.exists() else None


def test_every_row_of_a_table_comes_back(run, tmp_path):
    make_area("Southeast", lat=33.93, lon=-118.26)
    near_border = "b,33.9301,-118.25,Newton"
    bad = ["c,0,0,x", "d,,-118,x", "e,abc,1,x", "f,nan,1,", "g"]
    table = "\n".join(["id,lat,lon,division", "a,33.94,-118.25,SOUTHEAST", near_border, *bad])

    answer, rows = place(run, tmp_path, table)

    assert rows[0] == ["id", "area", "border", "distance_m"]
    assert [row[:3] for row in rows[1:3]] == [["a", "Southeast", "no"], ["b", "Southeast", "yes"]]
    assert rows[3:] == [[name, "", "", ""] for name in "cdefg"]
    assert "7 rows; 2 placed, of these 1 near a border" in answer.output
    assert "2 outside every area; 3 that could not be read." in answer.output
    assert "1 of 6 (16.67 %)" in answer.output


@pytest.mark.parametrize(
    ("table", "says"),
    [("id,lat\n1,2\n", "no column lon"), ("", "no column id, lat, lon"), ("id,lat,lon\n1,2,3\n", None)],
)
def test_a_table_without_its_columns_is_refused_and_leaves_nothing(run, tmp_path, table, says):
    make_area()

    answer, rows = place(run, tmp_path, table)

    assert (answer.exit_code, rows is None) == ((1, True) if says else (0, False))
    assert says is None or says in answer.output
    assert len(list(tmp_path.iterdir())) == (1 if says else 2)


def test_a_layer_without_areas_is_said(run, tmp_path):
    answer, rows = place(run, tmp_path, "id,lat,lon\n")

    assert (answer.exit_code, rows) == (1, None)
    assert "has no areas" in answer.output


@needs_real_files
@pytest.mark.parametrize(
    ("file", "field", "count"),
    [
        ("council_districts.simplified.geojson", "name", 15),
        ("la_city_neighborhoods_114.simplified.geojson", "name", 114),
        ("la_county_spas_2012.geojson", "name", 8),
        ("lapd_divisions.geojson", "division", 21),
        ("neighborhood_councils.simplified.geojson", "NAME", 99),
    ],
)
def test_the_real_areas_of_los_angeles_come_in(run, file, field, count):
    answer = run("import", REAL / file, "--layer", "tried", "--name-field", field)

    assert f"tried: {count} added" in answer.output
    assert count_areas() == count


@needs_real_files
def test_stations_are_not_areas(run):
    answer = run("import", REAL / "lapd_stations.geojson", "--name-field", "DIVISION")

    assert answer.exit_code == 1
    assert "Areas must be Polygon or MultiPolygon. The file holds 21 Point of 21 features." in answer.output
    assert count_areas() == 0


@needs_real_files
def test_real_points_lie_in_their_real_divisions(run, tmp_path):
    """21 of 3,000 published points lie outside every area, 14 within 9 m of a border on the other side."""
    run("import", REAL / "lapd_divisions.geojson", "--name-field", "division")

    answer = run("locate", REAL / "routing_truth_3k.csv", tmp_path / "out.csv")

    agreeing = int(answer.output.split("own division: ")[1].split(" of ")[0])
    assert agreeing >= 0.988 * 3000
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 3001
