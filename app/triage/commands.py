"""Operators' commands for the screening."""

import json
import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import click
from flask.cli import AppGroup

from app.triage.call_types import read_call_type
from app.triage.questions import signs_from
from app.triage.rules import Weight, screen_or_return

triage_group = AppGroup("triage", help="Which calls unarmed people may answer.")


@triage_group.command("predict", with_appcontext=False)
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
def predict_command(source: Path, target: Path) -> None:
    """Screen each line of a JSONL file; the place is taken as known and covered.

    A line of SOURCE has id, call_type (code, text), priority, narrative and modifiers. TARGET is
    for score.py, which compares with what people decided: they call it "accept" when a team may
    have the call, which to us is an "offer". Team and flags are columns of its table that the
    screening has no say in, so they are empty. An answer that we do not understand is never
    an accept.
    """
    try:
        count = _write(source, target)
    except _BadLine as bad:
        raise click.ClickException(f"{source.name}, line {bad.number}: {bad}") from None
    except UnicodeDecodeError:
        raise click.ClickException(f"{source.name}: This is not UTF-8.") from None
    except OSError as problem:
        raise click.ClickException(f"{target}: {problem.strerror}.") from None
    click.echo(f"{count} screened.")


class _BadLine(Exception):
    """A line that holds no call; says why, and where."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(why)
        self.number = number


def _write(source: Path, target: Path) -> int:
    """Write the result beside its place, then move it there: nobody reads half a file."""
    ids: set[str] = set()
    with (
        source.open(encoding="utf-8-sig") as lines,
        NamedTemporaryFile("w", encoding="utf-8", dir=target.parent, delete=False) as draft,
    ):
        try:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    row = _read(line, number)
                    if row["id"] in ids:
                        raise _BadLine(number, "The id came before.")
                    ids.add(row["id"])
                    draft.write(json.dumps(_predict(row), ensure_ascii=False) + "\n")
        except BaseException:
            os.unlink(draft.name)
            raise
    os.replace(draft.name, target)
    return len(ids)


def _read(line: str, number: int) -> dict[str, Any]:
    """The call of a line. Raises `_BadLine`."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise _BadLine(number, "This is not JSON.") from None
    if not isinstance(row, dict):
        raise _BadLine(number, "This is not an object.")
    if not isinstance(row.get("id"), str) or not row["id"].strip():
        raise _BadLine(number, "There is no id, or it is not a text.")
    for name, kind in (("call_type", dict), ("modifiers", dict), ("narrative", str), ("priority", str)):
        if not isinstance(row.get(name) or kind(), kind):
            raise _BadLine(number, f"{name} is not {'an object' if kind is dict else 'a text'}.")
    for name, members in (("call_type", ("code", "text")), ("modifiers", ("language",))):
        if any(not isinstance((row.get(name) or {}).get(one) or "", str) for one in members):
            raise _BadLine(number, f"{name} holds what is not a text.")
    return row


# What our decisions are called in files for `score.py`.
_NAMES = {"offer": "accept", "review": "review", "return": "return"}


def _predict(row: dict[str, Any]) -> dict[str, Any]:
    call_type, modifiers = row.get("call_type") or {}, row.get("modifiers") or {}
    parsed = read_call_type(call_type.get("code"), call_type.get("text"))
    signs = signs_from(
        {
            question: str(modifiers.get(question) or "unknown")
            for question in ("weapons", "injuries", "threats")
        },
        call_type=parsed,
        nature=None,
        narrative=str(row.get("narrative") or ""),
        language=modifiers.get("language"),
        priority=str(row.get("priority") or ""),
        has_place=True,
        is_in_area=True,
    )
    verdict = screen_or_return(signs)
    return {
        "id": row["id"],
        "decision": _NAMES[verdict.decision.value],
        "team": None,
        "flags": [],
        "reasons": [one.code for one in verdict.reasons if one.weight is Weight.AGAINST],
        "policy_version": verdict.policy_version,
    }
