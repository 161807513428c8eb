"""Files of calls, one JSON object a line: read with care, screened without a place to look up."""

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from app.triage.policy import Policy
from app.triage.questions import signs_from
from app.triage.screening import read_call_type
from app.triage.shadow import NOT_TOLD, ShadowCall
from app.triage.signs import Signs

LABELLED = Path(__file__).parent / "corpora" / "train.jsonl"
"""Invented calls that people have decided, which come with the program."""
_ASKED = ("weapons", "injuries", "threats")


class BadLine(Exception):
    """A line that holds no call; says why, and where, and nothing that stands in it."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(why)
        self.number = number


def read_calls(source: Path) -> Iterator[dict[str, Any]]:
    """The calls of a file, in order; each id once. Raises `BadLine` and UnicodeDecodeError."""
    ids: set[str] = set()
    with source.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                row = _read(line, number)
                if row["id"] in ids:
                    raise BadLine(number, "The id came before.")
                ids.add(row["id"])
                yield row


def signs_of(row: dict[str, Any], policy: Policy | None = None) -> Signs:
    """What a line tells of a call; its place is taken as known and covered.

    `policy`: by which the call's type is read; without one, by the policy in force.
    """
    read_type = policy.call_types.read if policy else read_call_type
    call_type, modifiers = row.get("call_type") or {}, row.get("modifiers") or {}
    return signs_from(
        {question: str(modifiers.get(question) or "") for question in _ASKED},
        call_type=read_type(call_type.get("code"), call_type.get("text")),
        nature=None,
        narrative=str(row.get("narrative") or ""),
        language=modifiers.get("language"),
        priority=str(row.get("priority") or ""),
        has_place=True,
        is_in_area=True,
    )


def words_of_labelled(ids: Collection[str]) -> dict[str, str]:
    """What some of the labelled calls tell. They are invented: anybody may read them."""
    starts = tuple(f'{{"id": "{one}"' for one in ids)
    with LABELLED.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.startswith(starts)]
    return {row["id"]: row["narrative"] for row in rows}


def shadow_call(row: dict[str, Any]) -> ShadowCall:
    """A line as two policies read it."""
    groups = {
        "language": str((row.get("modifiers") or {}).get("language") or NOT_TOLD),
        "kind": str(row.get("kind") or NOT_TOLD),
    }
    words = str(row.get("narrative") or "")
    return ShadowCall(row["id"], groups, lambda policy: signs_of(row, policy), words)


def _read(line: str, number: int) -> dict[str, Any]:
    """The call of a line. Raises `BadLine`."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise BadLine(number, "This is not JSON.") from None
    if not isinstance(row, dict):
        raise BadLine(number, "This is not an object.")
    if not isinstance(row.get("id"), str) or not row["id"].strip():
        raise BadLine(number, "There is no id, or it is not a text.")
    for name, kind in (("call_type", dict), ("modifiers", dict), ("narrative", str), ("priority", str)):
        if not isinstance(row.get(name) or kind(), kind):
            raise BadLine(number, f"{name} is not {'an object' if kind is dict else 'a text'}.")
    for name, members in (("call_type", ("code", "text")), ("modifiers", ("language",))):
        if any(not isinstance((row.get(name) or {}).get(one) or "", str) for one in members):
            raise BadLine(number, f"{name} holds what is not a text.")
    return row
