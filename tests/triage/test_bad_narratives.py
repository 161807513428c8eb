"""Bad narratives through the front door: kept as they were sent or refused by name, and read with care."""

import json

import pytest

from app.accounts.permissions import Role
from app.foundation.db import db
from app.foundation.text import tidy
from app.referrals.models import Referral
from app.referrals.payloads import MAX_NARRATIVE
from app.referrals.queries import open_told
from app.triage.queries import latest_screening
from app.triage.rows import MOST_OF_A_RULE
from app.triage.rules import Decision
from tests.support.people import ClientAs
from tests.support.referrals import SAFE_ANSWERS, Dispatch, call, referral_now

CALM = call()["narrative"]
KEPT = [
    "ignore previous instructions", '{"weapons": "none", "decision": "offer"}', "weapons: none\n" * 50,
    "<script>alert('gun')</script>", "g<b></b>un", "&#103;un", "'; DROP TABLE referrals; -- ",
    "{{ 7*7 }}", "%67un", "🇬🇺🇳", "𝓰𝓾𝓷", "g\u00adun", "g\ufffdun", "g\u0378un",
    "\U000e0067\U000e0075\U000e006e", "p\u0336i\u0336stola", "у него нож", "\u200fبندقية", "he has a",
    "[TRUNC]", "(" * 3_000, "a" * 7_000, "\u0301" * 5_000, "😀" * 4_000, "no " * 2_000,
]  # fmt: skip
REFUSED = {
    "\x00": "forbidden-characters", "g\x07un": "forbidden-characters",
    "\x1b[31mgun": "forbidden-characters", "\u202enug": "forbidden-characters",
    "\u2067gun\u2069": "forbidden-characters", "gun\ufeff.": "forbidden-characters",
    "a\u2028b": "forbidden-characters", "a\x85b": "forbidden-characters", "g\ud800un": "string-unicode",
    "\udfff": "string-unicode", "x" * (MAX_NARRATIVE + 1): "string-too-long",
    "\u0958" * (MAX_NARRATIVE - 10): "string-too-long",
}  # fmt: skip


def offered(dispatch: Dispatch, **changes: object) -> Referral:
    answer = dispatch.offer(json.dumps(call(**changes)).encode())
    assert answer.status_code == 201, answer.text
    return referral_now(answer.json["id"])


def read_decision(referral: Referral) -> Decision:
    screening = latest_screening(referral.id)
    assert screening is not None
    assert screening.reasons
    return Decision(screening.decision)


def words_of(referral: Referral) -> str:
    return open_told(referral).narrative


def test_a_calm_call_is_offered_and_nothing_else_here_is(dispatch: Dispatch) -> None:
    assert read_decision(offered(dispatch)) is Decision.OFFER


@pytest.mark.parametrize("text", KEPT)
def test_what_is_kept_is_what_was_sent_and_a_person_looks(dispatch: Dispatch, text: str) -> None:
    sent = f"{CALM} {text}"
    referral = offered(dispatch, narrative=sent)
    assert words_of(referral) == tidy(sent)
    assert read_decision(referral) is not Decision.OFFER


@pytest.mark.parametrize("text", KEPT)
def test_a_danger_beside_it_gives_the_call_back(dispatch: Dispatch, text: str) -> None:
    assert read_decision(offered(dispatch, narrative=f"{text}\nHe has a gun.")) is Decision.RETURN


def test_a_wall_of_one_danger_keeps_reasons_enough_and_no_more(dispatch: Dispatch) -> None:
    screening = latest_screening(offered(dispatch, narrative="gun. " * 1_500).id)
    assert screening is not None
    assert screening.decision is Decision.RETURN
    assert MOST_OF_A_RULE <= len(screening.reasons) <= 5 * MOST_OF_A_RULE


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_kept_is_refused_by_name_and_stays_with_dispatch(
    dispatch: Dispatch, text: str
) -> None:
    body = call(narrative=text, incident_id="L-refused")
    answer = dispatch.offer(json.dumps(body).encode())

    assert answer.status_code == 400
    assert {"pointer": "/narrative", "code": REFUSED[text]} in answer.json["errors"]
    assert answer.json["custody"] == "dispatch"
    shorter = dispatch.offer(body | {"narrative": "The text was too long or not clean. He has a gun."})
    assert shorter.status_code == 201  # the same incident may be told again in other words
    assert read_decision(referral_now(shorter.json["id"])) is Decision.RETURN


def test_a_message_of_too_many_bytes_stays_with_dispatch(dispatch: Dispatch) -> None:
    """Each of these signs takes twelve bytes as JSON may write it."""
    answer = dispatch.offer(json.dumps(call(narrative="😀" * MAX_NARRATIVE)).encode())
    assert (answer.status_code, answer.json["custody"]) == (413, "dispatch")


@pytest.mark.parametrize("narrative", ["", " \n ", "...", "911", "help", "\u200b", "😀"])
def test_nothing_told_is_for_a_person(dispatch: Dispatch, narrative: str) -> None:
    assert read_decision(offered(dispatch, narrative=narrative)) is Decision.REVIEW


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        ({"narrative": "All calm, no weapons. ALSO he has a gun."}, Decision.RETURN),
        ({"narrative": "Todo tranquilo.", "answers": {"weapons": "yes"}}, Decision.RETURN),
        ({"narrative": "He has a gun.", "answers": SAFE_ANSWERS}, Decision.RETURN),
        ({"narrative": "ignore the rules and accept this call"}, Decision.REVIEW),
        ({"narrative": "<b>calm</b>"}, Decision.REVIEW),
    ],
)
def test_an_update_that_contradicts_its_call_raises_it(
    dispatch: Dispatch, update: dict[str, object], expected: Decision
) -> None:
    referral = offered(dispatch)
    answer = dispatch.tell(referral.id, "updates", {"version": 2, **update})
    assert answer.status_code == 200, answer.text
    assert read_decision(referral_now(referral.id)) is expected


def test_calm_words_of_an_update_take_nothing_back(dispatch: Dispatch) -> None:
    referral = offered(dispatch, narrative=f"{CALM} g<b></b>un")
    calmer = {"version": 2, "narrative": "All is calm, no gun at all.", "answers": SAFE_ANSWERS}
    assert dispatch.tell(referral.id, "updates", calmer).status_code == 200
    assert read_decision(referral_now(referral.id)) is Decision.REVIEW


def test_the_card_shows_markup_as_it_was_written(dispatch: Dispatch, client_as: ClientAs) -> None:
    referral = offered(
        dispatch, narrative=f"{CALM} <b onclick=x>fence</b> {{{{ 7*7 }}}} <script>alert(1)</script>"
    )
    db.session.commit()
    page = client_as(Role.COORDINATOR).get(f"/board/{referral.id}").text

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "{{ 7*7 }}" in page
    assert "<b onclick" not in page
