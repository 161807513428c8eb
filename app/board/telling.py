"""What dispatch told us, cut into pieces, with the words that a reason stands on marked. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class NumberedReason:
    """One reason of a screening, with the number under which its words are marked."""

    number: int
    code: str
    is_against: bool
    rules: tuple[tuple[str, str], ...] = ()
    """The rules of the policy that found it, each with how the thing was told, where there are any."""


@dataclass(frozen=True)
class Piece:
    """A stretch of the text; `reason` is the one that stands on it."""

    words: str
    reason: NumberedReason | None = None


def number_reasons(reasons: Sequence[Mapping[str, Any]]) -> list[NumberedReason]:
    """Each code once, those against first, numbered from one."""
    codes = dict.fromkeys((reason["code"], reason["weight"] == "against") for reason in reasons)
    ordered = sorted(codes, key=lambda one: not one[1])  # stable: each side keeps its order
    return [
        NumberedReason(number, code, against, _rules(code, reasons))
        for number, (code, against) in enumerate(ordered, 1)
    ]


def _rules(code: str, reasons: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    found = (
        (one["rule"], one.get("status", "")) for one in reasons if one["code"] == code and one.get("rule")
    )
    return tuple(dict.fromkeys(found))


def mark(text: str, reasons: Sequence[Mapping[str, Any]]) -> list[Piece]:
    """The text in pieces. Where two reasons stand on the same words, the first one marks them."""
    numbered = {reason.code: reason for reason in number_reasons(reasons)}
    pieces, position = [], 0
    for start, end, code in _spans(len(text), reasons):
        if start < position:
            continue
        if start > position:
            pieces.append(Piece(text[position:start]))
        pieces.append(Piece(text[start:end], numbered[code]))
        position = end
    if position < len(text):
        pieces.append(Piece(text[position:]))
    return pieces


def _spans(length: int, reasons: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, int, str]]:
    found = [
        (reason["start"], reason["weight"] != "against", reason["end"], reason["code"])
        for reason in reasons
        if reason.get("start") is not None and reason.get("end") is not None
    ]
    for start, _, end, code in sorted(found):
        if 0 <= start < end <= length:
            yield start, end, code
