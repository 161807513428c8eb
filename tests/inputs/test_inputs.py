"""From a resident's words to our answer, and what may not happen on the way."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.permissions import Role
from app.audit.trail import RESIDENT
from app.foundation.db import db
from app.inputs import actions
from app.inputs.models import Answer, Input, InputState
from app.inputs.rules import CannotMove, NotAllowedToPublish
from app.places.models import Area
from app.places.queries import NEIGHBORHOOD
from app.vault.sealing import KeyDestroyed
from tests.support.inputs import WORDS, filled, make_input, receipt_on
from tests.support.places import make_area


@pytest.fixture
def area(app: Flask) -> Area:
    return make_area("Boyle Heights", layer=NEIGHBORHOOD)


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize("language", ["en", "es", "fa"])
def test_a_resident_is_answered_and_reads_it_with_four_words(
    public_client: Any, client_as: Any, area: Area, language: str
) -> None:
    public_client.get(f"/language/{language}")
    page = public_client.post(f"/neighborhoods/{area.slug}/tell-us", data=filled()).text
    assert f'lang="{language}"' in page
    receipt = receipt_on(page)
    input_id = db.session.scalars(select(Input.id)).one()

    office = client_as(Role.OFFICE_STAFF)
    assert WORDS in office.get(f"/inputs/{input_id}").text
    office.post(
        f"/inputs/{input_id}/publish", data={"published": "The light at the corner is out.", "seen": 1}
    )
    office.post(
        f"/inputs/{input_id}/answer",
        data={"answer_kind": "another_office", "answer_words": "The Bureau of Street Lighting fixes it."},
    )

    own = public_client.post("/receipt", data={"words": receipt.upper()})
    assert own.status_code == 200
    assert "The Bureau of Street Lighting fixes it." in own.text
    assert receipt.split()[0] not in own.request.path + own.request.query_string.decode()


def test_the_same_form_twice_is_one_input_with_one_receipt(public_client: Any, area: Area) -> None:
    form = filled()
    address = f"/neighborhoods/{area.slug}/tell-us"
    first, second = (receipt_on(public_client.post(address, data=form).text) for _ in range(2))

    assert first == second
    assert count(Input) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": None},
        {"kind": "gossip"},
        {"words": None},
        {"words": "  "},
        {"words": "x" * 2_001},
        {"words": "a\x00b"},
        {"words": "a\u202eb"},
        {"place": None},
        {"place": "x" * 201},
        {"place": "two\nlines"},
        {"place": None, "lat": "91", "lon": "0"},
        {"lat": "34.5", "lon": "-118.25"},
        {"lat": "nan", "lon": "0"},
        {"may_publish": None},
        {"may_publish": "perhaps"},
        {"form_id": "short"},
        {"form_id": "<b>" * 10},
    ],
)
def test_bad_input_is_said_at_the_field_and_nothing_is_kept(
    public_client: Any, area: Area, changes: dict[str, Any]
) -> None:
    answer = public_client.post(f"/neighborhoods/{area.slug}/tell-us", data=filled(**changes))

    assert answer.status_code == 422
    assert count(Input) == 0


def test_markup_is_shown_as_it_was_written(public_client: Any, client_as: Any, area: Area) -> None:
    public_client.post(
        f"/neighborhoods/{area.slug}/tell-us", data=filled(words="<script>alert(1)</script> hi")
    )
    page = client_as(Role.OFFICE_STAFF).get(f"/inputs/{db.session.scalars(select(Input.id)).one()}").text

    assert "&lt;script&gt;" in page


def test_five_megabytes_are_refused(public_client: Any, area: Area) -> None:
    answer = public_client.post(f"/neighborhoods/{area.slug}/tell-us", data=filled(words="x" * 5_000_000))
    assert answer.status_code == 413


def test_a_guesser_is_slowed_down(public_client: Any, area: Area) -> None:
    answers = [public_client.post("/receipt", data={"words": "a b c d"}).status_code for _ in range(21)]

    assert set(answers[:20]) == {422}
    assert answers[20] == 429


def test_a_flood_is_kept_apart_and_never_thrown_away(public_client: Any, area: Area) -> None:
    for _ in range(22):
        public_client.post(f"/neighborhoods/{area.slug}/tell-us", data=filled())

    states = [state for (state,) in db.session.execute(select(Input.state).order_by(Input.sent_at, Input.id))]
    assert states == [InputState.RECEIVED] * 20 + [InputState.OVERFLOW] * 2


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in (Role.RESIDENT, Role.DISPATCH_CLIENT, Role.OFFICE_STAFF)]
)
def test_only_office_staff_read_what_residents_sent(client_as: Any, area: Area, role: Role) -> None:
    sent = make_input(area)
    client = client_as(role)

    assert client.get("/inputs/").status_code == 403
    assert client.get(f"/inputs/{sent.id}").status_code == 403
    assert client.post(f"/inputs/{sent.id}/publish", data={"published": "x"}).status_code == 403


def test_words_are_never_published_against_the_will_of_their_author(app: Flask, area: Area) -> None:
    sent = make_input(area, may_publish=False)
    with pytest.raises(NotAllowedToPublish):
        actions.publish(sent, "words", seen=1, actor=RESIDENT)


def test_nothing_is_answered_before_it_was_read(app: Flask, client_as: Any, area: Area) -> None:
    sent = make_input(area)
    client = client_as(Role.OFFICE_STAFF)
    answer = client.post(f"/inputs/{sent.id}/answer", data={"answer_kind": "done", "answer_words": "Done."})

    assert answer.status_code == 409
    assert count(Answer) == 0


def test_what_is_deleted_cannot_be_read_by_anyone(app: Flask, area: Area) -> None:
    sent = make_input(area)
    actions.withdraw(sent, actor=RESIDENT)
    db.session.flush()

    assert sent.state is InputState.WITHDRAWN
    with pytest.raises(KeyDestroyed):
        actions.read_words(sent, actor=RESIDENT)
    with pytest.raises(CannotMove):
        actions.keep_private(sent, seen=1, actor=RESIDENT)
