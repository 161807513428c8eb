"""No column, no form field and no label asks for what could hurt someone and is never kept."""

import importlib
from collections.abc import Iterator

import pytest
from wtforms import Form
from wtforms.fields.core import UnboundField

from app.foundation.db import db
from tests.guards.layers import read_modules
from tests.guards.names import NEVER_KEPT, forbidden, said_in

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


PLANTED = {
    "immigration status": [
        *("parties.immigration_status", "Green card", "Legal status", "visaType", "WORK_PERMIT"),
        *("¿Situación migratoria?", "Inmigración", "Tarjeta verde", "Estatus legal"),
    ],
    "nationality": [
        *("nationality", "Are you a citizen?", "birthplace", "country_of_birth", "countryOfOrigin"),
        *("Where were you born in?", "Nacionalidad", "¿Es ciudadana?", "País de nacimiento"),
    ],
    "government id number": [
        *("intake.ssn", "Social Security number", "passport_no", "Driver's license", "Driver\u2019s license"),
        *("government-id", "nationalId", "ID number", "licensePlate", "Número de identificación"),
        *("Seguro social", "Pasaporte", "Licencia de conducir", "Cédula"),
    ],
    "gang or group affiliation": [
        *("parties.gang", "Affiliation", "CREW", "crew_name", "What set?", "group_membership"),
        *("¿De qué pandilla?", "Afiliación", "clica", "Miembro de un grupo"),
    ],
    "substance-use treatment": [
        *("notes.substance_use", "In rehab", "detox_date", "Addiction treatment", "isSober"),
        *("Rehabilitación", "Consumo de sustancias", "adicciones", "Desintoxicación"),
    ],
    "suspect": [
        *("cases.suspect_name", "suspectName", "Perpetrator", "offender.id", "Accused"),
        *("Nombre del sospechoso", "Agresora", "delincuente"),
    ],
    "belief, race or record": [
        *("Race or ethnicity", "religion", "criminal_record", "On parole", "Raza", "Antecedentes penales"),
    ],
}


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in PLANTED.items() for text in texts]
)
def test_a_forbidden_word_is_seen(kind, text):
    assert set(said_in(text).values()) == {kind}


def test_every_kind_is_planted():
    assert PLANTED.keys() == NEVER_KEPT.keys()


@pytest.mark.parametrize(
    "text",
    [
        *("cases.area_id", "traces.at", "parties.pseudonym_sealed", "organization", "engagement"),
        *("Set aside", "Set shifts", "Tension between groups", "offset", "asylums", "ganged", "visage"),
        *("Id of the call, case or account", "Add a number", "screw", "embraced", "Estado", "amparas"),
    ],
)
def test_a_harmless_word_is_let_be(text):
    assert said_in(text) == {}
