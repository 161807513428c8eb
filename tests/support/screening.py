"""A call that nothing speaks against, reading it, and the labelled calls as they are decided."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from app.referrals.natures import Nature
from app.triage.call_files import signs_of
from app.triage.policies import shipped_policy
from app.triage.rules import Verdict
from app.triage.screening import screen_by, screen_or_return
from app.triage.signs import Answer, Relation, Signs, Wish

CORPORA = Path(__file__).parents[1] / "triage" / "corpora"
SAFE = Signs(
    nature=Nature.NEIGHBOR,
    weapons=Answer.NO,
    injuries=Answer.NO,
    threats=Answer.NO,
    children_at_risk=Answer.NO,
    relation=Relation.NEIGHBORS,
    wish=Wish.MEDIATOR,
    language="en",
    narrative="Two neighbors argue about the shared fence. Both are calm, nobody touched anybody, "
    "each is in their own home, and they want a mediator.",
)


def screen(signs: Signs) -> Verdict:
    return screen_or_return(signs)


def codes(signs: Signs) -> set[str]:
    return {reason.code for reason in screen(signs).reasons}


@cache
def decided(part: str) -> list[tuple[dict[str, Any], Verdict]]:
    """The calls of `tune` or `held_out`, each with what the screening that comes with the program says."""
    lines = (CORPORA / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()
    return [(call, screen_by(shipped_policy(), signs_of(call))) for call in map(json.loads, lines)]
