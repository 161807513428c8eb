"""What dispatch told us, cut into pieces, with the words that a reason stands on marked. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class NumberedReason:
    """One reason of a screening, with the number under which its words are marked."""

    number: int
    code: str
    is_against: bool
    rules: tuple[tuple[str, str, str], ...] = ()
    """The rules of the policy that found it, each with how the thing was told and what misspelt words were
    read as, where there are any."""


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


def _rules(code: str, reasons: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str, str], ...]:
    found = (
        (one["rule"], one.get("status", ""), one.get("read_as", ""))
        for one in reasons
        if one["code"] == code and one.get("rule")
    )
    return tuple(dict.fromkeys(found))


def mark(text: str, reasons: Sequence[Mapping[str, Any]]) -> list[Piece]:
    """The text in pieces. Where two reasons stand on the same words, the graver one marks them."""
    pieces, position = [], 0
    for start, end, reason in _spans(len(text), reasons):
        if start > position:
            pieces.append(Piece(text[position:start]))
        pieces.append(Piece(text[start:end], reason))
        position = end
    if position < len(text):
        pieces.append(Piece(text[position:]))
    return pieces


def _spans(length: int, reasons: Sequence[Mapping[str, Any]]) -> list[tuple[int, int, NumberedReason]]:
    """The stretches to mark, apart from each other, from the beginning on."""
    numbered = {reason.code: reason for reason in number_reasons(reasons)}
    found = sorted(
        (numbered[reason["code"]].number, reason["start"], reason["end"], reason["code"])
        for reason in reasons
        if reason.get("start") is not None and reason.get("end") is not None
    )
    kept: list[tuple[int, int, NumberedReason]] = []
    for _, start, end, code in found:
        if 0 <= start < end <= length and all(end <= begin or start >= last for begin, last, _ in kept):
            kept.append((start, end, numbered[code]))
    return sorted(kept, key=lambda one: one[0])
