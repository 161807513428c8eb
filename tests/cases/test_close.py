"""A case is not closed under somebody's feet: while both own its call, whoever was sent stands by."""

from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.models import Account
from app.accounts.permissions import Role
from app.assignments.queries import current_for_referral
from app.cases.models import ConflictCase
from app.foundation.db import db
from app.referrals.models import State
from tests.support.referrals import Dispatch, call, referral_now

pytestmark = pytest.mark.guarded_rows


@pytest.mark.parametrize(
    ("state", "then"), [(State.HANDING_BACK, "handback-ack"), (State.CANCEL_REQUESTED, None)]
)
def test_a_case_stays_open_until_dispatch_has_answered(
    dispatch: Dispatch, responder: Account, client_as: Any, state: State, then: str | None
) -> None:
    referral_id = _sent(dispatch, responder, client_as)
    [case] = db.session.scalars(select(ConflictCase)).all()
    if state is State.HANDING_BACK:
        client_as(responder).post(
            f"/assignments/{current_for_referral(referral_id)[0].id}/not-safe",
            data={"reason": "danger_on_scene"},
        )
    else:
        dispatch.tell(referral_id, "cancel")
    assert referral_now(referral_id).state is state

    answer = client_as(responder).post(f"/cases/{case.id}/close", data={"outcome": "not_found"})

    assert "Dispatch has not answered yet" in answer.text
    assert len(current_for_referral(referral_id)) == 1
    assert db.session.get_one(ConflictCase, case.id, populate_existing=True).closed_at is None
    if then:
        dispatch.tell(referral_id, then)
        assert current_for_referral(referral_id) == []


def _sent(dispatch: Dispatch, responder: Account, client_as: Any) -> str:
    referral_id = str(dispatch.offer(call(kind="live")).json["id"])
    client_as(Role.COORDINATOR).post(f"/board/{referral_id}/accept")
    dispatch.tell(referral_id, "confirm")
    client_as(Role.COORDINATOR).post(f"/board/{referral_id}/send", data={"account_id": responder.id})
    return referral_id
