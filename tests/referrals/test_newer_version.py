"""A newer version of a call: where it is now, whom to call back, in which language, and how soon."""

import json
from datetime import timedelta
from typing import Any

import pytest

from app import journey
from app.accounts.permissions import Role
from app.cases.queries import find_of_referral, open_place
from app.delivery.timers import fire_next
from app.foundation import clock
from app.foundation.db import db
from app.referrals.eido import MEDIA_TYPE as EIDO
from app.referrals.models import CallKind, State
from app.referrals.queries import open_told
from app.triage.queries import latest_screening
from app.vault import keyring
from app.vault.access import Use
from app.worker import TIMER_HANDLERS
from tests.support.board import actor_with
from tests.support.eido import offer_document
from tests.support.referrals import INSIDE, SAFE_ANSWERS, Dispatch, call, referral_now

ELSEWHERE = {"lat": 33.941, "lon": -118.251, "address": "99 Hazel St"}
OUTSIDE = {"lat": 40.0, "lon": -100.0, "address": "1 Far Road"}
CALMER = "They went inside and talk quietly now."


def offered(dispatch: Dispatch, **changes: Any) -> dict[str, Any]:
    """The first message of an incident, or a newer one."""
    return dispatch.offer(call(**{"incident_id": "L-1"} | changes)).json


def place(referral_id: str) -> tuple[str, float | None, float | None]:
    told = open_told(referral_now(referral_id))
    return told.place_text, told.lat, told.lon


def codes(referral_id: str) -> list[str]:
    screening = latest_screening(referral_id)
    assert screening is not None
    return [one["code"] for one in screening.reasons]


def test_what_a_newer_version_says_takes_the_place_of_what_was_kept(dispatch: Dispatch) -> None:
    referral_id = offered(dispatch)["id"]
    newer = offered(
        dispatch,
        version=2,
        narrative=CALMER,
        location=ELSEWHERE,
        callback="555-0199",
        language="es",
        kind="live",
    )
    referral = referral_now(referral_id)

    assert (newer["id"], newer["version"]) == (referral_id, 2)
    assert place(referral_id) == ("99 Hazel St", 33.941, -118.251)
    assert open_told(referral).callback == "555-0199"
    assert referral.callback_fingerprint == keyring.fingerprint("callback", "555-0199")
    assert (referral.language, referral.kind) == ("es", CallKind.LIVE)
    assert open_told(referral).everything == f"{call()['narrative']}\n{CALMER}"


def test_a_call_that_has_moved_waits_for_a_persons_eye(dispatch: Dispatch) -> None:
    referral_id = offered(dispatch)["id"]
    moved = offered(dispatch, version=2, location=ELSEWHERE)

    assert (moved["state"], moved["reason"], moved["custody"]) == ("in_review", "incident_moved", "dispatch")
    assert "incident_moved" in codes(referral_id)


@pytest.mark.parametrize(
    ("location", "state", "reason"),
    [
        (OUTSIDE, "handed_back", "out_of_area"),
        ({"address": "somewhere by the river"}, "in_review", "incident_moved"),
    ],
)
def test_a_call_that_has_moved_is_placed_again(
    dispatch: Dispatch, location: dict[str, Any], state: str, reason: str
) -> None:
    referral_id = offered(dispatch)["id"]
    moved = offered(dispatch, version=2, location=location)

    assert (moved["state"], moved["reason"]) == (state, reason)
    assert (referral_now(referral_id).area_id, place(referral_id)[0]) == (None, location["address"])


