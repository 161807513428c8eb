"""From a resident's words to our answer, and what may not happen on the way."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.permissions import Role
from app.audit.models import AuditEntry
from app.audit.trail import RESIDENT
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.inputs import actions
from app.inputs.models import Answer, Input, InputState
from app.inputs.queries import get_input, list_queue, list_said_and_did
from app.inputs.rules import NotAllowedToPublish
from app.places.models import Area
from tests.support.inputs import WORDS, count, filled, make_input, only_input, receipt_on


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


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in (Role.RESIDENT, Role.DISPATCH_CLIENT, Role.OFFICE_STAFF)]
)
def test_only_office_staff_read_what_residents_sent(client_as: Any, area: Area, role: Role) -> None:
    sent = make_input(area)
    client = client_as(role)

    assert client.get("/inputs/").status_code == 403
    assert client.get(f"/inputs/{sent.id}").status_code == 404
    assert client.post(f"/inputs/{sent.id}/publish", data={"published": "x"}).status_code == 404


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


@pytest.mark.parametrize(
    "words",
    ["Call me at 213-555-0134", "Write to heron@example.org", "The man in 1200 E 4th St shouts", ""],
)
def test_what_leads_to_a_person_is_not_published(client_as: Any, area: Area, words: str) -> None:
    sent = make_input(area)
    office = client_as(Role.OFFICE_STAFF)
    answer = office.post(f"/inputs/{sent.id}/publish", data={"published": words, "seen": 1})

    assert answer.status_code == 422
    assert sent.published == []


def test_words_corrected_while_somebody_read_them_are_read_again(
    public_client: Any, client_as: Any, area: Area
) -> None:
    public_client.post(f"/neighborhoods/{area.slug}/tell-us", data=(form := filled()))
    sent = only_input()
    office = client_as(Role.OFFICE_STAFF)
    office.get(f"/inputs/{sent.id}")
    public_client.post(f"/neighborhoods/{area.slug}/tell-us", data=form | {"words": "No names this time"})
    db.session.refresh(sent)
    assert sent.state is InputState.RECEIVED

    late = office.post(f"/inputs/{sent.id}/publish", data={"published": WORDS, "seen": 1})
    assert late.status_code == 409
    assert "No names this time" in office.get(f"/inputs/{sent.id}").text
    office.post(f"/inputs/{sent.id}/publish", data={"published": "No names this time", "seen": 2})

    db.session.refresh(sent)
    assert [text.words for text in sent.published] == ["No names this time"]


def test_what_is_set_aside_has_a_reason_that_its_author_reads(
    public_client: Any, client_as: Any, area: Area
) -> None:
    page = public_client.post(f"/neighborhoods/{area.slug}/tell-us", data=filled()).text
    sent, office = only_input(), client_as(Role.OFFICE_STAFF)

    assert office.post(f"/inputs/{sent.id}/set-aside", data={"seen": 1}).status_code == 422
    office.post(f"/inputs/{sent.id}/set-aside", data={"seen": 1, "reason": "This is an advertisement."})

    own = public_client.post("/receipt", data={"words": receipt_on(page)}).text
    assert "This is an advertisement." in own


def test_words_place_and_receipt_stand_in_no_address_no_log_and_no_row(
    public_client: Any, client_as: Any, area: Area, caplog: pytest.LogCaptureFixture, capfd: Any
) -> None:
    caplog.set_level("DEBUG")
    place = {"place": "Heron Laundry", "lat": "33.94", "lon": "-118.25"}
    page = public_client.post(f"/neighborhoods/{area.slug}/tell-us", data=filled(**place))
    receipt = receipt_on(page.text)
    own = public_client.post("/receipt", data={"words": receipt})
    office = client_as(Role.OFFICE_STAFF)
    read = office.get(f"/inputs/{only_input().id}")
    office.get("/inputs/")

    assert all(WORDS not in answer.request.url for answer in (page, own, read))
    written = caplog.text + "".join(capfd.readouterr())
    rows = "".join(
        str(row) for table in db.metadata.sorted_tables for row in db.session.execute(table.select())
    )
    for secret in (WORDS, "Heron Laundry", "33.94,", receipt):
        assert secret not in written
        assert secret not in rows


def test_each_look_and_each_act_is_on_the_trail(public_client: Any, client_as: Any, area: Area) -> None:
    public_client.post(f"/neighborhoods/{area.slug}/tell-us", data=filled())
    sent, office = only_input(), client_as(Role.OFFICE_STAFF)
    office.get(f"/inputs/{sent.id}")
    office.post(f"/inputs/{sent.id}/publish", data={"published": "The light is out.", "seen": 1})
    office.post(f"/inputs/{sent.id}/answer", data={"answer_kind": "done", "answer_words": "It is lit."})

    what = [
        entry.what
        for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.at, AuditEntry.id))
        if entry.subject_id == sent.id
    ]
    assert what == ["input.sent", "input.moved", "input.read", "input.moved", "input.answered"]


def test_the_front_page_shows_only_what_has_an_answer(client_as: Any, public_client: Any, area: Area) -> None:
    sent, office = make_input(area), client_as(Role.OFFICE_STAFF)
    office.post(f"/inputs/{sent.id}/publish", data={"published": "The light is out.", "seen": 1})
    assert "The light is out." not in public_client.get("/").text
    assert "The light is out." in public_client.get(f"/neighborhoods/{area.slug}").text

    office.post(f"/inputs/{sent.id}/answer", data={"answer_kind": "done", "answer_words": "It is lit."})

    assert "It is lit." in public_client.get("/").text


@pytest.mark.parametrize(
    ("act", "data"), [("keep-private", {"seen": 1}), ("set-aside", {"seen": 1, "reason": "A mistake."})]
)
def test_what_was_published_by_mistake_is_taken_back(
    client_as: Any, area: Area, act: str, data: dict[str, Any]
) -> None:
    sent, office = make_input(area), client_as(Role.OFFICE_STAFF)
    office.post(f"/inputs/{sent.id}/publish", data={"published": "The light is out.", "seen": 1})
    assert len(list_said_and_did(area.id)) == 1
    office.post(f"/inputs/{sent.id}/{act}", data=data)

    assert list_said_and_did(area.id) == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OFFICE_STAFF])
def test_the_reading_itself_asks_who_reads(app: Flask, area: Area, role: Role) -> None:
    """Behind the door stands a second one: a query for anyone else finds nothing."""
    sent, other = make_input(area), replace(RESIDENT, role=role.value)

    with pytest.raises(NotFound):
        get_input(sent.id, other)
    with pytest.raises(NotFound):
        list_queue(other, 1)


def test_the_queue_says_the_language_and_how_many_wait(client_as: Any, area: Area) -> None:
    make_input(area, language="fa")
    published = make_input(area)
    office = client_as(Role.OFFICE_STAFF)
    office.post(f"/inputs/{published.id}/publish", data={"published": "The light is out.", "seen": 1})

    page = office.get("/inputs/").text

    assert '<bdi lang="fa">فارسی</bdi>' in page
    assert 'To read <span class="count">1</span>' in page
    assert 'To answer <span class="count">1</span>' in page
    assert WORDS not in page
