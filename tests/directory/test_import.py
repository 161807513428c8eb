"""Taking a directory in, row by row; again changes nothing; out and in again is equal."""

import csv
import json
import zipfile
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import func, select

from app.audit.trail import SYSTEM
from app.directory.commands import directory_group
from app.directory.hsds_export import export_directory
from app.directory.hsds_files import NotADirectory
from app.directory.import_actions import import_hsds
from app.directory.models import CapacityState, Service, ServiceLocation, ServiceOrganization, ServicePhone
from app.foundation.db import db
from tests.support.directory import make_partner, say_room
from tests.support.emptying import empty_tables

SHARED = Path(__file__).parents[3] / "shared"
MIAMI = SHARED / "data" / "services" / "miami_florida"
SCHEMA = SHARED / "standards" / "hsds" / "hsds-3.1.bundle.schema.json"
SAMPLE = SHARED / "standards" / "samples" / "hsds-service.json"
needs_shared = pytest.mark.skipif(not MIAMI.is_dir(), reason=f"the real directory is not at {MIAMI}")

ORG = "11111111-1111-4111-8111-111111111111"
SERVICE = "22222222-2222-4222-8222-222222222222"


def take(path: Path):
    report = import_hsds(path, actor=SYSTEM, progress=lambda *_: None)
    db.session.commit()
    return report


def run(app, *words: str):
    """A command of the group, with no transaction open before or after."""
    db.session.commit()
    result = app.test_cli_runner().invoke(directory_group, list(words))
    db.session.rollback()
    return result


def write_csv(folder: Path, table: str, *rows: list[str]) -> Path:
    with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return folder


def small(folder: Path, *services: list[str], header: list[str] | None = None) -> Path:
    write_csv(folder, "organizations", ["organization_uuid", "organization_name"], [ORG, "Harbor House"])
    names = header or ["service_uuid", "organization_uuid", "service_name", "service_url", "service_max_age"]
    return write_csv(folder, "services", names, *services)


def notes(report) -> set[tuple[str, int, str, str]]:
    return {(note.table, note.row, note.field, note.why) for note in report.notes}


@needs_shared
def test_the_real_directory_of_miami_is_taken_in_row_by_row(app):
    report = take(MIAMI)

    assert (report.new["organizations"], report.new["services"], report.new["locations"]) == (20, 134, 378)
    assert ("services", 65, "", "a value stands under a column without a name") in notes(report)
    assert report.refused() == 1
    assert report.left_out_column_count == 3
    assert db.session.scalar(select(func.count(ServicePhone.id))) > 60


@needs_shared
def test_the_same_directory_again_changes_nothing(app):
    first = take(MIAMI)
    before = export_directory()

    again = take(MIAMI)

    assert not again.new
    assert not again.updated
    assert again.same == first.new
    assert export_directory() == before


@needs_shared
def test_nothing_the_import_says_repeats_a_value(app):
    result = run(app, "import-hsds", str(MIAMI))

    assert result.exit_code == 0
    assert "services: 134 new, 0 changed, 0 the same, 1 refused" in result.output
    assert "left out because they ask what is never kept: 3" in result.output
    for word in ("aijustice", "Pinellas", "Asylee", "954-765"):
        assert word not in result.output


@needs_shared
def test_nothing_of_papers_or_custody_is_kept(app):
    take(MIAMI)

    kept = json.dumps(export_directory())

    for words in ("Asylee", "Lawful Permanent Resident", "Post-Disposition", "Not in custody"):
        assert words not in kept


@needs_shared
def test_what_is_given_away_comes_back_equal(app, tmp_path):
    take(MIAMI)
    say_room(db.session.scalars(select(Service).order_by(Service.id)).first(), CapacityState.OPEN, 4)
    db.session.commit()
    before = export_directory()
    run(app, "export-hsds", str(tmp_path))
    empty_tables()

    take(tmp_path)

    assert export_directory() == before


@needs_shared
@pytest.mark.parametrize(
    ("table", "kind"), [("services", "service"), ("organizations", "organization"), ("locations", "location")]
)
def test_what_is_given_away_is_valid_hsds(app, table, kind):
    take(MIAMI)
    say_room(db.session.scalars(select(Service).order_by(Service.id)).first(), CapacityState.WAITLIST)
    bundle = json.loads(SCHEMA.read_text())
    validator = Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": bundle["$defs"]})

    items = export_directory()[table]

    assert items
    assert [list(validator.iter_errors(item)) for item in items] == [[]] * len(items)


