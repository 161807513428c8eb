"""From the call types that centres send to our natures, and the ones that mean danger by themselves.

A call type is read by its words, so that "620 NEIGHBOR", "TRBL W/NEIGHBOR" and "Noise -
Party" need no table of every city. A danger word in a type decides before any other; a type
that we cannot place is `OTHER`, and a person reads it. Sources: triage.md 2, standards.md 1.3.
"""

import re
from dataclasses import dataclass

from app.referrals.natures import Nature
from app.triage.reading import fold

_TOKEN = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class CallType:
    """What a call type says: the nature, the suffixes that force a return, and why a person must read it."""

    nature: Nature
    suffixes: frozenset[str]
    doubt: str = ""


# Suffixes of Los Angeles call types that mean danger now, whatever the base code (triage.md 2).
_SUFFIX_PATTERN = re.compile(
    r"\b(i/p|j/o|j/l|sn|susp now|amb|shots fired|w/veh|hate crime|dom viol|r/o|w/weapon|w/wpn|armed)\b"
)
# Codes that mean danger even when they come without words (triage.md 2).
_DANGER_CODE = re.compile(
    r"\b(?:(?:187|207|211|24[0-7]|261|273|288|417|451)[a-z]{0,4}"
    r"|415[a-z]8[a-z]|620d|390d|904a|907a2|914s|918v[a-z]*)\b"
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DANGER = _words(
    """
    assault assltg battery adw weapon weapons wpn gun guns knife armed shots shot shooting
    shotspotter fired stab stabbing stabbed cutting robbery burglary entry homicide murder dead
    body kidnap abduction hostage barricade rape sex sexual molest fight fighting brawl threat
    threats stalking violence violent dv dvna dva viol suicide suicidal suicthrt overdose
    unconscious injury injured injuries medical ems ambulance amb bleeding breathing cardiac
    seizure fire explosion bomb hazmat gas arson pursuit hate trafficking missing abuse battered
    officer prisoner escape carjacking theft stolen larceny narcotics drug drugs shoplifting
    prowler intruder break alarm holdup accident collision crash hit stkx endangered drowning
    """
)

# Types of the registry that an EIDO names (standards.md 1.3), as far as we do something with
# them. A type that is in none of these is for a person to read, whatever the words beside it say.
_COMMON_OURS = _words(
    """
    cdx civil noise disord harr trespass parking fam juv cust crwd sol vag phandle animal sch
    trouble info citasst nonemerg
    """
)
_COMMON_CRISIS = _words("edp mntl welfare")
_COMMON_DANGER = _words(
    """
    dva dvna assault fas fasx fight weapon threats shoot actshoot stabbing homicide stkx hate
    sexoffns indecent abuse neglect robbery burglary carjack hostage baricade abductf abductnf
    bomb explos terror cu1 mtlv scrm hlp1 resist pursuit escape suicide suicthrt od
    peruncon cardiac chespain resp resparr stroke seizure bleeding hemrg choke drown trauma
    traumap burn death als bls mayday mci fapt fstru fsmoke farson gasleak gasleaki gasleako hazmat
    """
)

# The first nature with a word in the type is taken; order from the narrow to the wide.
_NATURE_WORDS: tuple[tuple[Nature, frozenset[str]], ...] = (
    (Nature.PARTNER, _words("couple spouse husband wife boyfriend girlfriend domestic partner 620m")),
    (Nature.ROOMMATE, _words("roommate roommates")),
    (Nature.LANDLORD_TENANT, _words("landlord tenant eviction lockout")),
    (Nature.FAMILY, _words("family fam sibling parent cust custody")),
    (Nature.NOISE, _words("noise loud music party radio fireworks barking 507p 507r 415e")),
    (Nature.NEIGHBOR, _words("neighbor neighbors neighbour 620n fence parking animal dog")),
    (Nature.CUSTOMER_BUSINESS, _words("customer business busn merchant employee")),
    (Nature.YOUTH, _words("juvenile juveniles juv youth kids truant truancy school sch")),
    (
        Nature.UNHOUSED,
        _words(
            """
        homeless unhoused encampment panhandling panhandler phandle loiter loitering loit vag
        sleeper sleeping trespass trespasser vagrancy sol
        """
        ),
    ),
    (Nature.INTOXICATED, _words("intoxicated drunk inebriate intox")),
    (Nature.MENTAL_DISTRESS, _words("mental mntl emotionally edp distress observation")),
    (Nature.WELFARE, _words("welfare wellbeing")),
    (Nature.SERVICE_NEED, _words("assistance citasst citizen info information")),
)


def read_call_type(*parts: str | None, common: str | None = None) -> CallType:
    """The nature of a call by the codes and words of its type; several fields may each say a part.

    `common` is the type in the registry's own codes, where the message has one. It can make a
    danger or a doubt of a type whose words sound calm, and never the other way.
    """
    text = " ".join(part for part in parts if part)
    lowered = fold(text)
    tokens = set(_TOKEN.findall(lowered))
    suffixes = frozenset(_SUFFIX_PATTERN.findall(lowered))
    code = fold(common or "").strip()
    if tokens & _DANGER or _DANGER_CODE.search(lowered) or code in _COMMON_DANGER:
        return CallType(Nature.DANGER, suffixes)
    nature = next((nature for nature, words in _NATURE_WORDS if tokens & words), Nature.OTHER)
    return CallType(nature, suffixes, _doubt(code) if common is not None else "")


def _doubt(common: str) -> str:
    if common in _COMMON_CRISIS:
        return "call_type_crisis"
    return "" if common in _COMMON_OURS else "call_type_unknown"
