"""Operators' commands for the screening."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, TextIO

import click
import yaml
from flask.cli import AppGroup

from app.roster.lanes import Lane
from app.triage.call_files import BadLine, read_calls, signs_of
from app.triage.policies import lanes_for, shipped_policy
from app.triage.policy import BadPolicy, policy_from
from app.triage.policy_files import hash_of, read_yaml, shipped_document
from app.triage.rules import Decision, Weight
from app.triage.screening import screen_or_return
from app.triage.shadow import replay

triage_group = AppGroup("triage", help="Which calls unarmed people may answer.")

_source = click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@triage_group.command("predict", with_appcontext=False)
@_source
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
def predict_command(source: Path, target: Path) -> None:
    """Screen each line of a JSONL file; the place is taken as known and covered.

    A line of SOURCE has id, call_type (code, text), priority, narrative and modifiers. TARGET is
    for score.py, which compares with what people decided: they call it "accept" when a team may
    have the call, which to us is an "offer"; the team is the one of the fitting lane. An answer that
    we do not understand is never an accept.
    """
    with _troubles_told(source, target), _put_in_place(target) as draft:
        count = 0
        for row in read_calls(source):
            draft.write(json.dumps(_predict(row), ensure_ascii=False) + "\n")
            count += 1
    click.echo(f"{count} screened.")


@triage_group.command("policy", with_appcontext=False)
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
def policy_command(target: Path) -> None:
    """Write the policy in force to TARGET as one YAML file: to read, to change, and to try with shadow."""
    with _put_in_place(target) as draft:
        yaml.safe_dump(shipped_document(), draft, allow_unicode=True, sort_keys=False, width=120)
    known_by = hash_of(target.read_text(encoding="utf-8"))
    click.echo(f"Policy {shipped_policy().version} is in {target}. SHA-256 {known_by}")


@triage_group.command("shadow", with_appcontext=False)
@_source
@click.option("--policy", "policy_file", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--flips", is_flag=True, help="Show the words of each call that would be decided differently.")
def shadow_command(source: Path, policy_file: Path, *, flips: bool) -> None:
    """Screen a file of calls by another policy, and say what would change by nature, language and kind.

    Nothing is changed: the policy in force decides on.
    """
    try:
        other = policy_from(read_yaml(policy_file.read_text(encoding="utf-8")))
    except (BadPolicy, yaml.YAMLError, UnicodeDecodeError) as problem:
        raise click.ClickException(f"{policy_file}: {problem}") from None
    with _troubles_told(source, source):
        result = replay(read_calls(source), now=shipped_policy(), then=other)
    for line in result.lines(with_words=flips):
        click.echo(line)


@contextmanager
def _troubles_told(source: Path, target: Path) -> Iterator[None]:
    try:
        yield
    except BadLine as bad:
        raise click.ClickException(f"{source.name}, line {bad.number}: {bad}") from None
    except UnicodeDecodeError:
        raise click.ClickException(f"{source.name}: This is not UTF-8.") from None
    except OSError as problem:
        raise click.ClickException(f"{target}: {problem.strerror}.") from None


@contextmanager
def _put_in_place(target: Path) -> Iterator[TextIO]:
    """Write the result beside its place, then move it there: nobody reads half a file."""
    with NamedTemporaryFile("w", encoding="utf-8", dir=target.parent, delete=False) as draft:
        try:
            yield draft  # type: ignore[misc]
        except BaseException:
            os.unlink(draft.name)
            raise
    os.replace(draft.name, target)


# What our decisions and lanes are called in files for `score.py`.
_NAMES = {Decision.OFFER: "accept", Decision.REVIEW: "review", Decision.RETURN: "return"}
_TEAMS = {
    Lane.MEDIATION: "conflict_mediation",
    Lane.RESTORATIVE: "restorative_justice",
    Lane.INTERRUPTION: "conflict_mediation",
    Lane.UNARMED_CRISIS: "unarmed_crisis",
    Lane.HOMELESS_OUTREACH: "homeless_outreach",
    Lane.COUNTY_SERVICE: "county_service",
}


def _predict(row: dict[str, Any]) -> dict[str, Any]:
    verdict = screen_or_return(signs_of(row))
    return {
        "id": row["id"],
        "decision": _NAMES[verdict.decision],
        "team": _TEAMS[lanes_for(verdict.nature)[0]] if verdict.decision is Decision.OFFER else None,
        "flags": sorted(verdict.flags),
        "reasons": [one.code for one in verdict.reasons if one.weight is Weight.AGAINST],
        "policy_version": verdict.policy_version,
    }
