"""A screening by the policy in force. Whatever goes wrong in it, the call is not ours by that."""

import time

import structlog

from app.referrals.natures import Nature
from app.triage.call_types import CallType
from app.triage.policies import active_policy, policy_if_readable
from app.triage.policy import Policy
from app.triage.rules import Decision, Reason, Verdict, Weight, raised, screen
from app.triage.second_reader import SecondReader, never_heard, shipped_reader
from app.triage.signs import Signs

log = structlog.get_logger()

SLOWEST_SECONDS = 0.3
"""A screening that takes longer is not trusted (security.md D.2)."""


def screen_or_return(signs: Signs) -> Verdict:
    """The screening, and if it fails in any way at all, a return: silence must never mean "ours"."""
    policy = policy_if_readable()
    return screen_by(policy, signs) if policy else _returned("policy_not_loaded", "none")


def read_call_type(*parts: str | None, common: str | None = None) -> CallType:
    """What a call type says by the policy in force; nothing if none loads: then the screening returns."""
    policy = policy_if_readable()
    return policy.call_types.read(*parts, common=common) if policy else CallType(Nature.OTHER, frozenset())


def made_ready(policy: Policy) -> SecondReader:
    """Load what the first screening of a process would otherwise wait for; gives the second reader."""
    policy.make_ready()
    never_heard()
    return shipped_reader()


def make_ready() -> None:
    """The same for the policy in force. One that does not load stops nobody: calls are then given back."""
    try:
        made_ready(active_policy())
    except Exception:  # what is wrong with it is said again with each call that it gives back
        log.exception("screening_not_ready")


def screen_by(policy: Policy, signs: Signs) -> Verdict:
    """The same by a policy that is not, or not yet, in force."""
    try:
        second_reader = made_ready(policy)
        begun = time.monotonic()
        verdict = screen(signs, policy, second_reader)
    except Exception:  # whatever it was: a call must never become ours because our screening broke
        log.exception("screening_failed", policy_version=policy.version)
        return _returned("screening_failed", policy.version)
    if time.monotonic() - begun > SLOWEST_SECONDS:
        return raised(verdict, "screening_slow", Decision.REVIEW)
    return verdict


def _returned(code: str, version: str) -> Verdict:
    return Verdict(Decision.RETURN, (Reason(code, Weight.AGAINST, Decision.RETURN),), policy_version=version)