@needs_shared
def test_a_composed_service_in_json_is_taken_in_with_its_parts(app):
    take(SAMPLE)

    service = db.session.scalars(select(Service)).one()
    assert (service.kind.value, service.languages) == ("mediation", ["es"])
    assert service.organization.name == "Office of Violence Prevention"
    assert db.session.scalars(select(ServiceLocation)).one().address_1 == "100 Sample Ave NE"


@pytest.mark.parametrize(
    ("row", "note"),
    [
        (["not-an-id", ORG, "Bed", "", ""], ("services", 2, "id", "not a uuid")),
        (
            [SERVICE, SERVICE, "Bed", "", ""],
            ("services", 2, "organization_id", "its organization is not known"),
        ),
        ([SERVICE, ORG, "", "", ""], ("services", 2, "name", "missing")),
    ],
)
def test_a_row_that_cannot_be_kept_is_refused_and_the_rest_taken(app, tmp_path, row, note):
    good = ["33333333-3333-4333-8333-333333333333", ORG, "Meal", "", ""]

    report = take(small(tmp_path, row, good))

    assert notes(report) == {note}
    assert [service.name for service in db.session.scalars(select(Service))] == ["Meal"]


@pytest.mark.parametrize(
    ("url", "age", "kept", "why"),
    [
        ("www.harbor.example", "", ("https://www.harbor.example", None), {"https:// put in front"}),
        ("javascript:alert(1)", "", (None, None), {"not a web address"}),
        ("", "999", (None, None), {"no upper limit, left empty"}),
        ("", "forty", (None, None), {"not an age"}),
        ("https://a.example/x", "17", ("https://a.example/x", 17), set()),
    ],
)
def test_a_field_that_is_not_sound_is_changed_and_said(app, tmp_path, url, age, kept, why):
    report = take(small(tmp_path, [SERVICE, ORG, "Bed", url, age]))

    service = db.session.scalars(select(Service)).one()
    assert (service.url, service.maximum_age) == kept
    assert {note.why for note in report.notes} == why


def test_an_id_that_comes_twice_is_taken_once(app, tmp_path):
    report = take(small(tmp_path, [SERVICE, ORG, "Bed", "", ""], [SERVICE, ORG, "Other", "", ""]))

    assert notes(report) == {("services", 3, "id", "this id came before")}


def test_a_changed_row_is_changed_and_its_partner_stays(app, tmp_path):
    take(small(tmp_path, [SERVICE, ORG, "Bed", "", ""]))
    partner = make_partner()
    db.session.get(ServiceOrganization, ORG).organization_id = partner.id
    db.session.commit()

    report = take(small(tmp_path, [SERVICE, ORG, "Family bed", "", ""]))

    assert (report.updated["services"], report.same["organizations"]) == (1, 1)
    assert db.session.get(ServiceOrganization, ORG).organization_id == partner.id


def test_a_zip_is_taken_like_its_folder(app, tmp_path):
    folder = small(tmp_path, [SERVICE, ORG, "Bed", "", ""])
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for file in folder.glob("*.csv"):
            archive.write(file, f"hsds/{file.name}")

    report = take(tmp_path / "all.zip")

    assert report.new["services"] == 1


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b'"unclosed', b""])
def test_a_file_that_cannot_be_read_says_so_and_keeps_nothing(app, tmp_path, content):
    (tmp_path / "services.csv").write_bytes(content)

    result = run(app, "import-hsds", str(tmp_path))

    assert result.exit_code == 1
    assert "Error: " in result.output


def test_an_empty_folder_is_no_directory(app, tmp_path):
    with pytest.raises(NotADirectory):
        take(tmp_path)


def test_spaces_quotes_and_lines_in_a_cell_are_kept_whole(app, tmp_path):
    header = ["service_uuid", "organization_uuid", "service_name", "service_description", "", ""]

    report = take(small(tmp_path, [SERVICE, ORG, ' "Bed", warm ', "one\ntwo", "", ""], header=header))

    service = db.session.scalars(select(Service)).one()
    assert (service.name, service.description) == ('"Bed", warm', "one\ntwo")
    assert report.notes == []
