"""What dispatch tells of a call whose words are destroyed: kept, read for danger, answered as ever."""

import pytest
from flask import Flask
from sqlalchemy import select

from app import journey
from app.accounts.permissions import Role
from app.cases.queries import find_of_referral
from app.foundation.db import db
from app.referrals.models import ReferralMessage
from app.referrals.queries import open_told
from app.vault import erasures
from app.vault.models import DataKey
from tests.support.assignments import make_assignment
from tests.support.board import actor_with
from tests.support.people import ClientAs
from tests.support.referrals import Dispatch, referral_now
from tests.support.roster import make_responder


@pytest.fixture
def working(dispatch: Dispatch) -> str:
    """A call that is ours, and whose words were destroyed a day after our yes."""
    referral_id: str = dispatch.offer().json["id"]  # type: ignore[index]
    journey.accept(referral_now(referral_id), actor=actor_with(Role.COORDINATOR))
    db.session.commit()
    assert dispatch.tell(referral_id, "confirm").status_code == 200
    erasures.destroy([referral_now(referral_id).key_id], "retention schedule")
    db.session.commit()
    return referral_id


def test_a_danger_told_late_gives_the_call_back(dispatch: Dispatch, working: str) -> None:
    old = referral_now(working).key_id
    answer = dispatch.tell(working, "updates", {"version": 2, "narrative": "He has a gun now."})

    assert answer.status_code == 200
    assert answer.json
    assert (answer.json["state"], answer.json["custody"]) == ("handing_back", "both")
    referral = referral_now(working)
    assert open_told(referral).updates == ("He has a gun now.",)
    assert db.session.get_one(DataKey, old).wrapped is None


def test_a_message_without_words_is_kept_too(dispatch: Dispatch, working: str) -> None:
    answer = dispatch.tell(working, "cancel")

    assert answer.status_code == 202
    kept = db.session.scalars(select(ReferralMessage).order_by(ReferralMessage.id.desc())).first()
    assert kept
    assert kept.key_id == referral_now(working).key_id


def test_the_case_keeps_its_address_and_who_is_sent_is_told_so(
    app: Flask, dispatch: Dispatch, working: str, client_as: ClientAs
) -> None:
    case, responder = find_of_referral(working), make_responder()
    assert case
    assignment = make_assignment(responder, referral_id=working, case_id=case.id)
    page = client_as(responder).post(f"/assignments/{assignment.id}/told", follow_redirects=True)

    assert erasures.is_alive(case.key_id)
    assert page.status_code == 200
    assert "destroyed a day after our yes" in page.text
