"""What is never kept (design.md 4): no column, field, label or other word of the product asks for it.

Every name and every text is read: of the code, the templates, the scripts and the Spanish
translations. Docstrings and comments are not, nor what people and services wrote (data).
"""

import ast
import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from babel.messages.catalog import Catalog
from jinja2 import Environment

# English, then Spanish without its accents: `plain` takes them off.
WORDS: Mapping[str, str] = {
    "immigration status": r"""
        immigration | immigrants? | undocumented | aliens? | visas? | green\ cards? | legal\ status
        | (residency|refugee)\ status | work\ permits? | asylum | refugees? | daca | deport(ed|ation)
        | inmigracion | inmigrantes? | migratori[oa] | indocumentad[oa]s? | tarjeta\ verde
        | (estatus|estado|situacion)\ legal | permiso\ de\ trabajo | asilo | refugiad[oa]s?
        | deportad[oa]s? | deportacion""",
    "nationality": r"""
        nationality | citizens? | citizenship | birthplace | (place|country)\ of\ (birth|origin)
        | birth\ (place|country) | (home|native)\ country | born\ in
        | nacionalidad | ciudadan[oa]s? | ciudadania | (lugar|pais)\ de\ (nacimiento|origen)
        | nacid[oa]\ en""",
    "government id number": r"""
        (government|state|national|photo)\ (id|identity|identification) | (id|identity)\ (card|number)s?
        | passports? | driver'?s?\ licen[sc]es? | licen[sc]e\ plates?
        | ssn | social\ security | itin | tax\ (id|number)
        | pasaportes? | cedula | curp | matricula\ consular | licencia\ de\ (conducir|manejar)
        | seguro\ social | (numero|documento)\ de\ identi(dad|ficacion) | identificacion\ oficial""",
    "gang or group affiliation": r"""
        gangs? | gangsters? | crews? | cliques? | affiliat(ion|ions|ed) | gmi
        | group\ (member|membership|involved|involvement)
        | (what|which|whose|your)\ set | set\ (name|membership)
        | pandillas? | pandiller[oa]s? | clicas? | maras | mareros? | afiliacion | afiliad[oa]s?
        | miembro\ de\ (un|que)\ grupo""",
    "substance-use treatment": r"""
        substances? | sud | addict(s|ed)? | addictions? | drugs? | sobriety | sober | methadone
        | rehab | rehabilitation | detox | detoxification | recovery\ (program|home|house)
        | sustancias? | adict[oa]s? | adiccion | adicciones | drogas? | sobriedad | metadona
        | rehabilitacion | desintoxicacion""",
    "suspect": r"""
        suspects? | suspected | perpetrators? | perps? | offenders? | culprits? | assailants?
        | aggressors? | accused
        | sospechos[oa]s? | perpetrador(a|es)? | agresor(a|es|as)? | delincuentes? | culpables?
        | victimari[oa]s? | acusad[oa]s?""",
    "belief, race or record": r"""
        religion | religious | race | racial | ethnicity | ethnic
        | criminal\ (record|history) | probation | parole
        | religios[oa]s? | raza | etnia | etnic[oa] | antecedentes\ penales | libertad\ condicional""",
}
NEVER_KEPT: Mapping[str, re.Pattern[str]] = {
    kind: re.compile(rf"\b(?:{words})\b", re.VERBOSE | re.IGNORECASE) for kind, words in WORDS.items()
}