def test_where_nobody_goes_the_moved_call_stays_with_dispatch(dispatch: Dispatch) -> None:
    """Its team covers one place, and it has moved to another."""
    referral_id = offered(dispatch)["id"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.routing.placing.find_route", lambda *_: None)
        moved = offered(dispatch, version=2, location=ELSEWHERE)

    assert (moved["state"], moved["reason"]) == ("handed_back", "no_team_covers")
    assert referral_now(referral_id).team_id is None


@pytest.mark.parametrize("version", [1, 2])
def test_what_is_not_newer_replaces_nothing(dispatch: Dispatch, version: int) -> None:
    first = offered(dispatch, version=2)
    again = offered(
        dispatch, version=version, location=ELSEWHERE, callback="555-0199", language="es", kind="live"
    )
    referral = referral_now(first["id"])

    assert (again["version"], again["stale_ignored"], again["state"]) == (2, True, "offered")
    assert (place(referral.id)[0], open_told(referral).callback) == (INSIDE["address"], "555-0142")
    assert (referral.language, referral.kind) == ("en", CallKind.CALLBACK)


def test_what_a_newer_version_leaves_out_stays(dispatch: Dispatch) -> None:
    first = offered(dispatch)
    offered(dispatch, version=2, location=None, language=None)
    offered(dispatch, version=3, location={"lat": 0.0, "lon": 0.0}, callback="")
    newer = offered(dispatch, version=4, location={"address": INSIDE["address"]}, callback=None)
    referral = referral_now(first["id"])

    assert (newer["version"], newer["state"]) == (4, "offered")
    assert place(referral.id) == (INSIDE["address"], INSIDE["lat"], INSIDE["lon"])
    assert (open_told(referral).callback, referral.language) == ("555-0142", "en")


def test_an_update_in_our_json_moves_nothing(dispatch: Dispatch) -> None:
    """It has neither place nor number: what it says there is left alone, as everything we do not know."""
    first = offered(dispatch)
    update = {"version": 2, "narrative": CALMER, "location": ELSEWHERE}
    told = dispatch.tell(first["id"], "updates", update)

    assert (told.json["version"], told.json["state"]) == (2, "offered")
    assert place(first["id"])[0] == INSIDE["address"]


def test_a_language_we_do_not_speak_needs_a_person(dispatch: Dispatch) -> None:
    offered(dispatch)
    newer = offered(dispatch, version=2, language="ko")

    assert (newer["state"], newer["reason"]) == ("in_review", "language_not_covered")


# --- how soon --------------------------------------------------------------------------------


def test_a_call_that_becomes_live_has_a_short_clock(dispatch: Dispatch) -> None:
    first = offered(dispatch)
    live = offered(dispatch, version=2, kind="live")
    referral = referral_now(first["id"])

    assert referral.clock_seconds == 40
    assert referral.clock_due_at is not None
    assert referral.clock_due_at <= clock.now() + timedelta(seconds=40)
    assert live["accept_by"] == referral.clock_due_at.isoformat(timespec="milliseconds")
    while fire_next(TIMER_HANDLERS, clock.now() + timedelta(seconds=41)):
        pass
    assert referral_now(first["id"]).state is State.HANDED_BACK


def test_a_live_call_stays_live_and_no_clock_grows_longer(dispatch: Dispatch) -> None:
    first = offered(dispatch, kind="live")
    due_at = referral_now(first["id"]).clock_due_at
    offered(dispatch, version=2, kind="callback")
    offered(dispatch, version=3, kind="live")
    referral = referral_now(first["id"])

    assert (referral.kind, referral.clock_due_at) == (CallKind.LIVE, due_at)


# --- out of order, and as an EIDO ------------------------------------------------------------


def document(minutes: int, **members: Any) -> bytes:
    at = clock.now() - timedelta(minutes=30 - minutes)
    return json.dumps(offer_document("26000123abcd", at, **members)).encode()


def at_another_number(minutes: int) -> bytes:
    """The same incident, later: the caller gave another number and is on the line."""
    written = json.loads(document(minutes))
    written["callbackComponent"][0]["callBackInformationUri"] = ["tel:+12135550199"]
    written["callComponent"][0]["callStateRegistryText"] = "callActive"
    return json.dumps(written).encode()


def test_an_eido_told_later_is_where_it_is_now(dispatch: Dispatch) -> None:
    referral_id = dispatch.offer(document(1), media_type=EIDO).json["id"]
    dispatch.tell(referral_id, "updates", at_another_number(2), media_type=EIDO)
    referral = referral_now(referral_id)

    assert (open_told(referral).callback, referral.kind) == ("+12135550199", CallKind.LIVE)


def test_what_a_newer_update_said_before_its_call_counts(dispatch: Dispatch) -> None:
    newer = at_another_number(2)
    dispatch.tell_incident(json.loads(newer)["$id"], "updates", newer, media_type=EIDO)
    came = dispatch.offer(document(1), media_type=EIDO).json
    referral = referral_now(came["id"])

    assert came["state"] == "offered"
    assert (open_told(referral).callback, referral.kind) == ("+12135550199", CallKind.LIVE)
    assert place(came["id"])[0] == "1200 Fern Street"


def test_what_an_older_update_said_before_its_call_does_not(dispatch: Dispatch) -> None:
    older = at_another_number(1)
    dispatch.tell_incident(json.loads(older)["$id"], "updates", older, media_type=EIDO)
    came = dispatch.offer(document(2), media_type=EIDO).json

    assert open_told(referral_now(came["id"])).callback == "+12135550142"


# --- after our yes ---------------------------------------------------------------------------


def test_whoever_is_on_the_way_is_sent_to_the_newer_place(dispatch: Dispatch) -> None:
    first = offered(dispatch)
    before = referral_now(first["id"])
    team_id = before.team_id
    journey.accept(before, actor=actor_with(Role.COORDINATOR))
    db.session.commit()
    dispatch.tell(first["id"], "confirm")
    moved = offered(dispatch, version=2, location=ELSEWHERE, answers=SAFE_ANSWERS)

    assert (moved["state"], moved["custody"], referral_now(first["id"]).team_id) == (
        "accepted",
        "office",
        team_id,
    )
    case = find_of_referral(first["id"])
    assert case is not None
    assert (open_place(case, Use.INTEGRITY).words, open_place(case, Use.INTEGRITY).point) == (
        "99 Hazel St",
        (33.941, -118.251),
    )
