"""Nothing in the product asks for what could hurt someone and is never kept."""

import importlib
import re

import pytest
from babel.messages.catalog import Catalog

from app.accounts.permissions import Permission, Role
from app.foundation.db import db
from tests.guards.catalogues import committed
from tests.guards.layers import ROOT, read_modules
from tests.guards.names import (
    MAY_BE_SAID,
    NEVER_KEPT,
    findings,
    plain,
    said_in,
    words_of_code,
    words_of_template,
    words_of_translation,
)
from tests.guards.template_imports import read_templates

pytestmark = pytest.mark.one_database


@pytest.fixture(scope="module")
def found() -> list[str]:
    """Every place of the product that says a word of the never kept."""
    code = [(name, [name, *words_of_code(source)]) for name, source in read_modules().items()]
    templates = [(name, [name, *words_of_template(source)]) for name, source in read_templates().items()]
    scripts = [
        (file.name, file.read_text(encoding="utf-8").splitlines())
        for file in sorted((ROOT / "app/static").rglob("*.js"))
    ]
    translations = [("es", list(words_of_translation(committed("es"))))]
    assert all((code, templates, scripts, translations[0][1]))
    return [
        finding
        for place, texts in [*code, *templates, *scripts, *translations]
        for finding in findings(place, texts)
    ]


def test_nothing_asks_for_what_is_never_kept(found):
    assert [finding for finding in found if finding not in MAY_BE_SAID] == []


def test_every_exception_is_still_needed(found):
    assert [finding for finding in MAY_BE_SAID if finding not in found] == []


def test_no_column_asks_for_what_is_never_kept(app):
    for module in read_modules():  # a table that nobody imports yet is looked at too
        importlib.import_module(module)
    columns = [
        f"{table.name}.{column.name}" for table in db.metadata.sorted_tables for column in table.columns
    ]

    assert columns
    assert findings("database", columns) == []


LAW_ENFORCEMENT = re.compile(
    r"\b(police|officer|sheriff|lapd|ice|dhs|cbp|fbi|probation|parole|prosecutor|immigration)\b"
)


def of_law_enforcement(names: list[str]) -> list[str]:
    """The names that speak of somebody who must have no way in."""
    return [name for name in names if LAW_ENFORCEMENT.search(plain(name).lower())]


def test_no_role_and_no_column_is_of_law_enforcement():
    columns = [
        f"{table.name}.{column.name}" for table in db.metadata.sorted_tables for column in table.columns
    ]
    assert of_law_enforcement([role.value for role in Role]) == []
    assert of_law_enforcement([permission.value for permission in Permission]) == []
    assert of_law_enforcement(columns) == []


@pytest.mark.parametrize("name", ["police_liaison", "ICE", "dhs.agent", "LAPD", "probation_officer"])
def test_such_a_role_is_seen(name):
    assert of_law_enforcement([name]) == [name]


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


@pytest.mark.parametrize(
    "source",
    [
        "suspect: Mapped[str]",
        "class A:\n    name = Column('suspect')",
        "class A(StrEnum):\n    SUSPECT = 'S'",
        "class A(BaseModel):\n    who: str = Field(alias='suspectName')",
        "class A(FlaskForm):\n    who = SelectField(_l('Suspect'))",
        "field = RadioField(choices=[('a', 'Suspect')])",
        "LABELS = {Side.A: _l('suspect')}",
        "def answer(suspect): ...",
        "def answer():\n    return {'suspect': f'{name}'}",
    ],
)
def test_code_that_asks_is_seen(source):
    assert findings("a", words_of_code(source)) != []


@pytest.mark.parametrize(
    "source",
    [
        "<label>{{ name }} Suspect</label>",
        '<input name="suspect">',
        '<th>{{ _("The suspect") }}</th>',
        "{{ field(form.suspect) }}",
        "{{ field(label='Suspect') }}",
        "{% trans %}The\nsuspect{% endtrans %}",
    ],
)
def test_a_template_that_asks_is_seen(source):
    assert findings("a.html", words_of_template(source)) != []


def test_a_translation_that_asks_is_seen():
    catalog = Catalog(locale="es")
    catalog.add("Name", string="Nombre del sospechoso")
    catalog.add(("%(num)d name", "%(num)d names"), ("%(num)d nombre", "%(num)d sospechosos"))

    assert findings("es", words_of_translation(catalog)) == [
        "es: sospechoso in 'Nombre del sospechoso'",
        "es: sospechosos in '%(num)d sospechosos'",
    ]


def test_what_is_only_explained_is_let_be():
    assert findings("a", words_of_code('def of():\n    """Never a suspect."""\n    # nor a gang')) == []
    assert findings("a.html", words_of_template("{# never a suspect #}<p>")) == []
