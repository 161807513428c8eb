"""A call that waits for a person says what to ask; dispatch asks, and both sides see what is left."""

from typing import Any

from app.accounts.permissions import Role
from app.triage.labels import QUESTION_LABELS
from app.triage.needs import Question
from tests.support.city import City
from tests.support.referrals import SAFE_ANSWERS

UNSURE = {**SAFE_ANSWERS, "weapons": "unknown", "threats": "unknown", "wish": "unknown"}


def test_dispatch_asks_what_the_card_asks_until_a_person_decides(city: City, client_as: Any) -> None:
    coordinator = client_as(Role.COORDINATOR)
    told = city.offer(answers=UNSURE).body
    assert [one["code"] for one in told["needs"]] == ["weapons", "threats", "wish"]
    card = coordinator.get(f"/board/{told['id']}").text
    assert questions_on(card) == ["weapons", "threats", "wish"]

    told = city.tell(told["id"], "updates", {"version": 2, "answers": {"weapons": "no"}}).body
    assert [one["code"] for one in told["needs"]] == ["threats", "wish"]
    card = coordinator.get(f"/board/{told['id']}").text
    assert questions_on(card) == ["threats", "wish"]
    assert "Asked about weapons: none." in card

    coordinator.post(f"/board/{told['id']}/offer")
    coordinator.post(f"/board/{told['id']}/accept")
    assert city.hook.get(f"/{told['id']}").body["needs"] == []
    assert questions_on(coordinator.get(f"/board/{told['id']}").text) == []


def questions_on(card: str) -> list[str]:
    """The questions of a card, in the order that it shows them."""
    asked = card.replace("&#39;", "'")
    places = {question: asked.find(str(QUESTION_LABELS[question])) for question in Question}
    return sorted((one for one in places if places[one] >= 0), key=places.__getitem__)
