"""From a resident's words to our answer, and what may not happen on the way."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.permissions import Role
from app.audit.models import AuditEntry
from app.audit.trail import RESIDENT
from app.foundation.db import db
from app.inputs import actions
from app.inputs.models import Answer, Input, InputState
from app.inputs.queries import find_by_receipt, list_said_and_did, open_own_words
from app.inputs.receipts import receipts_for
from app.inputs.rules import CannotMove, NotAllowedToPublish
from app.places.models import Area
from app.places.queries import NEIGHBORHOOD
from app.vault.sealing import KeyDestroyed
from tests.support.inputs import WORDS, filled, make_input, new_input, only_input, receipt_on
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


def test_a_form_sent_again_with_other_words_loses_neither(
    public_client: Any, client_as: Any, area: Area
) -> None:
    """Back, changed and sent again: a correction while nobody decided, afterwards something new."""
    address, form = f"/neighborhoods/{area.slug}/tell-us", filled()
    first = receipt_on(public_client.post(address, data=form).text)
    second = receipt_on(public_client.post(address, data=form | {"words": "The second thought"}).text)
    assert first == second
    sent = only_input()
    assert open_own_words(sent) == "The second thought"
    client_as(Role.OFFICE_STAFF).post(f"/inputs/{sent.id}/keep-private", data={"seen": 2})

    refused = public_client.post(address, data=form | {"words": "The third thought"})
    assert refused.status_code == 422
    assert "The third thought" in refused.text
    form_id = re.findall(r'name="form_id"[^>]*value="([^"]+)"', refused.text)[0]
    public_client.post(address, data=form | {"words": "The third thought", "form_id": form_id})

    assert count(Input) == 2
    assert open_own_words(sent) == "The second thought"


def test_a_receipt_that_is_taken_is_passed_over(
    area: Area, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    """Two forms that meet in the same four words: each author opens their own input, nobody the other's."""
    same = ("apple", "harbor", "lantern", "willow")

    def meeting(form_id: str, language: str) -> Iterator[tuple[str, ...]]:
        yield same
        yield from receipts_for(form_id, language)

    monkeypatch.setattr(actions, "receipts_for", meeting)
    first = actions.send_input(new_input(area, words="first"), is_flood=False, actor=RESIDENT)
    second = actions.send_input(new_input(area, words="second"), is_flood=False, actor=RESIDENT)

    assert first == same != second
    found = [find_by_receipt(" ".join(receipt)) for receipt in (first, second)]
    assert [open_own_words(sent) for sent in found if sent] == ["first", "second"]


def test_what_is_set_aside_has_a_reason_that_its_author_reads(
    public_client: Any, client_as: Any, area: Area
) -> None:
    page = public_client.post(f"/neighborhoods/{area.slug}/tell-us", data=filled()).text
    sent, office = only_input(), client_as(Role.OFFICE_STAFF)

    assert office.post(f"/inputs/{sent.id}/set-aside", data={"seen": 1}).status_code == 422
    office.post(f"/inputs/{sent.id}/set-aside", data={"seen": 1, "reason": "This is an advertisement."})

    own = public_client.post("/receipt", data={"words": receipt_on(page)}).text
    assert "This is an advertisement." in own


def test_deleting_asks_twice_and_leaves_nothing_on_public_pages(
    public_client: Any, client_as: Any, area: Area
) -> None:
    receipt = receipt_on(public_client.post(f"/neighborhoods/{area.slug}/tell-us", data=filled()).text)
    sent, office = only_input(), client_as(Role.OFFICE_STAFF)
    office.post(f"/inputs/{sent.id}/publish", data={"published": "The light is out.", "seen": 1})
    assert [said.words for said in list_said_and_did(area.id)] == ["The light is out."]

    assert public_client.post("/receipt/delete", data={"receipt": receipt}).status_code == 422
    assert list_said_and_did(area.id)
    public_client.post("/receipt/delete", data={"receipt": receipt, "sure": "y"})

    db.session.expire_all()
    assert list_said_and_did(area.id) == []
    own = public_client.post("/receipt", data={"words": receipt})
    assert WORDS not in own.text
    assert "The light is out." not in own.text


def test_a_correction_needs_the_receipt(public_client: Any, area: Area) -> None:
    sent = make_input(area)
    wrong = {"receipt": "one two three four", "words": "Somebody else's words"}
    public_client.post("/receipt/correct", data=wrong)
    public_client.post("/receipt/delete", data=wrong | {"sure": "y"})

    db.session.refresh(sent)
    assert open_own_words(sent) == WORDS


def test_wrong_receipts_are_counted_wherever_they_are_tried(public_client: Any, area: Area) -> None:
    for _ in range(10):
        public_client.post("/receipt/correct", data={"receipt": "a b c d", "words": "x"})
        public_client.post("/receipt/delete", data={"receipt": "a b c d", "sure": "y"})

    assert public_client.post("/receipt", data={"words": "a b c d"}).status_code == 429


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
