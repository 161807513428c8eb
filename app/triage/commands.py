"""Operators' commands for the screening."""

import json
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from app.referrals.payloads import MAX_NARRATIVE
from app.triage.call_types import read_call_type
from app.triage.questions import signs_from
from app.triage.rules import Weight, screen_or_return

triage_group = AppGroup("triage", help="Which calls unarmed people may answer.")


@triage_group.command("predict")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
def predict_command(source: Path, target: Path) -> None:
    """Screen each line of a JSONL file; the place is taken as known and covered."""
    lines = [line for line in source.read_text(encoding="utf-8").splitlines() if line.strip()]
    with target.open("w", encoding="utf-8") as out:
        for line in lines:
            out.write(json.dumps(_predict(json.loads(line)), ensure_ascii=False) + "\n")
    click.echo(f"{len(lines)} screened.")


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
        narrative=str(row.get("narrative") or "")[:MAX_NARRATIVE],
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
