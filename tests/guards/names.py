"""What is never kept (design.md 4): no column, form field or label may ask for it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

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


def plain(text: str) -> str:
    """Words one space apart, however they were joined, without accents: `suspectName` is two."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text).replace("\u2019", "'")
    letters = unicodedata.normalize("NFKD", text)
    return re.sub(r"[\s_\-./\\]+", " ", "".join(c for c in letters if not unicodedata.combining(c)))


def said_in(text: str) -> dict[str, str]:
    """What a text says of the never kept: each word and its kind."""
    words = plain(text)
    return {m[0].lower(): kind for kind, p in NEVER_KEPT.items() for m in p.finditer(words)}


def forbidden(names: Iterable[str]) -> list[str]:
    """The names and labels that ask for what is never kept."""
    return sorted({name for name in names if said_in(name)})