# Each finding that may stay, as the guard writes it, and why it asks nothing of a person.
MAY_BE_SAID: Mapping[str, str] = {
    "app.directory.rules: addiction, citizen, country of origin, ethnic, parole, passport, probation, racial,"
    " social security, substance in 'immigra | nationalit | citizen | ...'": (
        "the columns of a directory that its import leaves out unread"
    ),
    "app.triage.labels: suspected in 'bias_suspected'": (
        "the word that scorers and other offices flag such a call by: a call, and no person, is doubted"
    ),
    "app.triage.measured: suspected in 'BIAS_SUSPECTED'": (
        "the word that scorers and other offices flag such a call by: a call, and no person, is doubted"
    ),
    "app.triage.needs: suspected in 'BIAS_SUSPECTED'": (
        "the word that scorers and other offices flag such a call by: a call, and no person, is doubted"
    ),
    "app.triage.rules: suspected in 'BIAS_SUSPECTED'": (
        "the word that scorers and other offices flag such a call by: a call, and no person, is doubted"
    ),
    "app.triage.rules: suspected in 'bias_suspected'": (
        "the word that scorers and other offices flag such a call by: a call, and no person, is doubted"
    ),
    "app.vault.drill_commands: gang in 'All gang members'": "a demand of others, answered with nothing",
    "app.vault.drill_commands: gang in 'gang'": "the word that the drill looks for, and finds no column of",
    "app.vault.drill_commands: undocumented in 'All undocumented persons'": (
        "a demand of others, answered with nothing"
    ),
    "app.vault.drill_commands: undocumented in 'undocumented'": (
        "the word that the drill looks for, and finds no column of"
    ),
    "app.demo.stories: citizen in 'CITIZEN REQUEST'": "the same word of dispatch, in an invented call",
    "app.demo.stories: citizen in 'CITIZEN ASSISTANCE'": "the same word of dispatch, in an invented call",
    "accounts/who_can_see_what.html: immigration, probation in 'This table is the one the program ...'": (
        "says that immigration and probation officers have no role here"
    ),
    "es: inmigracion, libertad condicional in 'Esta tabla es la misma que obedece ...'": (
        "the same sentence in Spanish"
    ),
    "policy/explained.html: race, religion in 'Race, name, religion, language, ...'": (
        "says that neither ever makes a call more dangerous"
    ),
    "es: raza, religion in 'La raza, el nombre, la religión, el ...'": "the same sentence in Spanish",
    "es: drogas in 'Persona bajo efectos de alcohol o drogas'": (
        "a kind of call, as dispatch sends it (person drunk or high): the moment, never a treatment"
    ),
}


def plain(text: str) -> str:
    """Words one space apart, however they were joined, without accents: `suspectName` is two."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text).replace("\u2019", "'")
    letters = unicodedata.normalize("NFKD", text)
    return re.sub(r"[\s_\-./\\]+", " ", "".join(c for c in letters if not unicodedata.combining(c)))


def said_in(text: str) -> dict[str, str]:
    """What a text says of the never kept: each word and its kind."""
    words = plain(text)
    return {m[0].lower(): kind for kind, p in NEVER_KEPT.items() for m in p.finditer(words)}


def findings(place: str, texts: Iterable[str]) -> list[str]:
    """The texts of one place that ask for what is never kept: the words, and how the text opens."""
    found = {text: sorted(said_in(text)) for text in texts}
    return sorted(
        {f"{place}: {', '.join(said)} in {_opening(text)!r}" for text, said in found.items() if said}
    )


def _opening(text: str) -> str:
    return textwrap.shorten(text, 40, placeholder=" ...")


def words_of_code(source: str) -> Iterator[str]:
    """Every name and every text of a module: columns, fields, members, labels, keys. No docstrings."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) not in docstrings:
            yield from (value for _, value in ast.iter_fields(node) if isinstance(value, str))


def words_of_template(source: str) -> Iterator[str]:
    """What a template writes itself, what it hands to macros, and the names it asks for. No comments."""
    for _, kind, value in Environment(autoescape=True).lex(source):
        if kind in {"name", "string"}:
            yield value.strip("\"'")
        elif kind == "data":
            yield from re.split(r"[<>\"]", value)


def words_of_translation(catalog: Catalog) -> Iterator[str]:
    """What a catalogue says; what it translates stands in the code and the templates."""
    for message in catalog:
        if message.id:
            yield from [message.string] if isinstance(message.string, str) else message.string
