"""A call that nothing speaks against, and reading it."""

from app.referrals.natures import Nature
from app.triage.rules import Verdict
from app.triage.screening import screen_or_return
from app.triage.signs import Answer, Relation, Signs, Wish

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
