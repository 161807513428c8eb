"""Bad input at the hook: a 4xx that names the field, repeats nothing, and keeps nothing."""

import json

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.foundation.db import db
from app.referrals.models import Referral, ReferralMessage
from tests.support.places import make_area
from tests.support.referrals import Dispatch, call


@pytest.fixture
def dispatch(app: Flask) -> Dispatch:
    make_area()
    return Dispatch(app)


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


WORDS = "Mrs Invented lives there"


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        (b"", "", "not-json"),
        (b"{", "", "not-json"),
        (b"\xff\xfe", "", "not-utf-8"),
        (b"[" * 50_000, "", "not-json"),
        (b'{"incident_id": "a", "incident_id": "b"}', "", "doubled-key"),
        (b'{"incident_id": "a", "version": NaN}', "", "not-a-number"),
        (b'{"incident_id": "a", "version": Infinity}', "", "not-a-number"),
        (b"null", "", "model-type"),
        (b'"text"', "", "model-type"),
        (call(incident_id=7), "/incident_id", "string-type"),
        (call(incident_id="\u0958" * 100), "/incident_id", "string-too-long"),  # twice as long in NFC
        (call(incident_id="  "), "/incident_id", "string-too-short"),
        (call(incident_id="x" * 121), "/incident_id", "string-too-long"),
        ({"callback": "555-0142"}, "/incident_id", "missing"),
        (call(version="1"), "/version", "int-type"),
        (call(version=True), "/version", "int-type"),
        (call(version=0), "/version", "greater-than-equal"),
        (call(version=2**60), "/version", "less-than-equal"),
        (call(event_time="2026-11-24T10:00:00"), "/event_time", "timezone-aware"),
        (call(event_time="2099-01-01T00:00:00Z"), "/event_time", "in-the-future"),
        (call(event_time=1764000000), "/event_time", "not-a-moment"),
        (call(kind="soon"), "/kind", "enum"),
        (call(narrative="x" * 8_001), "/narrative", "string-too-long"),
        (call(narrative=WORDS + "\x00"), "/narrative", "forbidden-characters"),
        (call(narrative=WORDS + "\u202e"), "/narrative", "forbidden-characters"),
        (json.dumps(call(narrative="\ud800")).encode(), "/narrative", "string-unicode"),
        (call(narrative=["a"]), "/narrative", "string-type"),
        (call(location={"lat": "34", "lon": -118.0}), "/location/lat", "float-type"),
        (call(location={"lat": 91.0, "lon": 0.0}), "/location/lat", "less-than-equal"),
        (call(location={"lat": 34.0}), "/location", "half-a-point"),
        (call(location=[34.0, -118.0]), "/location", "model-type"),
        (call(callback="5" * 61), "/callback", "string-too-long"),
        (call(language=5), "/language", "string-type"),
        (call(language="e" * 36), "/language", "string-too-long"),
        (call(priority=["P1"]), "/priority", "string-type"),
        (call(call_type="620"), "/call_type", "model-type"),
        (call(call_type={"code": 620}), "/call_type/code", "string-type"),
        (call(answers={"weapons": False}), "/answers/weapons", "string-type"),
        (call(answers="none"), "/answers", "model-type"),
        (call(nature=3), "/nature", "string-type"),
    ],
)
def test_bad_input_is_named_and_never_repeated(
    dispatch: Dispatch, body: object, pointer: str, code: str
) -> None:
    answer = dispatch.offer(body)

    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert {"pointer": pointer, "code": code} in answer.json["errors"]
    assert answer.json["custody"] == "dispatch"
    assert WORDS not in answer.text
    assert count(Referral) == count(ReferralMessage) == 0


def test_a_call_that_nobody_could_act_on_is_not_actionable(dispatch: Dispatch) -> None:
    answer = dispatch.offer(call(location=None, callback=None))

    assert (answer.status_code, answer.json["type"].rpartition("/")[2]) == (422, "not-actionable")


@pytest.mark.parametrize("size", [65_537, 5_000_000])
def test_a_message_that_is_too_large_is_refused(dispatch: Dispatch, size: int) -> None:
    answer = dispatch.offer(b"{" + b" " * size + b"}")

    assert (answer.status_code, answer.content_type) == (413, "application/problem+json")
