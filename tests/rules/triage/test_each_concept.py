"""Every concept of danger and doubt makes a difference: taken out of the policy, a call is decided lower."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.triage.policies import shipped_policy
from app.triage.policy import Kind
from app.triage.policy_files import read_yaml
from app.triage.rules import Decision, screen
from app.triage.second_reader import shipped_reader
from tests.support.screening import SAFE

CALLS: dict[str, dict[str, str]] = read_yaml(
    Path(__file__).with_name("one_of_each.yaml").read_text(encoding="utf-8")
)
SILENT = replace(shipped_reader(), threshold=2.0, care_threshold=2.0, asked_threshold=2.0)


def test_every_concept_has_its_call() -> None:
    kinds = {Kind.DANGER, Kind.DOUBT}
    assert {one.concept.name for one in shipped_policy().phrases if one.concept.kind in kinds} == set(CALLS)


@pytest.mark.parametrize("concept", CALLS)
def test_without_the_concept_the_call_would_be_decided_lower(concept: str) -> None:
    [(wanted, told)] = CALLS[concept].items()

    verdict = screen(replace(SAFE, narrative=f"{SAFE.narrative} {told}"), shipped_policy(), SILENT)

    assert verdict.decision is Decision(wanted)
    deciding = {one.rule.rpartition(".")[0] for one in verdict.reasons if one.decision is verdict.decision}
    assert deciding == {concept}
