"""What the author of an input may do with four words, and nobody else."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.permissions import Role
from app.audit.trail import RESIDENT
from app.foundation.db import db
from app.inputs import actions
from app.inputs.models import Input, InputState, PublishedText
from app.inputs.queries import find_by_receipt, list_said_and_did, open_words
from app.inputs.receipts import receipts_for
from app.inputs.rules import CannotMove
from app.places.models import Area
from app.vault.access import Use
from app.vault.sealing import KeyDestroyed
from tests.support.inputs import NOBODYS, WORDS, count, filled, make_input, new_input, only_input, receipt_on

pytestmark = pytest.mark.guarded_rows


def test_the_same_form_twice_is_one_input_with_one_receipt(public_client: Any, area: Area) -> None:
    form = filled()
    address = f"/neighborhoods/{area.slug}/tell-us"
    first, second = (receipt_on(public_client.post(address, data=form).text) for _ in range(2))

    assert first == second
    assert count(Input) == 1


def test_a_guesser_is_slowed_down(public_client: Any, area: Area) -> None:
    answers = [public_client.post("/receipt", data={"words": NOBODYS}).status_code for _ in range(21)]

    assert set(answers[:20]) == {422}
    assert answers[20] == 429


def test_a_flood_is_kept_apart_and_never_thrown_away(public_client: Any, area: Area) -> None:
    for _ in range(22):
        public_client.post(f"/neighborhoods/{area.slug}/tell-us", data=filled())

    states = [state for (state,) in db.session.execute(select(Input.state).order_by(Input.sent_at, Input.id))]
    assert states == [InputState.RECEIVED] * 20 + [InputState.OVERFLOW] * 2


def test_what_is_deleted_cannot_be_read_by_anyone(app: Flask, area: Area) -> None:
    sent = make_input(area)
    actions.withdraw(sent, actor=RESIDENT)
    db.session.flush()

    assert sent.state is InputState.WITHDRAWN
    with pytest.raises(KeyDestroyed):
        open_words(sent, Use.INTEGRITY)
    with pytest.raises(CannotMove):
        actions.keep_private(sent, seen=1, actor=RESIDENT)


def test_its_author_sees_how_often_it_was_read_and_by_which_work(
    public_client: Any, client_as: Any, area: Area
) -> None:
    receipt = " ".join(actions.send_input(new_input(area), is_flood=False, actor=RESIDENT))
    sent = find_by_receipt(receipt)
    assert sent is not None
    address = f"/inputs/{sent.id}"
    assert "Nobody has opened it yet." in public_client.post("/receipt", data={"words": receipt}).text
    reader = client_as(Role.OFFICE_STAFF, name="Dalia Quetzal")
    for _ in range(3):
        reader.get(address)

    page = public_client.post("/receipt", data={"words": receipt}).text

    assert "Staff of the office: opened 3 times" in page
    assert "Quetzal" not in page


def test_a_form_sent_again_with_other_words_loses_neither(
    public_client: Any, client_as: Any, area: Area
) -> None:
    """Back, changed and sent again: a correction while nobody decided, afterwards something new."""
    address, form = f"/neighborhoods/{area.slug}/tell-us", filled()
    first = receipt_on(public_client.post(address, data=form).text)
    second = receipt_on(public_client.post(address, data=form | {"words": "The second thought"}).text)
    assert first == second
    sent = only_input()
    assert open_words(sent, Use.INTEGRITY) == "The second thought"
    client_as(Role.OFFICE_STAFF).post(f"/inputs/{sent.id}/keep-private", data={"seen": 2})

    refused = public_client.post(address, data=form | {"words": "The third thought"})
    assert refused.status_code == 422
    assert "The third thought" in refused.text
    form_id = re.findall(r'name="form_id"[^>]*value="([^"]+)"', refused.text)[0]
    public_client.post(address, data=form | {"words": "The third thought", "form_id": form_id})

    assert count(Input) == 2
    assert open_words(sent, Use.INTEGRITY) == "The second thought"


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
    assert [open_words(sent, Use.INTEGRITY) for sent in found if sent] == ["first", "second"]


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
    assert count(PublishedText) == 0
    own = public_client.post("/receipt", data={"words": receipt})
    assert WORDS not in own.text
    assert "The light is out." not in own.text


def test_a_correction_needs_the_receipt(public_client: Any, area: Area) -> None:
    sent = make_input(area)
    wrong = {"receipt": "one two three four", "words": "Somebody else's words"}
    public_client.post("/receipt/correct", data=wrong)
    public_client.post("/receipt/delete", data=wrong | {"sure": "y"})

    db.session.refresh(sent)
    assert open_words(sent, Use.INTEGRITY) == WORDS


def test_wrong_receipts_are_counted_wherever_they_are_tried(public_client: Any, area: Area) -> None:
    for _ in range(10):
        public_client.post("/receipt/correct", data={"receipt": NOBODYS, "words": "x"})
        public_client.post("/receipt/delete", data={"receipt": NOBODYS, "sure": "y"})

    assert public_client.post("/receipt", data={"words": NOBODYS}).status_code == 429


@pytest.mark.parametrize("address", ["/", "/neighborhoods/boyle-heights"])
def test_whoever_comes_back_finds_the_way_to_their_answer(
    public_client: Any, area: Area, address: str
) -> None:
    assert 'href="/receipt"' in public_client.get(address).text
