"""Operators' commands for the screening."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, TextIO

import click
import yaml
from flask import has_app_context
from sqlalchemy.exc import SQLAlchemyError

from app.foundation import clock
from app.foundation.db import reading
from app.foundation.errors import DomainError
from app.foundation.operators import OperatorGroup
from app.roster.lanes import Lane
from app.triage import version_queries
from app.triage.call_files import BadLine, read_calls, shadow_call, signs_of
from app.triage.policies import active_policy, shipped_policy
from app.triage.policy import Policy
from app.triage.policy_documents import BadPolicy, policy_from
from app.triage.policy_files import hash_of, read_yaml
from app.triage.rules import Decision, Weight
from app.triage.screening import screen_by
from app.triage.shadow import replay
from app.triage.stored_calls import stored_calls

triage_group = OperatorGroup("triage", help="Which calls unarmed people may answer.")

_source = click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@triage_group.command("predict", with_appcontext=False)
@_source
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
def predict_command(source: Path, target: Path) -> None:
    """Screen each line of a JSONL file; the place is taken as known and covered.

    A line of SOURCE has id, call_type (code, text), priority, narrative and modifiers. TARGET is
    for score.py, which compares with what people decided: they call it "accept" when a team may
    have the call, which to us is an "offer"; the team is the one of the fitting lane. An answer that
    we do not understand is never an accept. It is screened by the policy in force or, where no database
    answers, by the one that came with the program.
    """
    policy = _policy_at_hand()
    with _troubles_told(source, target), _put_in_place(target) as draft:
        count = 0
        for row in read_calls(source):
            draft.write(json.dumps(_predict(row, policy), ensure_ascii=False) + "\n")
            count += 1
    click.echo(f"{count} screened by policy {policy.version}.")


@triage_group.command("policy")
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--version", "name", help="A version of the office by its name; without it, the one in force.")
def policy_command(target: Path, name: str | None) -> None:
    """Write a policy to TARGET as one YAML file: to read, to change, and to try with shadow."""
    with reading():
        version = version_queries.find_version(name) if name else version_queries.find_active()
        if name and version is None:
            raise click.ClickException("There is no version of that name.")
        with _refusals_told():
            document = version_queries.document_of(version)
    with _put_in_place(target) as draft:
        yaml.safe_dump(document, draft, allow_unicode=True, sort_keys=False, width=120)
    click.echo(f"Policy {document['version']} is in {target}. SHA-256 {hash_of(document)}")


@triage_group.command("shadow")
@click.argument("source", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--last-days", type=click.IntRange(1, 366), help="Replay the stored calls of so many days.")
@click.option("--policy", "named", required=True, help="A version of the office by its name, or a YAML file.")
@click.option("--flips", is_flag=True, help="Show the words of each call of a file that would change.")
def shadow_command(source: Path | None, last_days: int | None, named: str, *, flips: bool) -> None:
    """Read the calls of a file, or stored ones, by another policy: what would change, and for whom.

    By nature, language, area, hour and kind, and each call that would be decided differently. Nothing
    is changed: the policy in force decides on. Words of stored calls are never shown here: a coordinator
    opens the call.
    """
    if (source is None) == (last_days is None):
        raise click.UsageError("Name a file of calls, or --last-days.")
    with reading():  # it takes minutes, and on SQLite no call could be kept for so long
        other = _policy_named(named)
        if source is None:
            since = clock.now() - timedelta(days=last_days or 0)
            result = replay(stored_calls(since), now=active_policy(), then=other)
        else:
            with _troubles_told(source, source):
                result = replay(map(shadow_call, read_calls(source)), now=active_policy(), then=other)
    for line in result.lines(with_words=flips):
        click.echo(line)


def _policy_at_hand() -> Policy:
    try:
        with reading() if has_app_context() else nullcontext():
            return active_policy()
    except SQLAlchemyError:
        click.echo("No database answers, so no version of the office is known.", err=True)
        return shipped_policy()
    except BadPolicy as problem:
        raise click.ClickException(f"The version in force cannot be read: {problem}") from None


def _policy_named(named: str) -> Policy:
    version = version_queries.find_version(named)
    if version is not None:
        with _refusals_told():
            return version_queries.trial_of(version)
    try:
        return policy_from(read_yaml(Path(named).read_text(encoding="utf-8")))
    except OSError:
        raise click.ClickException("There is no version of that name, and no such file.") from None
    except (BadPolicy, yaml.YAMLError, UnicodeDecodeError) as problem:
        raise click.ClickException(f"{named}: {problem}") from None


@contextmanager
def _refusals_told() -> Iterator[None]:
    try:
        yield
    except DomainError as refusal:
        raise click.ClickException(str(refusal)) from None


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


def _predict(row: dict[str, Any], policy: Policy) -> dict[str, Any]:
    verdict = screen_by(policy, signs_of(row, policy))
    lanes = policy.natures[verdict.nature].lanes
    return {
        "id": row["id"],
        "decision": _NAMES[verdict.decision],
        "team": _TEAMS[lanes[0]] if verdict.decision is Decision.OFFER else None,
        "flags": sorted(verdict.flags),
        "reasons": [one.code for one in verdict.reasons if one.weight is Weight.AGAINST],
        "policy_version": verdict.policy_version,
    }
