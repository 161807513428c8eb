"""Spanish is complete and fresh; Farsi is complete on every page a resident sees."""

import pytest
from babel.messages.catalog import Catalog

from tests.guards import catalogues
from tests.guards.template_imports import read_templates


@pytest.fixture(scope="module")
def now() -> Catalog:
    return catalogues.extract()


@pytest.mark.parametrize("language", ["es", "fa"])
def test_a_catalogue_has_what_the_code_says_and_nothing_else(now, language):
    """Otherwise: script/translations, then translate what is new."""
    there = catalogues.keys(catalogues.committed(language))

    assert (there - catalogues.keys(now), catalogues.keys(now) - there) == (set(), set())


def test_spanish_is_complete(now):
    assert catalogues.incomplete(catalogues.committed("es"), catalogues.keys(now)) == []


def test_farsi_is_complete_for_residents(now):
    wanted = catalogues.resident_keys(now, read_templates())

    assert wanted
    assert catalogues.incomplete(catalogues.committed("fa"), wanted) == []


def spanish(**said: object) -> Catalog:
    catalog = Catalog(locale="es")
    catalog.add("Close %(case)s", **said)
    return catalog


@pytest.mark.parametrize(
    "catalog",
    [
        Catalog(locale="es"),
        spanish(string=""),
        spanish(string="Cerrar %(caso)s"),
        spanish(string="Cerrar"),
        spanish(string="Cerrar %(case)s", flags=["fuzzy"]),
    ],
)
def test_an_incomplete_catalogue_is_seen(catalog):
    assert catalogues.incomplete(catalog, ["Close %(case)s"]) != []


def test_a_missing_plural_is_seen():
    catalog = Catalog(locale="es")
    catalog.add(("%(num)d call", "%(num)d calls"), ("%(num)d llamada", ""))

    assert catalogues.incomplete(catalog, ["%(num)d call"]) != []


def test_a_complete_catalogue_is_let_be():
    assert catalogues.incomplete(spanish(string="Cerrar %(case)s"), ["Close %(case)s"]) == []


def test_residents_pages_are_found_with_all_they_use():
    templates = {
        "public.html": '{% from "components/foot.html" import foot %}',
        "components/foot.html": "",
        "components/strip.html": "",
        "staff.html": "",
        "inputs/give.html": '{% extends "public.html" %}{% include "inputs/_place.html" %}',
        "inputs/_place.html": "",
        "board/index.html": '{% extends "staff.html" %}{% from "components/strip.html" import strip %}',
    }

    assert catalogues.resident_templates(templates) == {
        *("public.html", "components/foot.html", "inputs/give.html", "inputs/_place.html"),
    }
