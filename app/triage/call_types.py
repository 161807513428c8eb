"""From the call types that centres send to our natures, and the ones that mean danger by themselves.

The policy says how types are read (`policy/call_types.yaml`): by their words and codes, a danger
before any other. A type that we cannot place is `OTHER`, and a person reads it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from app.referrals.natures import Nature
from app.triage.words import fold_text

_TOKEN = re.compile(r"[a-z0-9]+(?:[/-][a-z0-9]+)*")
_PART = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class CallType:
    """What a call type says: the nature, the suffixes that force a return, and why a person must read it.

    `is_open`: the type tells of trouble without saying which, and the narrative may.
    """

    nature: Nature
    suffixes: frozenset[str]
    doubt: str = ""
    is_open: bool = False


@dataclass(frozen=True)
class _Matcher:
    """Words, beginnings of words and codes of one meaning."""

    words: frozenset[str]
    stems: tuple[str, ...]
    codes: re.Pattern[str]

    def fits(self, tokens: set[str]) -> bool:
        return (
            bool(tokens & self.words)
            or any(token.startswith(self.stems) for token in tokens if self.stems)
            or any(self.codes.fullmatch(token) for token in tokens)
        )


class CallTypes:
    """How one policy reads call types."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._suffixes = re.compile(rf"\b({'|'.join(map(re.escape, document['suffixes']))})\b")
        self._danger = _matcher(document["danger_words"], document["danger_codes"])
        self._natures = [
            (Nature(name), _matcher(entry["words"], entry["codes"]))
            for name, entry in document["natures"].items()
        ]
        self._reports = _matcher(document["reports"]["words"], document["reports"]["codes"])
        self._forgiven = _matcher(document["reports"].get("forgiven", ""), [])
        self._open = _matcher(document["open"]["words"], document["open"]["codes"])
        self._for_a_person = _matcher(document.get("for_a_person", ""), [])
        self._common_danger, self._common_crisis, self._common_ours = (
            frozenset(str(document[name]).split())
            for name in ("common_danger", "common_crisis", "common_ours")
        )

    def read(self, *parts: str | None, common: str | None = None) -> CallType:
        """The nature of a call by the codes and words of its type; several fields may each say a part.

        `common` is the type in the registry's own codes, where the message has one. It can make a
        danger or a doubt of a type whose words sound calm, and never the other way.
        """
        lowered = fold_text(" ".join(part for part in parts if part))
        in_order = _PART.findall(lowered)
        tokens = {
            *_TOKEN.findall(lowered),
            *in_order,
            *(f"{one}_{other}" for one, other in pairwise(in_order)),
        }
        suffixes = frozenset(self._suffixes.findall(lowered))
        code = fold_text(common or "").strip()
        is_report = bool(tokens & self._reports.words) and any(map(self._reports.codes.fullmatch, tokens))
        told = {token for token in tokens if not self._forgiven.fits({token})} if is_report else tokens
        if self._danger.fits(told) or code in self._common_danger:
            return CallType(Nature.DANGER, suffixes)
        doubt = self._doubt(code) if common is not None else ""
        if is_report:
            return CallType(Nature.PAST_HARM, suffixes, doubt)
        if self._for_a_person.fits(tokens):
            return CallType(Nature.OTHER, suffixes, doubt)
        for nature, matcher in self._natures:
            if matcher.fits(tokens):
                return CallType(nature, suffixes, doubt)
        return CallType(Nature.OTHER, suffixes, doubt, is_open=self._open.fits(tokens))

    def _doubt(self, common: str) -> str:
        if common in self._common_crisis:
            return "call_type_crisis"
        return "" if common in self._common_ours else "call_type_unknown"


def _matcher(words: str, codes: list[str]) -> _Matcher:
    every = words.split()
    return _Matcher(
        frozenset(word for word in every if not word.endswith("*")),
        tuple(word[:-1] for word in every if word.endswith("*")),
        re.compile("|".join(codes) or r"(?!)"),
    )
