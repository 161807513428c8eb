"""What parties promised each other: promise by promise, each side heard, watched for three months."""

import pytest
from sqlalchemy import func, select

from app.accounts.sign_in import actor_of
from app.cases import actions, agreement_actions, agreement_queries, contact_queries, rules
from app.cases.agreement_models import ItemSaying, Said
from app.cases.models import CaseState, Outcome
from app.cases.payloads import Promise
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.vault.access import Use
from tests.support.cases import PROMISE, make_agreement, make_case, make_party
from tests.support.roster import make_responder


@pytest.fixture
def keeper(app):
    return make_responder()


@pytest.fixture
def case(keeper):
    return make_case(keeper=keeper)


def test_after_an_agreement_we_watch_and_look_again_four_times(case, keeper):
    make_agreement(case, keeper, make_party(case, keeper), make_party(case, keeper))

    today = rules.day_of(clock.now())
    assert case.state is CaseState.AGREED
    days = [(f.kind.value, (f.due_on - today).days) for f in contact_queries.list_follow_ups(case)]
    assert days == [("72h", 3), ("7d", 7), ("30d", 30), ("90d", 90)]


def test_each_side_has_its_own_word_on_a_promise_and_the_last_one_counts(case, keeper):
    heron, finch = make_party(case, keeper), make_party(case, keeper)
    item = make_agreement(case, keeper, finch, heron).items[0]
    for side, word in ((heron, Said.NOT_KEPT), (heron, Said.KEPT)):
        agreement_actions.say_item(case, item, side, word, actor=actor_of(keeper))
    db.session.expire_all()

    ((promise,),) = [opened.promises for opened in agreement_queries.list_agreements(case, Use.INTEGRITY)]
    assert promise.text == PROMISE
    assert {party.id: saying and saying.said for party, saying in promise.says} == {
        heron.id: Said.KEPT,
        finch.id: None,
    }
    assert db.session.scalar(select(func.count()).select_from(ItemSaying)) == 2


def test_a_promise_binds_only_people_of_its_case(case, keeper):
    stranger = make_party(make_case(), keeper)

    with pytest.raises(NotFound):
        agreement_actions.reach_agreement(
            case, rules.day_of(clock.now()), Promise("x", stranger.id), actor=actor_of(keeper)
        )


def test_closing_as_agreed_needs_a_promise(case, keeper):
    with pytest.raises(rules.NoAgreement):
        actions.close_case(case, Outcome.AGREEMENT, actor=actor_of(keeper))

    make_agreement(case, keeper)
    actions.close_case(case, Outcome.AGREEMENT, actor=actor_of(keeper))
    assert (case.state, case.outcome) == (CaseState.CLOSED, Outcome.AGREEMENT)
