"""What a run came to: counts of all, and the whole time line of every call nobody can explain."""

import json
from collections import Counter
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from app.demo.dispatch import Dispatch
from app.demo.held import Held


def build_report(centre: Dispatch) -> dict[str, Any]:
    """Ids, states and times; never a word that anybody said."""
    everyone = centre.ledger.list_all()
    blamed = [held for held in everyone if held.lies]
    return {
        "calls": len(centre.ledger.list_ours()),
        "ends": centre.ledger.count(),
        "two_owners": sum(held.had_two_owners for held in everyone),
        "not_offered": centre.not_offered_count,
        "line": dict(sorted(centre.line.counts.items())) if centre.line else {},
        "list_of_changes": {
            "is_there": centre.changes.is_there,
            "rows": centre.changes.row_count,
            "rows_of_others": centre.changes.foreign_row_count,
        },
        "takes_incident_numbers": centre.talk.takes_incident_numbers,
        "unexplained_by_kind": dict(sorted(Counter(lie for held in blamed for lie in held.lies).items())),
        "unexplained": [_as_json(held) for held in blamed],
    }


def _as_json(held: Held) -> dict[str, Any]:
    return {
        "number": held.number,
        "incident_id": held.incident_id,
        "referral_id": held.referral_id,
        "state": held.state,
        "custody": held.custody,
        "owner": held.owner.value,
        "unexplained": [{"lie": lie.value, "words": lie.words, "at": at} for lie, at in held.lies.items()],
        "time_line": [asdict(entry) for entry in held.entries],
    }


def as_line(now: datetime, event: str, number: str, state: str, owner: str) -> str:
    """One line for one event: ids and states, never the words of a person."""
    return f"{now:%H:%M:%S}  {event:<13} {number:<22} {state:<17} owner: {owner}"


def write_report(report: dict[str, Any], path: Path) -> None:
    """As a file that reads without its program."""
    path.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def lines_of(report: dict[str, Any]) -> list[str]:
    """The same for the eye, short."""
    ends = ", ".join(f"{count} {end}" for end, count in report["ends"].items()) or "no calls"
    lines = [f"dispatch: {ends}; {len(report['unexplained'])} without a known owner."]
    if report["two_owners"]:
        lines.append(f"dispatch: {report['two_owners']} had two owners for a while, which is fine.")
    if report["not_offered"]:
        lines.append(f"dispatch: {report['not_offered']} not offered, the button was grey.")
    if report["line"]:
        faults = ", ".join(f"{count} {what}" for what, count in report["line"].items())
        lines.append(f"dispatch: the line: {faults}.")
    lines += [f"dispatch: {count} {kind}" for kind, count in report["unexplained_by_kind"].items()]
    return lines
