"""Nothing here runs what it is given, writes markup past its escaping, or speaks where nobody said.

Features that opened ways into systems like ours are not built: no document renderer, no act over many
records at once, and one door alone takes a file. Who builds another meets these tests first, and what
they ask.
"""

import re

import pytest

from tests.guards import dangers
from tests.guards.inventory import CHANCE, CRYPTOGRAPHY, PROGRAMS, RAW_SQL, WAYS_OUT, differs
from tests.guards.layers import ROOT, read_modules
from tests.guards.template_imports import read_templates
from tests.support.whole import rules_of

MODULES = read_modules()
PRODUCT = {name: source for name, source in MODULES.items() if not name.startswith("app.demo")}
SCRIPTS = {
    file.name: file.read_text(encoding="utf-8") for file in sorted((ROOT / "app/static/js").glob("*.js"))
}
ESCAPES_ITSELF = {"app.developers.views"}
"""Puts `<code>` around parts of our own sentences, each escaped by Markup.format."""
SHOWS_THE_MAP = "maps/cases.html"
"""The map's own empty frame; no word of a person is in it, and a test of maps holds that."""


def test_nothing_runs_what_it_is_given():
    assert {name: found for name, source in MODULES.items() if (found := dangers.builds_code(source))} == {}
    assert dangers.who_imports(MODULES, dangers.UNSAFE) == []
    assert differs(dangers.who_imports(MODULES, dangers.STARTS_PROGRAMS), PROGRAMS) == []
    assert [name for name, source in MODULES.items() if "shell=True" in source] == []


def test_no_statement_is_put_together_from_parts():
    assert differs([name for name, source in MODULES.items() if dangers.builds_sql(source)], RAW_SQL) == []


def test_no_template_and_no_script_writes_markup_from_words():
    assert {name for name, source in MODULES.items() if "Markup(" in source} == ESCAPES_ITSELF
    unescaped = [name for name, source in read_templates().items() if dangers.UNESCAPED.search(source)]
    assert unescaped == [SHOWS_THE_MAP]
    assert [name for name, source in SCRIPTS.items() if dangers.SCRIPT.search(source)] == []
    assert len(SCRIPTS) > 10


def test_no_page_uses_what_browsers_gave_up():
    sources = {**read_templates(), **SCRIPTS}

    assert [name for name, source in sources.items() if dangers.GIVEN_UP.search(source)] == []
    assert dangers.GIVEN_UP.search('<object data="x.swf">')


def test_one_door_alone_takes_a_file(app):
    """Size, type by content, places and names taken out: tests/cases/test_photo*.py ask it all.

    Nothing is scanned for viruses: no byte of a file is kept, and what is served was written by us.
    """
    sources = {**MODULES, **{name: text for name, text in read_templates().items() if "kit/" not in name}}
    takes = {name for name, source in sources.items() if dangers.UPLOADS.search(source)}
    longer = {name for name, view in app.view_functions.items() if hasattr(view, "max_bytes")}

    assert takes == {"app.cases.photo_forms", "cases/photo_new.html"}
    assert longer == {"cases.photos.new"}
    assert dangers.who_imports(MODULES, {"PIL"}) == ["app.cases.photo_files"]


def test_nothing_renders_documents_or_fetches_what_words_name():
    assert dangers.who_imports(MODULES, dangers.RENDERERS) == []
    assert (
        differs(dangers.who_imports(PRODUCT, dangers.NETWORK | dangers.NETWORK_PARTS | {"ssl"}), WAYS_OUT)
        == []
    )


@pytest.mark.one_database
def test_no_address_acts_on_many_records_or_gives_them_out(app):
    """An export of cases, a bulk update: each has leaked elsewhere what its own page hid."""
    words = re.compile(r"bulk|batch|export|download|search|\bmerge|/all")
    found = {str(rule) for rule in rules_of(app) if words.search(str(rule)) or "csv" in str(rule)}

    assert found == {"/reports/tables.csv"}
    assert [name for name, source in MODULES.items() if "getlist(" in source] == []


def test_every_use_of_cryptography_is_in_the_inventory_and_strong():
    assert differs(dangers.who_imports(MODULES, dangers.CRYPTO), CRYPTOGRAPHY) == []
    assert {name: found for name, source in MODULES.items() if (found := dangers.weak_hashes(source))} == {}
    assert all(use.what and use.why for use in CRYPTOGRAPHY.values())


def test_nothing_that_must_not_be_guessed_is_drawn_by_chance():
    assert differs(dangers.who_imports(PRODUCT, {"random"}), CHANCE) == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-setup.txt"])
def test_every_package_is_one_version_with_its_hashes(name):
    assert dangers.unpinned((ROOT / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "sees"),
    [
        ("eval(words)", dangers.builds_code),
        ("os.system(words)", dangers.builds_code),
        ("render_template_string(words)", dangers.builds_code),
        ("db.session.execute(text(f'SELECT {words}'))", dangers.builds_sql),
        ("connection.execute('SELECT ' + words)", dangers.builds_sql),
        ("connection.execute(text(words))", dangers.builds_sql),
        ("connection.exec_driver_sql(words)", dangers.builds_sql),
        ("select(literal_column(words))", dangers.builds_sql),
        ("hashlib.md5(words)", dangers.weak_hashes),
        ("hashlib.new('md5')", dangers.weak_hashes),
        ("element.innerHTML = words", dangers.SCRIPT.search),
        ("{{ words | safe }}", dangers.UNESCAPED.search),
        ("photo = FileField()", dangers.UPLOADS.search),
        ("flask>=3.1", dangers.unpinned),
        ("flask==3.1.3", dangers.unpinned),
        ("-r other.txt", dangers.unpinned),
    ],
)
def test_a_danger_is_seen(source, sees):
    assert sees(source)


@pytest.mark.parametrize(
    ("source", "sees"),
    [
        ("re.compile(pattern)", dangers.builds_code),
        ("db.session.execute(text('SELECT 1'))", dangers.builds_sql),
        ("hashlib.sha256(words)", dangers.weak_hashes),
        ("element.textContent = words", dangers.SCRIPT.search),
        (f"flask==3.1.3 \\\n    --hash=sha256:{'0' * 64}", dangers.unpinned),
    ],
)
def test_what_is_fine_is_let_be(source, sees):
    assert not sees(source)


def test_an_import_that_is_not_listed_is_seen_and_a_listed_one_that_is_gone():
    assert dangers.who_imports({"app.cases.views": "import pickle"}, dangers.UNSAFE) == ["app.cases.views"]
    assert dangers.who_imports({"app.x": "from urllib.request import urlopen"}, dangers.NETWORK_PARTS)
    assert differs(["a"], ["b"]) == ["a is not in the list", "b does not use it any more"]
