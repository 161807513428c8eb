"""What is told of a call after a person here has offered it: only what they did not know takes it back."""

from typing import Any

import pytest

from app import journey
from app.accounts.permissions import Role
from app.foundation.db import db
from app.referrals.models import State
from app.triage.actions import raise_to
from app.triage.queries import latest_screening
from app.triage.rules import Decision
from tests.support.board import actor_with
from tests.support.referrals import SAFE_ANSWERS, Dispatch, call, referral_now

PARTNERS = {**SAFE_ANSWERS, "relation": "partners"}


def read_and_offered(dispatch: Dispatch) -> str:
    """A call that met a person here, who has read it and offered it."""
    referral_id = str(dispatch.offer(call(answers=PARTNERS)).json["id"])
    assert referral_now(referral_id).state is State.IN_REVIEW
    journey.offer(referral_now(referral_id), actor=actor_with(Role.COORDINATOR))
    db.session.commit()
    return referral_id


def tell(dispatch: Dispatch, referral_id: str, version: int, **told: Any) -> None:
    dispatch.tell(referral_id, "updates", {"version": version, **told})


@pytest.mark.parametrize(
    "told",
    [
        {"narrative": "They talk again now, both calm."},
        {"answers": {**PARTNERS, "weapons": "no"}},
        {"answers": PARTNERS},
        {},
    ],
)
def test_what_speaks_for_calm_takes_no_offer_away(dispatch: Dispatch, told: dict[str, Any]) -> None:
    referral_id = read_and_offered(dispatch)

    tell(dispatch, referral_id, 2, **told)

    referral, screening = referral_now(referral_id), latest_screening(referral_id)
    assert referral.state is State.OFFERED
    assert screening is not None
    assert screening.decision is Decision.REVIEW, "what was raised stays raised"


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"narrative": "He might have a knife, the caller is not sure."}, "word_unsure"),
        ({"narrative": "There is a restraining order."}, "doubt_order"),
    ],
)
def test_what_the_person_did_not_know_is_read_by_one_again(
    dispatch: Dispatch, told: dict[str, Any], reason: str
) -> None:
    referral_id = read_and_offered(dispatch)

    tell(dispatch, referral_id, 2, **told)

    referral = referral_now(referral_id)
    assert (referral.state, referral.reason) == (State.IN_REVIEW, reason)


def test_a_second_doubt_of_a_kind_is_another_one(dispatch: Dispatch) -> None:
    referral_id = read_and_offered(dispatch)
    tell(dispatch, referral_id, 2, narrative="He might have a knife, the caller is not sure.")
    journey.offer(referral_now(referral_id), actor=actor_with(Role.COORDINATOR))
    db.session.commit()
    tell(dispatch, referral_id, 3, narrative="They talk again.")
    assert referral_now(referral_id).state is State.OFFERED

    tell(dispatch, referral_id, 4, narrative="She might have a gun, the caller is not sure.")

    assert (referral_now(referral_id).state, referral_now(referral_id).reason) == (
        State.IN_REVIEW,
        "word_unsure",
    )


def test_a_danger_gives_an_offered_call_back_under_its_own_name(dispatch: Dispatch) -> None:
    referral_id = read_and_offered(dispatch)

    tell(dispatch, referral_id, 2, narrative="He has a gun.")

    assert (referral_now(referral_id).state, referral_now(referral_id).reason) == (
        State.HANDED_BACK,
        "word_weapon",
    )


def test_a_call_that_was_read_as_danger_stays_so_and_no_reason_speaks_for_calm(dispatch: Dispatch) -> None:
    """However it came to be open still: a calm word gives it back, and not as if calm were the reason."""
    referral_id = str(dispatch.offer().json["id"])
    raise_to(referral_now(referral_id), Decision.RETURN, "risk_told_before")
    db.session.commit()

    tell(dispatch, referral_id, 2, narrative="They talk again now, both calm.")

    assert (referral_now(referral_id).state, referral_now(referral_id).reason) == (
        State.HANDED_BACK,
        "risk_told_before",
    )


def test_an_offer_names_no_reason(dispatch: Dispatch) -> None:
    referral_id = str(dispatch.offer().json["id"])

    assert (referral_now(referral_id).state, referral_now(referral_id).reason) == (State.OFFERED, None)
