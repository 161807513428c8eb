"""Which policy is in force."""

from functools import cache

from app.referrals.natures import Nature
from app.roster.lanes import Lane
from app.triage.policy import Policy, policy_from
from app.triage.policy_files import shipped_document


@cache
def shipped_policy() -> Policy:
    """The policy that comes with this version of the program."""
    return policy_from(shipped_document())


def lanes_for(nature: Nature) -> tuple[Lane, ...]:
    """The lanes that may answer a nature of call, the fitting one first."""
    return active_policy().natures[nature].lanes


def active_policy() -> Policy:
    """The policy that calls are screened by now."""
    return shipped_policy()
