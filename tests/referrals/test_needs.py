"""`needs` in the hook's answers: what is worth asking while a call waits for a decision."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app import journey
from app.accounts.permissions import Role
from app.developers import examples
from app.foundation.db import db
from app.referrals.eido import MEDIA_TYPE as EIDO
from app.referrals.models import State
from app.triage.queries import latest_screening
from tests.support.board import actor_with
from tests.support.eido import offer_document
from tests.support.places import make_area
from tests.support.referrals import HOOK, SAFE_ANSWERS, Dispatch, call, referral_now

UNSURE = {**SAFE_ANSWERS, "weapons": "unknown", "wish": "unknown"}
WEAPONS = "Is anything in anyone's hands, or has a weapon been spoken of?"


def asked(answer: TestResponse) -> list[str]:
    return [one["code"] for one in answer.json["needs"]]


def stands(dispatch: Dispatch, answer: TestResponse) -> TestResponse:
    return dispatch.ask(f"{HOOK}/{answer.json['id']}")


def test_a_call_that_a_person_must_read_says_what_to_ask(dispatch: Dispatch) -> None:
    answer = dispatch.offer(call(answers=UNSURE))

    assert (answer.json["state"], asked(answer)) == ("in_review", ["weapons", "wish"])
    assert answer.json["needs"][0] == {"code": "weapons", "question": WEAPONS}


@pytest.mark.parametrize(
    ("changes", "decision"),
    [
        ({}, "offer"),
        ({"answers": {**UNSURE, "threats": "yes"}}, "return"),
        ({"location": {"lat": 40.0, "lon": -100.0}, "answers": UNSURE}, "return"),
    ],
)
def test_an_offer_and_a_return_need_nothing(
    dispatch: Dispatch, changes: dict[str, Any], decision: str
) -> None:
    answer = dispatch.offer(call(**changes))

    assert (answer.json["decision"], answer.json["needs"]) == (decision, [])
    assert stands(dispatch, answer).json["needs"] == []


def test_an_offer_may_hide_a_couple(dispatch: Dispatch) -> None:
    """Nobody asked, and a couple is never mediated: the one question that an offer has."""
    answers = {name: said for name, said in SAFE_ANSWERS.items() if name != "relation"}
    answer = dispatch.offer(call(nature="roommate", answers=answers))

    assert (answer.json["state"], asked(answer)) == ("offered", ["relation"])


def test_where_nobody_covers_the_place_nothing_is_asked(app: Flask) -> None:
    make_area()
    answer = Dispatch(app).offer(call(answers=UNSURE))

    assert (answer.json["state"], answer.json["needs"]) == ("handed_back", [])


def test_a_look_says_the_same_until_it_is_decided(dispatch: Dispatch) -> None:
    answer = dispatch.offer(call(answers=UNSURE))
    by_incident = f"/api/v1/incidents/{answer.json['incident_id']}"

    assert stands(dispatch, answer).json["needs"] == answer.json["needs"]
    assert dispatch.ask(by_incident).json["needs"] == answer.json["needs"]
    coordinator = actor_with(Role.COORDINATOR)
    journey.offer(referral_now(answer.json["id"]), actor=coordinator)
    db.session.commit()
    assert stands(dispatch, answer).json["needs"] == answer.json["needs"], "offered, and still to be decided"
    journey.accept(referral_now(answer.json["id"]), actor=coordinator)
    db.session.commit()
    assert stands(dispatch, answer).json["needs"] == []


def test_a_repeat_gets_its_questions_again_and_none_once_the_call_has_another_owner(
    dispatch: Dispatch,
) -> None:
    body = call(answers=UNSURE)
    first = dispatch.offer(body, message_id="msg_1")
    again = dispatch.offer(body, message_id="msg_1")
    assert again.json["needs"] == first.json["needs"] != []

    coordinator = actor_with(Role.COORDINATOR)
    journey.offer(referral_now(first.json["id"]), actor=coordinator)
    journey.accept(referral_now(first.json["id"]), actor=coordinator)
    db.session.commit()
    assert dispatch.offer(body, message_id="msg_1").json["needs"] == []


def test_an_update_answers_and_is_asked_the_next(dispatch: Dispatch) -> None:
    first = dispatch.offer(call(answers={**UNSURE, "injuries": "unknown", "threats": "unknown"}))
    assert asked(first) == ["weapons", "injuries", "threats"]

    told = dispatch.tell(first.json["id"], "updates", {"version": 2, "answers": {"weapons": "no"}})

    assert asked(told) == ["injuries", "threats", "wish"]
    assert stands(dispatch, told).json["needs"] == told.json["needs"]
    told = dispatch.tell(first.json["id"], "updates", {"version": 3, "narrative": "Still in the yard."})
    assert asked(told)[:2] == ["injuries", "threats"], "what was answered stays answered"
    assert "weapons" not in asked(told)
    screening = latest_screening(first.json["id"])
    assert screening is not None
    codes = {one["code"] for one in screening.reasons}
    assert {"weapons_unknown", "weapons_no"} <= codes, "it is shown, and lowers nothing"
    assert told.json["state"] == "in_review"


def test_an_answer_that_names_a_danger_ends_the_asking(dispatch: Dispatch) -> None:
    first = dispatch.offer(call(answers=UNSURE))
    told = dispatch.tell(first.json["id"], "updates", {"version": 2, "answers": {"weapons": "yes"}})

    assert (told.json["state"], told.json["needs"]) == ("handed_back", [])


def test_an_incident_that_is_offered_again_is_asked_again(dispatch: Dispatch) -> None:
    """What was answered of the call before it may be another by now."""
    body = call(answers=UNSURE)
    first = dispatch.offer(body)
    dispatch.tell(first.json["id"], "updates", {"version": 2, "answers": {"weapons": "no"}})
    dispatch.tell(first.json["id"], "cancel")
    again = dispatch.offer(body | {"version": 3})

    assert (again.status_code, asked(again)) == (201, ["weapons", "wish"])


def test_an_update_before_its_call_is_asked_nothing_yet(dispatch: Dispatch) -> None:
    early = dispatch.tell_incident("L-7", "updates", {"version": 2, "answers": {"weapons": "unknown"}})
    assert (early.json["state"], early.json["needs"]) == (State.PARKED, [])
    assert stands(dispatch, early).json["needs"] == []

    came = dispatch.offer(call(incident_id="L-7", answers={"threats": "no"}))
    assert asked(came)[0] == "weapons"


def test_a_call_taken_back_is_asked_nothing(dispatch: Dispatch) -> None:
    first = dispatch.offer(call(answers=UNSURE))

    assert dispatch.tell(first.json["id"], "cancel").json["needs"] == []


def test_an_eido_is_answered_the_same(dispatch: Dispatch) -> None:
    told = offer_document(notes="Two neighbors argue about a fence. Unknown if anyone has a weapon.")
    answer = dispatch.offer(told, media_type=EIDO)

    assert answer.json["state"] == "in_review"
    assert "weapons" in asked(answer)


def test_it_is_english_whatever_language_is_asked_for_and_repeats_nothing_that_was_said(
    dispatch: Dispatch,
) -> None:
    words = "Maybe one of them keeps a xylophone behind the oleander."
    answer = dispatch.offer(call(answers=UNSURE, narrative=words), **{"Accept-Language": "es"})

    assert {"code": "weapons", "question": WEAPONS} in answer.json["needs"]
    assert not any(word in str(answer.json) for word in ("xylophone", "oleander", "555-0142"))


def test_somebody_who_is_only_there_is_asked_about_and_nothing_else(dispatch: Dispatch) -> None:
    words = "A Latino man is standing on the corner. He doesn't belong here."
    answer = dispatch.offer(call(narrative=words, answers={}))

    assert answer.json["needs"] == [{"code": "doing", "question": "What is the person doing?"}]


def test_the_questions_of_a_new_call_cost_no_statement_and_those_of_a_look_one(
    dispatch: Dispatch, count_queries: Callable[[], Any]
) -> None:
    dispatch.offer()  # the process has its copies
    costs = {}
    for name, answers in (("calm", SAFE_ANSWERS), ("unsure", UNSURE)):
        with count_queries() as offered:
            answer = dispatch.offer(call(answers=answers))
        with count_queries() as looked:
            stands(dispatch, answer)
        costs[name] = offered.count
        assert len([one for one in offered.statements if "SELECT" in one and "screenings" in one]) == 0
        assert len([one for one in looked.statements if "screenings" in one]) == 1

    assert costs["calm"] == costs["unsure"]


def test_the_example_of_the_page_is_what_its_call_is_answered_with(dispatch: Dispatch) -> None:
    answer = dispatch.offer(examples.UNSURE | {"location": call()["location"]})
    changing = {"id", "accept_by"}

    assert {name: said for name, said in answer.json.items() if name not in changing} == {
        name: said for name, said in examples.READ_FIRST.items() if name not in changing
    }
