"""The messages of conveyance: read strictly, and 200 is said only of what is ours."""

import json
from typing import Any

import pytest

from app.referrals.conveyance import (
    Asked,
    Responded,
    Withdrawn,
    read_conveyance,
    response_to,
    written_notice,
    written_request,
)
from app.referrals.models import Custody, Source, State
from app.referrals.payloads import InvalidPayload
from app.referrals.transitions import owner_in
from tests.support.eido import offer_document
from tests.support.schemas import require_conveyance

SECRET = "MrsInventedLivesThere"


def read(message: Any) -> Any:
    return read_conveyance(json.dumps(message).encode())


def test_each_message_is_read_by_its_one_key():
    eido = offer_document()

    assert read({"requestForService": {"requestId": "r1", "eido": eido}}) == Asked("r1", eido)
    assert read({"cancelRequest": {"requestId": "r1"}}) == Withdrawn("r1")
    told = {"requestId": "r1", "responseCode": 603, "responseText": "no"}
    assert read({"response": told}) == Responded("r1", 603)


@pytest.mark.parametrize(
    ("message", "pointer", "code"),
    [
        ({}, "", "not-one-message"),
        ({SECRET: {}}, "", "unknown-message"),
        ({"subscribe": {"requestId": "r1"}}, "", "unknown-message"),
        ({"cancelRequest": {"requestId": "r1"}, SECRET: 1}, "", "not-one-message"),
        ({"cancelRequest": {}}, "/cancelRequest/requestId", "missing"),
        ({"cancelRequest": {"requestId": ""}}, "/cancelRequest/requestId", "string-too-short"),
        ({"cancelRequest": {"requestId": "r" * 121}}, "/cancelRequest/requestId", "string-too-long"),
        ({"cancelRequest": None}, "", "unknown-message"),
        ({"requestForService": {"requestId": "r1"}}, "/requestForService/eido", "missing"),
        (
            {"requestForService": {"requestId": "r1", "eido": [SECRET]}},
            "/requestForService/eido",
            "dict-type",
        ),
        ({"response": {"requestId": "r1"}}, "/response/responseCode", "missing"),
        ({"response": {"requestId": "r1", "responseCode": "200"}}, "/response/responseCode", "int-type"),
        ({"response": {"requestId": "r1", "responseCode": 299}}, "/response/responseCode", "unknown-code"),
        ([SECRET], "", "model-type"),
        (SECRET, "", "model-type"),
    ],
)
def test_what_is_no_message_is_named_and_not_repeated(message, pointer, code):
    with pytest.raises(InvalidPayload) as refused:
        read(message)

    found = {(one.pointer, one.code) for one in refused.value.problems}
    assert (pointer, code) in found
    assert SECRET not in str(found)


@pytest.mark.parametrize("state", State)
def test_a_response_says_200_only_of_a_call_that_is_ours(state: State):
    custody = owner_in(state, Source.DISPATCH)
    answer = {"state": state, "custody": custody, "reason": "word_weapon"}

    message = response_to("r1", answer)

    require_conveyance(message)
    told = message["response"]
    assert (told["responseCode"] == 200) is (custody is Custody.OFFICE)
    assert told["responseText"] == f"{state.value} (word_weapon); custody {custody.value}"


@pytest.mark.parametrize(
    ("state", "code"),
    [
        *((state, 182) for state in (State.IN_REVIEW, State.OFFERED)),
        *((state, 603) for state in (State.HANDED_BACK, State.HANDING_BACK, State.CANCELLED)),
        *((state, 180) for state in (State.ACCEPT_PENDING, State.CANCEL_REQUESTED)),
        (State.ACCEPTED, 200),
    ],
)
def test_each_state_has_its_code(state: State, code: int):
    answer = {"state": state, "custody": owner_in(state, Source.DISPATCH), "reason": None}

    assert response_to("r1", answer)["response"]["responseCode"] == code


def test_a_state_that_is_new_to_the_table_is_never_a_yes():
    answer = {"state": "parked", "custody": "dispatch", "reason": None}

    assert response_to("r1", answer)["response"]["responseCode"] == 180


def test_what_we_ask_and_what_we_tell_are_messages_of_the_draft():
    for written in (written_request, written_notice):
        require_conveyance(written("r1", offer_document()))
