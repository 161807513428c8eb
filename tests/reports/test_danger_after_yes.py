"""The council's measure of danger that was told only after our yes: every way in which it is told counts."""

from typing import Any

import pytest

from app import journey
from app.accounts.permissions import Role
from app.foundation import clock
from app.foundation.db import db
from app.foundation.office import LOS_ANGELES
from app.referrals.eido import MEDIA_TYPE as EIDO
from app.referrals.models import State
from app.reports.queries import make_report
from app.reports.rules import last_days
from app.triage.rules import Decision
from tests.support.board import actor_with
from tests.support.eido import CALM, Writer, offer_document
from tests.support.referrals import SAFE_ANSWERS, Dispatch, referral_now


def danger_after_yes() -> int:
    counted = make_report(last_days(clock.now().astimezone(LOS_ANGELES).date())).by_decision
    return counted[Decision.OFFER].danger_after_yes


def ours(dispatch: Dispatch) -> str:
    """A call that was offered, that a person here said yes to, and that dispatch has confirmed."""
    return with_our_yes(dispatch, str(dispatch.offer().json["id"]))


def with_our_yes(dispatch: Dispatch, referral_id: str) -> str:
    journey.accept(referral_now(referral_id), actor=actor_with(Role.COORDINATOR))
    db.session.commit()
    assert dispatch.tell(referral_id, "confirm").json["custody"] == "office"
    return referral_id


def acknowledge(dispatch: Dispatch, referral_id: str) -> str | None:
    """Dispatch has the call again; the reason that it went back for."""
    assert referral_now(referral_id).state is State.HANDING_BACK
    dispatch.tell(referral_id, "handback-ack")
    assert referral_now(referral_id).state is State.HANDED_BACK
    return referral_now(referral_id).reason


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"narrative": "He has a gun."}, "word_weapon"),
        ({"answers": {**SAFE_ANSWERS, "weapons": "yes"}}, "weapons_yes"),
        ({"answers": {**SAFE_ANSWERS, "wish": "police"}}, "wants_police"),
    ],
)
def test_danger_told_after_our_yes_counts(dispatch: Dispatch, told: dict[str, Any], reason: str) -> None:
    referral_id = ours(dispatch)
    assert danger_after_yes() == 0
    dispatch.tell(referral_id, "updates", {"version": 2, **told})

    assert acknowledge(dispatch, referral_id) == reason
    assert danger_after_yes() == 1


def test_danger_of_an_incident_merged_with_it_counts(dispatch: Dispatch) -> None:
    first = dispatch.offer(offer_document("first0000001"), media_type=EIDO)
    referral_id = with_our_yes(dispatch, str(first.json["id"]))
    to = Writer("second000001")
    merged = to.merge(Writer("first0000001").incident_id, "REPLACED")
    told = offer_document("second000001", notes=f"{CALM} He has a gun.", mergeComponent=[merged])
    dispatch.offer(told, media_type=EIDO)

    assert acknowledge(dispatch, referral_id) == "merged_incident"
    assert danger_after_yes() == 1


def test_what_goes_back_for_another_reason_does_not_count(dispatch: Dispatch) -> None:
    referral_id = ours(dispatch)
    journey.give_back(referral_now(referral_id), "no_contact", actor=actor_with(Role.COORDINATOR))
    db.session.commit()

    acknowledge(dispatch, referral_id)
    assert danger_after_yes() == 0
