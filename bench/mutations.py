"""Whether the suite notices when a safety rule of the screening is gone: each is broken once, in a copy.

    script/bench mutations               every one
    script/bench mutations ratchet tale  those with a word in their name

Prints which test saw each. One that no test sees, or that cannot be made any more, is a failure; a test
that could not even be asked (an error, such as a fixture's) has seen nothing, and is told apart. That a
concept of danger cannot be taken out unseen is a test of its own (tests/rules/triage/test_each_concept.py).
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
RULES = ("tests/rules/triage",)
PYTEST = ("-m", "pytest", "-x", "-q", "-n", "2", "-m", "not slow", "-p", "no:cacheprovider")


class Mutation(NamedTuple):
    """One rule broken: what stands in a file, and what stands there instead."""

    name: str
    file: str
    stands: str
    instead: str
    tests: tuple[str, ...] = RULES


RULES_FILE, ASSERTION, READING = "app/triage/rules.py", "app/triage/assertion.py", "app/triage/reading.py"
MUTATIONS = (
    Mutation("residual test", RULES_FILE, "if opinion.needs_care:", "if False:"),
    Mutation("second reader", RULES_FILE, "if opinion.is_doubtful:", "if False:"),
    Mutation(
        "evidence for an offer",
        RULES_FILE,
        "if len(_evidence(signs, reading)) < policy.limits.evidence:",
        "if False:",
    ),
    Mutation("unknown is not no", RULES_FILE, "return answer is not Answer.UNKNOWN", "return True"),
    Mutation("ratchet of one call", RULES_FILE, "return max(decisions, key=", "return min(decisions, key="),
    Mutation(
        "ratchet of updates",
        "app/triage/actions.py",
        "more_careful(verdict.decision, before.decision if before else Decision.REVIEW)",
        "verdict.decision",
        ("tests/referrals", "tests/routing", "tests/journeys"),
    ),
    Mutation("pseudo-negations", ASSERTION, "if found.first not in void", "if True"),
    Mutation(
        "dangers that deny themselves",
        ASSERTION,
        "not denies_itself and first in (",
        "first in (",
    ),
    Mutation(
        "plain denials",
        ASSERTION,
        "if first in self._plainly_denied else Status.UNCERTAIN",
        "if True else None",
    ),
    Mutation(
        "plain tales", ASSERTION, "is_plain = not is_danger or first in self._plainly_told", "is_plain = True"
    ),
    Mutation(
        "plain pasts", ASSERTION, "is_plain = not is_danger or first in self._plainly_past", "is_plain = True"
    ),
    Mutation("none of what follows", ASSERTION, "if self._is_all_that_is_said(found)", "if True"),
    Mutation(
        "calm that is denied",
        ASSERTION,
        "self._perhaps_denied if is_calm else self._denied",
        "self._denied",
    ),
    Mutation(
        "gaps explain nothing", READING, "for number in one.own:", "for number in range(one.first, one.last):"
    ),
    Mutation(
        "doubt before denial",
        ASSERTION,
        "self._doubted = self._after(by_kind[Cue.DOUBT])",
        "self._doubted = set()",
    ),
    Mutation("a denial's reach", ASSERTION, "REACH_WORDS = 12", "REACH_WORDS = 60"),
    Mutation("stories apart", ASSERTION, "self.stories = marks.entries |", "self.stories = frozenset() and"),
    Mutation(
        "past and now",
        ASSERTION,
        "self._past = self._sentences(by_kind[Cue.PAST] + by_kind[Cue.PAST_OF]) - now",
        "self._past = self._sentences(by_kind[Cue.PAST] + by_kind[Cue.PAST_OF])",
    ),
    Mutation(
        "disguised denials",
        READING,
        "if policy.cues[one.number][0] not in _DENIALS or _is_clear(one, disguised)",
        "if True",
    ),
    Mutation(
        "misspelt toward danger only",
        READING,
        "if read_as and policy.phrases[one.number].concept.kind in TOWARD_DANGER:",
        "if read_as:",
    ),
    Mutation(
        "misspelt at all",
        READING,
        "if meant := policy.speller.meant_in(narrative, words, marks):",
        "if meant := {}:",
    ),
    Mutation("explains its own words only", READING, "max(last - first, 2)", "0"),
    Mutation("bias", RULES_FILE, "is_bias = only_somebody_being_there(reading)", "is_bias = False"),
    Mutation(
        "couples",
        RULES_FILE,
        "signs.relation is Relation.PARTNERS or signs.nature is Nature.PARTNER",
        "False",
    ),
    Mutation("language that cannot be read", RULES_FILE, "if not opinion.can_read:", "if False:"),
    Mutation(
        "too few words", RULES_FILE, "if reading.told_count < policy.limits.narrative_words:", "if False:"
    ),
    Mutation(
        "cut off", RULES_FILE, "if len(signs.narrative) >= policy.limits.narrative_characters:", "if False:"
    ),
    Mutation(
        "not written for a reader",
        RULES_FILE,
        "yield Reason(code, Weight.AGAINST, Decision.REVIEW, start, end)",
        "yield from ()",
    ),
    Mutation("urgent priority", RULES_FILE, "if is_urgent(signs.priority):", "if False:"),
    Mutation(
        "suffixes of danger",
        RULES_FILE,
        "signs.nature is Nature.DANGER or signs.suffixes",
        "signs.nature is Nature.DANGER",
    ),
    Mutation(
        "danger before all in a type",
        "app/triage/call_types.py",
        "if self._danger.fits(told) or code in self._common_danger:",
        "if False:",
    ),
    Mutation(
        "dangers in a report",
        "app/triage/call_types.py",
        "if self._danger.fits(told)",
        "if not is_report and self._danger.fits(told)",
    ),
    Mutation(
        "time limit", "app/triage/screening.py", "if time.monotonic() - begun > SLOWEST_SECONDS:", "if False:"
    ),
    Mutation(
        "failure goes back",
        "app/triage/screening.py",
        'return _returned("screening_failed", policy.version)',
        "return screen(signs, policy, made_ready(policy))",
    ),
    Mutation(
        "nobody accepts by software", "app/triage/policy_documents.py", "if rule.auto_accept:", "if False:"
    ),
    Mutation(
        "never ours", "app/triage/policy_documents.py", "if rule.lanes and nature in NEVER_OURS:", "if False:"
    ),
    Mutation(
        "two who approve",
        "app/triage/version_rules.py",
        "if people < APPROVALS_NEEDED:",
        "if people < 1:",
        ("tests/triage",),
    ),
)


def main() -> None:
    """Break each rule in a copy of the repository, and run the tests that should see it."""
    wanted = sys.argv[1:]
    chosen = [one for one in MUTATIONS if not wanted or any(word in one.name for word in wanted)]
    for tests in dict.fromkeys(one.tests for one in chosen):
        told = _run(tests)
        if told.failed or told.error:
            raise SystemExit(f"Nothing is broken, and yet: {told.failed or told.error}")
    told_of: dict[str, Told] = {}
    for mutation in chosen:
        told_of[mutation.name] = told = _run(mutation.tests, mutation)
        print(f"{mutation.name}: {told.failed or f'NOT SEEN {told.error}'}", file=sys.stderr, flush=True)
    seen = {name: told.failed for name, told in told_of.items() if told.failed}
    errors = {name: told.error for name, told in told_of.items() if told.error and not told.failed}
    unseen = [name for name in told_of if name not in seen]
    said = {"benchmark": "mutations", "broken": len(chosen), "unseen": unseen, "errors": errors}
    print(json.dumps(said | {"seen_by": seen}))
    sys.exit(1 if unseen else 0)


class Told(NamedTuple):
    """The first test that failed, and the first thing that kept tests from being asked; empty if none."""

    failed: str
    error: str


def _run(tests: tuple[str, ...], mutation: Mutation | None = None) -> Told:
    """The tests in a copy. Raises ValueError when a rule stands elsewhere now."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "main"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "instance", "__pycache__"))
        if mutation:
            _break(copy / mutation.file, mutation)
        told = subprocess.run(
            [sys.executable, *PYTEST, *tests], cwd=copy, capture_output=True, text=True, check=False
        )
        lines = told.stdout.splitlines()
        failed = next((line for line in lines if line.startswith("FAILED")), "")
        otherwise = "" if failed or told.returncode == 0 else told.stdout[-300:] + told.stderr[-300:]
        return Told(failed, next((line for line in lines if line.startswith("ERROR")), otherwise))


def _break(file: Path, mutation: Mutation) -> None:
    text = file.read_text(encoding="utf-8")
    if text.count(mutation.stands) != 1:
        raise ValueError(f"{mutation.name}: stands {text.count(mutation.stands)} times in {mutation.file}")
    file.write_text(text.replace(mutation.stands, mutation.instead), encoding="utf-8")


if __name__ == "__main__":
    main()
