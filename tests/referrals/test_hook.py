"""The hook as a CAD meets it: what is answered, what is kept, what is refused."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.foundation.db import db
from app.referrals.eido import MEDIA_TYPE as EIDO
from app.referrals.models import Custody, Referral, ReferralMessage, ReferralStateRow, State
from app.referrals.queries import open_told
from app.triage.queries import latest_screening
from app.vault import sealing
from app.vault.access import Use
from tests.support.places import make_area
from tests.support.referrals import HOOK, SAFE_ANSWERS, Dispatch, call, make_covering_team, referral_now

SAMPLES = Path(__file__).parents[3] / "shared" / "standards" / "samples"


@pytest.fixture
def dispatch(app: Flask) -> Dispatch:
    make_area()
    return Dispatch(app)


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_call_is_kept_as_it_came_and_answered_with_its_owner(dispatch: Dispatch) -> None:
    body = json.dumps(call(unknown_member="kept")).encode()
    answer = dispatch.offer(body)

    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{HOOK}/{answer.json['id']}"
    assert answer.json["custody"] == "dispatch"
    message = db.session.scalars(select(ReferralMessage)).one()
    kept = sealing.unseal(
        message.key_id, "referral_messages", "body_sealed", message.id, message.body_sealed, by=Use.INTEGRITY
    )
    assert kept.encode() == body


def test_a_safe_call_where_a_team_is_free_is_offered(dispatch: Dispatch) -> None:
    make_covering_team()
    answer = dispatch.offer()

    assert (answer.json["decision"], answer.json["state"]) == ("offer", "offered")
    assert answer.json["lane"] == "mediation"
    assert answer.json["accept_by"]
    assert referral_now(answer.json["id"]).custody is Custody.DISPATCH


def test_without_a_team_the_call_stays_with_dispatch(dispatch: Dispatch) -> None:
    answer = dispatch.offer()

    assert (answer.json["state"], answer.json["reason"]) == ("handed_back", "no_team_covers")


@pytest.mark.parametrize(
    ("changes", "decision", "reason"),
    [
        ({"answers": {**SAFE_ANSWERS, "weapons": "yes"}}, "return", "weapons_yes"),
        ({"answers": {**SAFE_ANSWERS, "injuries": "yes"}}, "return", "injuries_yes"),
        ({"answers": {**SAFE_ANSWERS, "weapons": "maybe a bit"}}, "return", "answer_not_understood"),
        ({"narrative": "He says he has a gun in the car"}, "return", "word_weapon"),
        ({"call_type": {"text": "BATTERY DV"}}, "return", "call_type_danger"),
        ({"location": {"lat": 40.0, "lon": -100.0}}, "return", "out_of_area"),
        ({"answers": {**SAFE_ANSWERS, "weapons": "unknown"}}, "review", "weapons_unknown"),
        ({"answers": {**SAFE_ANSWERS, "relation": "partners"}}, "review", "partners"),
        ({"location": None}, "review", "no_place"),
        ({"location": {"lat": 0.0, "lon": 0.0}}, "review", "no_place"),
        ({"language": "ko"}, "review", "language_not_covered"),
        ({"narrative": ""}, "review", "narrative_too_short"),
    ],
)
def test_what_is_not_affirmatively_safe_is_never_offered(
    dispatch: Dispatch, changes: dict, decision: str, reason: str
) -> None:
    make_covering_team()
    answer = dispatch.offer(call(**changes))

    assert (answer.json["decision"], answer.json["reason"]) == (decision, reason)
    assert answer.json["custody"] == "dispatch"
    screening = latest_screening(answer.json["id"])
    assert screening is not None
    assert reason in [one["code"] for one in screening.reasons]


@pytest.mark.parametrize("name", ["eido-referral.json", "nena-sample-call-transfer.json"])
def test_eido_samples_go_in_as_they_are(dispatch: Dispatch, name: str) -> None:
    if not (SAMPLES / name).exists():
        pytest.skip("the shared samples are not beside this checkout")
    answer = dispatch.offer((SAMPLES / name).read_bytes(), media_type=EIDO)

    assert answer.status_code == 201
    assert answer.json["decision"] in {"review", "return"}
    assert open_told(referral_now(answer.json["id"])).callback


def test_the_same_message_twice_is_one_referral(dispatch: Dispatch) -> None:
    body = call()
    first = dispatch.offer(body, message_id="msg_1")
    again = dispatch.offer(body, message_id="msg_1")

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json == first.json
    assert count(Referral) == count(ReferralMessage) == 1


def test_an_id_cannot_be_used_for_another_message(dispatch: Dispatch) -> None:
    dispatch.offer(call(), message_id="msg_1")
    answer = dispatch.offer(call(), message_id="msg_1")

    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert answer.json["type"].endswith("/problems/idempotency-key-reused")
    assert answer.json["custody"] == "dispatch"


def test_the_same_incident_under_another_id_is_a_duplicate(dispatch: Dispatch) -> None:
    body = call(answers={**SAFE_ANSWERS, "weapons": "unknown"})
    make_covering_team()
    first = dispatch.offer(body)
    again = dispatch.offer(body)

    assert again.status_code == 200
    assert again.json["duplicate_of"] == first.json["id"]
    assert count(Referral) == 1


def test_what_a_second_caller_saw_counts_under_the_same_version(dispatch: Dispatch) -> None:
    make_covering_team()
    first = dispatch.offer(call(incident_id="L-1"))
    second = dispatch.offer(call(incident_id="L-1", narrative="One of them has a knife"))

    assert second.json["duplicate_of"] == first.json["id"]
    assert referral_now(first.json["id"]).state is State.HANDED_BACK


def test_a_second_caller_joins_the_open_referral_and_can_raise_it(dispatch: Dispatch) -> None:
    make_covering_team()
    first = dispatch.offer(call(incident_id="L-1"))
    second = dispatch.offer(call(incident_id="L-1", version=2, narrative="Now one has a knife"))

    assert (second.status_code, second.json["id"]) == (200, first.json["id"])
    assert referral_now(first.json["id"]).state is State.HANDED_BACK


def test_a_wrong_signature_is_refused_before_the_body_is_read(dispatch: Dispatch) -> None:
    answer = dispatch.offer(b"not json", secret="whsec_" + "A" * 43 + "=")

    assert (answer.status_code, answer.json["type"].rpartition("/")[2]) == (401, "bad-signature")
    assert count(ReferralMessage) == 0


@pytest.mark.parametrize("late", [timedelta(minutes=6), timedelta(minutes=-6)])
def test_a_clock_that_is_off_is_told_our_time(dispatch: Dispatch, late: timedelta) -> None:
    answer = dispatch.offer(late=late)

    assert (answer.status_code, answer.json["type"].rpartition("/")[2]) == (401, "stale-timestamp")
    assert answer.json["server_time"]


def test_a_client_may_be_named(dispatch: Dispatch) -> None:
    assert dispatch.offer(**{"webhook-client": dispatch.client_id}).status_code == 201
    answer = dispatch.offer(**{"webhook-client": "0" * 26})
    assert answer.json["type"].endswith("/unknown-key")


def test_another_media_type_and_another_method_are_refused(dispatch: Dispatch, app: Flask) -> None:
    assert dispatch.offer(media_type="text/xml").status_code == 415
    answer = app.test_client().delete(HOOK)
    assert (answer.status_code, answer.content_type) == (405, "application/problem+json")
    assert "POST" in answer.headers["Allow"]


def test_an_update_raises_and_never_lowers(dispatch: Dispatch) -> None:
    make_covering_team()
    referral_id = dispatch.offer(call(answers={**SAFE_ANSWERS, "threats": "unknown"})).json["id"]

    calmer = dispatch.tell(referral_id, "updates", {"version": 2, "answers": {"threats": "no"}})
    assert (calmer.status_code, calmer.json["state"]) == (200, "in_review")
    worse = dispatch.tell(referral_id, "updates", {"version": 3, "narrative": "One has a knife in his hand"})
    assert (worse.json["state"], worse.json["reason"]) == ("handed_back", "word_weapon")
    ended = dispatch.tell(referral_id, "updates", {"version": 4, "narrative": "more words here"})
    assert (ended.status_code, ended.json["type"].rpartition("/")[2]) == (409, "terminal-state")


def test_an_old_update_is_said_to_be_old_and_still_raises(dispatch: Dispatch) -> None:
    make_covering_team()
    referral_id = dispatch.offer(call(version=5)).json["id"]
    answer = dispatch.tell(referral_id, "updates", {"version": 3, "narrative": "She has a knife"})

    assert answer.json["stale_ignored"] is True
    assert answer.json["state"] == "handed_back"


def test_dispatch_may_take_a_waiting_call_back(dispatch: Dispatch) -> None:
    make_covering_team()
    referral_id = dispatch.offer().json["id"]

    assert dispatch.tell(referral_id, "cancel").json["state"] == "cancelled"
    assert dispatch.tell(referral_id, "cancel").status_code == 200


def test_another_clients_referral_does_not_exist(dispatch: Dispatch, app: Flask) -> None:
    referral_id = dispatch.offer().json["id"]
    stranger = Dispatch(app)

    theirs = stranger.tell(referral_id, "cancel")
    nobodys = stranger.tell("0" * 26, "cancel")
    assert (theirs.status_code, nobodys.status_code) == (404, 404)
    assert theirs.json == nobodys.json


def test_every_state_is_a_dated_row(dispatch: Dispatch) -> None:
    make_covering_team()
    referral_id = dispatch.offer().json["id"]
    dispatch.tell(referral_id, "cancel")

    rows = db.session.scalars(
        select(ReferralStateRow)
        .where(ReferralStateRow.referral_id == referral_id)
        .order_by(ReferralStateRow.at)
    ).all()
    assert [row.state for row in rows] == [State.OFFERED, State.CANCELLED]
    assert all(row.custody for row in rows)
