"""Bad EIDOs and bad later messages: refused or safely kept, never half, never repeated."""

import json
from copy import deepcopy

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.demo.calls import InventedCall, Spot
from app.demo.stories import STORIES
from app.demo.written_eido import write_eido
from app.foundation import clock
from app.foundation.db import db
from app.referrals.eido import MEDIA_TYPE as EIDO
from app.referrals.models import Referral, ReferralMessage
from app.referrals.queries import open_told
from tests.support.places import make_area
from tests.support.referrals import Dispatch, referral_now

pytestmark = pytest.mark.one_database

WORDS = "MrsInventedLivesThere"
STORY = next(one for one in STORIES if one.eido_type)
DTD = f'<!DOCTYPE x [<!ENTITY who "{WORDS}">]><presence><pos>34 -118</pos><RD>&who;</RD></presence>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><presence><RD>&f;</RD></presence>'
WRONG = (None, True, 7, -1.5, WORDS, [], [WORDS], {}, {WORDS: WORDS}, [[WORDS]])


@pytest.fixture
def dispatch(app: Flask) -> Dispatch:
    make_area()
    return Dispatch(app)


def document() -> dict:
    call = InventedCall(
        "26-000123", STORY, Spot(33.94, -118.25), "Fern & Hazel", "213-555-0142", is_eido=True, answers={}
    )
    return write_eido(call, clock.now())


def changed(*path, to):
    """An EIDO with one leaf put otherwise."""
    whole = document()
    inner = whole
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to
    return whole


def leaves(value, path=()):
    """Every place in a document, the inner ones too."""
    if path:
        yield path
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, (*path, number))


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def require_safe(answer) -> None:
    assert answer.status_code in {200, 201, 400, 409, 413, 415, 422}, answer.text
    assert answer.status_code < 300 or answer.content_type == "application/problem+json"
    said = {
        name: value for name, value in answer.json.items() if name != "incident_id"
    }  # theirs, by contract
    assert WORDS not in json.dumps(said)


def nested(depth: int) -> list:
    inner: list = []
    for _ in range(depth):
        inner = [inner]
    return inner


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (lambda: b'{"$id": "a", "$id": "b"}', "doubled-key"),
        (lambda: changed("agentComponent", 0, "agencyReference", to={"$ref": WORDS}), "dangling-reference"),
        (lambda: changed("notesComponent", 0, "$id", to="psap.demo.example.gov"), "doubled-id"),
        (lambda: changed("lastUpdateTimeStamp", to="2026-11-24T10:00:00"), "timezone-aware"),
        (lambda: changed("lastUpdateTimeStamp", to="2099-01-01T00:00:00Z"), "in-the-future"),
        (lambda: changed("eidoVersion", to="9"), "unknown-version"),
        (lambda: changed("extension", to=nested(60)), "too-deep"),
        (lambda: b"[" * 30_000, "not-json"),
        (lambda: changed("notesComponent", 0, "notesActionComments", to="a\u202eb"), "forbidden-characters"),
        (lambda: changed("incidentComponent", "incidentCommonPriorityNumber", to=11), "less-than-equal"),
    ],
)
def test_a_bad_eido_is_named_and_keeps_nothing(dispatch: Dispatch, body, code: str) -> None:
    answer = dispatch.offer(body(), media_type=EIDO)

    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert code in {one["code"] for one in answer.json["errors"]}
    assert answer.json["custody"] == "dispatch"
    assert WORDS not in answer.text
    assert count(Referral) == count(ReferralMessage) == 0


def test_nothing_is_cut_to_fit(dispatch: Dispatch) -> None:
    """Cut notes hide the danger at their end, and a cut id makes two incidents one."""
    notes = changed(
        "notesComponent", 0, "notesActionComments", to="They talk calmly. " * 500 + "He has a gun."
    )
    for body, pointer in ((notes, "/notesComponent"), (changed("$id", to="e" * 200), "/$id")):
        answer = dispatch.offer(body, media_type=EIDO)

        assert answer.status_code == 400
        assert {"pointer": pointer, "code": "string-too-long"} in answer.json["errors"]
    assert count(Referral) == 0


@pytest.mark.parametrize("pidf", [DTD, OUTSIDE, "<a", "", "<pos>nan inf</pos>", "<a>" * 5_000])
def test_a_location_that_cannot_be_trusted_is_no_place(dispatch: Dispatch, pidf: str) -> None:
    answer = dispatch.offer(changed("locationComponent", 0, "locationByValue", to=pidf), media_type=EIDO)

    require_safe(answer)
    assert answer.status_code == 201
    told = open_told(referral_now(answer.json["id"]))
    assert (told.lat, told.lon) == (None, None)
    assert WORDS not in told.place_text
    assert answer.json["decision"] != "offer"


def test_markup_in_notes_is_kept_as_words_only(dispatch: Dispatch) -> None:
    markup = "<p>Two are loud.</p><script>alert(1)</script><img src=x onerror=alert(2)>"

    answer = dispatch.offer(changed("notesComponent", 0, "notesActionComments", to=markup), media_type=EIDO)

    assert answer.status_code == 201
    narrative = open_told(referral_now(answer.json["id"])).narrative
    assert "Two are loud." in narrative
    assert "<" not in narrative
    assert "alert" not in narrative


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_no_wrong_type_at_any_leaf_breaks_the_hook(dispatch: Dispatch, wrong: object) -> None:
    for path in leaves(document()):
        before = count(Referral), count(ReferralMessage)

        answer = dispatch.offer(changed(*path, to=deepcopy(wrong)), media_type=EIDO)

        require_safe(answer)
        after = count(Referral), count(ReferralMessage)
        assert answer.status_code < 300 or after == before, path


@pytest.mark.parametrize(
    ("what", "body"),
    [
        *(
            (what, body)
            for what in ("updates", "cancel", "confirm", "handback-ack")
            for body in (
                b"{",
                b"\xff",
                b"[]",
                b'"x"',
                b"7",
                b"[" * 30_000,
                b'{"a": 1, "a": 2}',
                b'{"a": NaN}',
            )
        ),
        *(
            ("updates", json.dumps({"version": 2} | change).encode())
            for change in (
                {"version": "2"},
                {"version": 0},
                {"version": None},
                {"narrative": [WORDS]},
                {"narrative": WORDS + "\x00"},
                {"narrative": "x" * 8_001},
                {"answers": WORDS},
                {"answers": {"weapons": False}},
                {"event_time": "2026-11-24T10:00:00"},
                {"event_time": "2099-01-01T00:00:00Z"},
            )
        ),
    ],
)
def test_a_bad_later_message_changes_nothing(dispatch: Dispatch, what: str, body: bytes) -> None:
    referral_id = dispatch.offer().json["id"]
    state = referral_now(referral_id).state

    answer = dispatch.tell(referral_id, what, body)

    require_safe(answer)
    assert 400 <= answer.status_code < 500
    assert referral_now(referral_id).state is state
    assert count(ReferralMessage) == 1
