"""No column, no form field and no label asks for what could hurt someone and is never kept."""

import importlib
from collections.abc import Iterator

import pytest
from wtforms import Form
from wtforms.fields.core import UnboundField

from app.foundation.db import db
from tests.guards.layers import read_modules
from tests.guards.names import forbidden

for module in read_modules():  # a form that nobody imports yet is looked at too
    importlib.import_module(module)

pytestmark = pytest.mark.one_database


def all_forms(base: type[Form] = Form) -> Iterator[type[Form]]:
    for form in base.__subclasses__():
        yield form
        yield from all_forms(form)


def words_of(form: type[Form]) -> Iterator[str]:
    """The names of a form's fields and what their labels say."""
    for name in dir(form):
        field = getattr(form, name, None)
        if isinstance(field, UnboundField):
            yield f"{form.__name__}.{name}"
            yield from (str(label) for label in [*field.args[:1], field.kwargs.get("label")] if label)


def test_no_column_asks_for_what_is_never_kept(app):
    columns = [
        f"{table.name}.{column.name}" for table in db.metadata.sorted_tables for column in table.columns
    ]

    assert columns
    assert forbidden(columns) == []


def test_no_form_asks_for_what_is_never_kept(app):
    words = [word for form in all_forms() if form.__module__.startswith("app.") for word in words_of(form)]

    assert words
    assert forbidden(words) == []


@pytest.mark.parametrize(
    "name",
    [
        *(
            "parties.gang_affiliation",
            "parties.immigration_status",
            "cases.suspect_name",
            "Race or ethnicity",
        ),
        *("intake.ssn", "Driver's license", "notes.substance_use", "Are you a citizen?"),
    ],
)
def test_a_forbidden_name_is_seen(name):
    assert forbidden([name]) == [name]


@pytest.mark.parametrize(
    "name", ["cases.area_id", "traces.at", "parties.pseudonym_sealed", "organization", "engagement"]
)
def test_a_harmless_name_is_let_be(name):
    assert forbidden([name]) == []
