"""A word of the street that no rule knows: the office writes it, tries it, two approve, and calls go back."""

from typing import Any

import pytest
from flask import Flask

from app.accounts.permissions import Role
from app.foundation.db import db
from app.worker import Worker
from tests.support.city import City
from tests.support.policies import PHRASE_FORM
from tests.support.referrals import call

pytestmark = pytest.mark.usefixtures("few_labelled")
WORDS = f"{call()['narrative']} One has a zorple."


def test_from_a_call_that_was_offered_to_one_that_goes_back(city: City, client_as: Any, app: Flask) -> None:
    ana, ben = client_as(Role.OFFICE_STAFF, name="Ana"), client_as(Role.COORDINATOR, name="Ben")
    before = city.offer(narrative=WORDS).body
    assert before["state"] == "offered"

    desk = ana.post("/policy/versions/").location
    ana.post(f"{desk}/phrases/new", data=PHRASE_FORM)
    ana.post(f"{desk}/shadow")
    let_the_worker_replay()
    page = ben.get(desk).text
    assert "Offer</td><td>Return</td><td>1</td>" in page
    assert f"/board/{before['id']}" in ben.get(f"{desk}/flips").text

    ana.post(f"{desk}/approve")
    ana.post(f"{desk}/activate")
    assert city.offer(narrative=WORDS).body["state"] == "offered", "one approval puts nothing in force"
    ben.post(f"{desk}/approve")
    ben.post(f"{desk}/activate")

    after = city.offer(narrative=WORDS).body
    assert (after["state"], after["custody"]) == ("handed_back", "dispatch")
    assert after["reason"] == "word_weapon"
    assert city.hook.get(f"/{before['id']}").body["state"] == "offered", "no rule reaches back by itself"

    ben.post("/policy/versions/back/shipped", data={"why": "It returned a call about a garden tool."})
    assert city.offer(narrative=WORDS).body["state"] == "offered"


def let_the_worker_replay() -> None:
    """The real worker's own loop, until it has nothing to do."""
    worker = Worker(lambda *_: None)
    for _ in range(50):
        worker.work_once()
        db.session.expire_all()
