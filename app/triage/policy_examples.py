"""Whether each phrase of a policy finds what its example says, and lets its counter-example be. Pure."""

from collections.abc import Iterable

from app.triage.assertion import Status
from app.triage.policy import Policy, PolicyPhrase
from app.triage.reading import HOWEVER_TOLD, read


def failing_rules(policy: Policy, phrases: Iterable[PolicyPhrase]) -> list[str]:
    """The rules among these whose example is not found, or whose counter-example is."""
    return [
        one.rule
        for one in phrases
        if not is_told(policy, one, one.example) or is_told(policy, one, one.counter_example)
    ]


def is_told(policy: Policy, phrase: PolicyPhrase, narrative: str) -> bool:
    """Whether this very phrase is found, as told and with nothing that explains it."""
    return any(
        one.phrase is phrase
        and not one.is_explained
        and (one.status is Status.ASSERTED or phrase.concept.kind in HOWEVER_TOLD)
        for one in read(narrative, policy).findings
    )
