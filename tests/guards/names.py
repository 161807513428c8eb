"""What is never kept (design.md 4): no column, form field or label may ask for it."""

import re
from collections.abc import Iterable

NEVER_KEPT = re.compile(
    r"""
    \b(
        immigration | immigrant | undocumented | nationality | citizen(ship)? | visa | alien
        | ssn | social\ security\ (number|no) | passport | driver'?s?\ licen[sc]e | licen[sc]e\ plate
        | gang s? | affiliation | suspect s? | perpetrator s? | offender s?
        | substance s? | sud | addiction | drug s? | sobriety
        | religion | religious | race | racial | ethnicity | ethnic
        | criminal\ (record|history) | probation | parole
    )\b
    """,
    re.VERBOSE | re.IGNORECASE,
)


def forbidden(names: Iterable[str]) -> list[str]:
    """The names and labels that ask for what is never kept."""
    return sorted({name for name in names if NEVER_KEPT.search(re.sub(r"[_\-./]+", " ", name))})
