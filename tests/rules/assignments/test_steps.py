"""Steps follow one another: none is skipped, none is taken back."""

import pytest

from app.assignments.labels import RANKING_LABELS, STEP_LABELS
from app.assignments.models import Step
from app.assignments.rules import TRACK, next_steps

FOLLOWS = {
    Step.ASSIGNED: (Step.ACKNOWLEDGED, Step.DECLINED),
    Step.ACKNOWLEDGED: (Step.EN_ROUTE, Step.DECLINED),
    Step.EN_ROUTE: (Step.ON_SCENE,),
    Step.ON_SCENE: (Step.CONTACT_MADE, Step.NOT_FOUND, Step.REFUSED),
    Step.CONTACT_MADE: (Step.CLEAR,),
    Step.NOT_FOUND: (Step.CLEAR,),
    Step.REFUSED: (Step.CLEAR,),
    Step.CLEAR: (),
    Step.DECLINED: (),
}


@pytest.mark.parametrize("step", list(Step))
def test_each_step_has_its_followers(step):
    assert next_steps(step) == FOLLOWS[step]


def test_no_way_leads_back():
    def reachable(step, seen=()):
        return {after for one in next_steps(step) for after in {one, *reachable(one, (*seen, step))}}

    assert [step for step in Step if step in reachable(step)] == []
    assert set(TRACK) <= reachable(Step.ASSIGNED)


def test_every_step_has_words():
    assert set(STEP_LABELS) == set(Step)
    assert all(str(words) for words in RANKING_LABELS.values())
