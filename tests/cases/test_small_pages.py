"""The small forms of a case: one thing each, reached from the case, with what they are about on them."""

import pytest
from flask import Flask

from app.cases.models import ConflictCase
from tests.support.assignments import make_assignment
from tests.support.cases import make_agreement, make_case, make_party
from tests.support.roster import make_responder


@pytest.fixture
def kept(app: Flask):
    """A case with an agreement, and who keeps it."""
    keeper = make_responder()
    case = make_case()
    make_assignment(keeper, case_id=case.id)
    sides = make_party(case, keeper), make_party(case, keeper)
    return keeper, case, sides, make_agreement(case, keeper, *sides)


def shown(client_as, keeper, case: ConflictCase, path: str) -> str:
    answer = client_as(keeper).get(f"/cases/{case.id}/{path}")
    assert answer.status_code == 200
    assert case.title in answer.text
    return answer.text


def test_a_name_is_added_to_a_party(client_as, kept):
    keeper, case, (party, _), _ = kept
    assert party.bird in shown(client_as, keeper, case, f"people/{party.id}/name")


def test_a_promise_is_added_to_an_agreement(client_as, kept):
    keeper, case, _, agreement = kept
    assert "<form" in shown(client_as, keeper, case, f"agreements/{agreement.id}/promises/new")


def test_each_side_says_how_a_promise_goes(client_as, kept):
    keeper, case, (party, _), agreement = kept
    assert party.bird in shown(client_as, keeper, case, f"agreements/promises/{agreement.items[0].id}/say")
