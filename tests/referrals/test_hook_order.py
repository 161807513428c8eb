"""Messages out of their order: before their call, twice, late, and about an incident that came back."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import func, select

from app.accounts.permissions import Role
from app.delivery.timers import fire_next
from app.foundation import clock
from app.foundation.db import db
from app.referrals.models import Custody, Referral, ReferralMessage, ReferralStateRow, State
from app.referrals.queries import open_told
from app.triage.queries import latest_screening
from app.worker import TIMER_HANDLERS
from tests.support.referrals import SAFE_ANSWERS, Dispatch, call, referral_now

KNIFE = "She has a knife in her hand now"


def ring(after_seconds: float) -> None:
    """Every clock that is due by then rings."""
    while fire_next(TIMER_HANDLERS, clock.now() + timedelta(seconds=after_seconds)):
        pass


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def slug(answer: Any) -> str:
    return str(answer.json["type"]).rpartition("/")[2]


# --- before its call -------------------------------------------------------------------------


def test_an_update_before_its_call_is_parked_and_read_with_it(dispatch: Dispatch) -> None:
    early = dispatch.tell_incident("L-1", "updates", {"version": 2, "narrative": KNIFE})
    assert (early.status_code, early.json["state"], early.json["custody"]) == (202, "parked", "dispatch")

    came = dispatch.offer(call(incident_id="L-1"))

    assert (came.status_code, came.json["id"]) == (201, early.json["id"])
    assert (came.json["state"], came.json["reason"]) == ("handed_back", "word_weapon")
    assert came.json["version"] == 2
    assert KNIFE in open_told(referral_now(came.json["id"])).updates
    assert (count(Referral), count(ReferralMessage)) == (1, 2)


def test_an_early_update_without_danger_takes_nothing_from_its_call(dispatch: Dispatch) -> None:
    dispatch.tell_incident("L-1", "updates", {"version": 2, "narrative": "They are both outside now."})
    came = dispatch.offer(call(incident_id="L-1", kind="live"))

    assert (came.status_code, came.json["decision"], came.json["state"]) == (201, "offer", "offered")
    referral = referral_now(came.json["id"])
    assert (referral.clock_seconds, referral.team is not None, referral.area is not None) == (40, True, True)
    rows = db.session.scalars(select(ReferralStateRow).order_by(ReferralStateRow.id)).all()
    assert [row.state for row in rows] == [State.PARKED, State.OFFERED]


def test_several_early_updates_all_count(dispatch: Dispatch) -> None:
    for version, words in ((4, "They are calmer."), (2, KNIFE), (3, "Nobody is hurt.")):
        assert (
            dispatch.tell_incident("L-1", "updates", {"version": version, "narrative": words}).status_code
            == 202
        )

    assert dispatch.offer(call(incident_id="L-1")).json["reason"] == "word_weapon"


def test_an_early_answer_to_a_question_counts(dispatch: Dispatch) -> None:
    dispatch.tell_incident("L-1", "updates", {"version": 2, "answers": {"injuries": "yes"}})

    assert dispatch.offer(call(incident_id="L-1")).json["reason"] == "injuries_yes"


def test_an_update_whose_call_never_comes_goes_back_after_half_a_minute(dispatch: Dispatch) -> None:
    referral_id = dispatch.tell_incident("L-1", "updates", {"version": 2, "narrative": KNIFE}).json["id"]
    ring(29)
    assert referral_now(referral_id).state is State.PARKED
    ring(31)

    assert (referral_now(referral_id).state, referral_now(referral_id).reason) == (
        State.HANDED_BACK,
        "no_create",
    )
    late = dispatch.offer(call(incident_id="L-1"))
    assert (late.status_code, late.json["reason"]) == (201, "word_weapon")
    assert late.json["id"] != referral_id


def test_a_cancel_before_its_call_is_remembered(dispatch: Dispatch) -> None:
    early = dispatch.tell_incident("L-1", "cancel")
    assert (early.status_code, early.json["state"], early.json["custody"]) == (200, "cancelled", "dispatch")

    for version in (1, 2):
        came = dispatch.offer(call(incident_id="L-1", version=version))
        assert (came.status_code, came.json["state"], came.json["custody"]) == (200, "cancelled", "dispatch")
        assert came.json["duplicate_of"] == early.json["id"]
    assert count(Referral) == 1


def test_a_cancel_after_an_early_update_ends_it(dispatch: Dispatch) -> None:
    dispatch.tell_incident("L-1", "updates", {"version": 2, "narrative": KNIFE})

    assert dispatch.tell_incident("L-1", "cancel").json["state"] == "cancelled"
    assert dispatch.offer(call(incident_id="L-1")).json["state"] == "cancelled"


@pytest.mark.parametrize("act", ["updates", "cancel"])
def test_an_early_message_twice_is_one(dispatch: Dispatch, act: str) -> None:
    body = {"version": 2, "narrative": "Both are calm."} if act == "updates" else {}
    first = dispatch.tell_incident("L-1", act, body, message_id="once")
    again = dispatch.tell_incident("L-1", act, body, message_id="once")

    assert (again.json, again.headers["Idempotent-Replayed"]) == (first.json, "true")
    assert count(ReferralMessage) == 1


@pytest.mark.parametrize("act", ["confirm", "handback-ack"])
def test_what_would_end_a_duty_must_name_our_referral(dispatch: Dispatch, act: str) -> None:
    dispatch.offer(call(incident_id="L-1"))

    assert dispatch.tell_incident("L-1", act).status_code == 405


def test_a_cancel_by_incident_does_not_reach_what_a_person_here_said_yes_to(
    dispatch: Dispatch, client_as: Any
) -> None:
    referral_id = dispatch.offer(call(incident_id="L-1")).json["id"]
    client_as(Role.COORDINATOR).post(f"/board/{referral_id}/accept")
    answer = dispatch.tell_incident("L-1", "cancel")

    assert (answer.status_code, slug(answer), answer.json["custody"]) == (409, "name-our-referral", "both")
    assert dispatch.tell(referral_id, "cancel").json["state"] == "cancel_requested"


def test_an_incident_may_have_any_printable_name(dispatch: Dispatch) -> None:
    name = "urn:emergency:uid:incidentid:a//b/100%:psap.example.gov"
    referral_id = dispatch.offer(call(incident_id=name)).json["id"]
    told = dispatch.tell_incident(name, "updates", {"version": 2, "narrative": "Both went inside."})

    assert (told.status_code, told.json["id"]) == (200, referral_id)
    assert dispatch.look(f"/incidents/{name}").json["id"] == referral_id


# --- again -----------------------------------------------------------------------------------


def test_an_incident_that_went_back_is_offered_again_with_every_risk_told_before(dispatch: Dispatch) -> None:
    first = dispatch.offer(call(incident_id="L-1", narrative=KNIFE))
    again = dispatch.offer(call(incident_id="L-1", version=2))

    assert again.status_code == 201
    assert again.json["id"] != first.json["id"]
    assert (again.json["state"], again.json["reason"]) == ("handed_back", "word_weapon")
    assert referral_now(again.json["id"]).previous_id == first.json["id"]
    assert not referral_now(first.json["id"]).is_latest


@pytest.mark.parametrize(
    ("earlier", "reason"),
    [
        ({"answers": {**SAFE_ANSWERS, "weapons": "yes"}}, "weapons_yes"),
        ({"priority": "P1"}, "risk_told_before"),
        ({"answers": {**SAFE_ANSWERS, "weapons": "maybe a bit"}}, "risk_told_before"),
        ({"call_type": {"text": "BATTERY DV"}}, "call_type_danger"),
    ],
)
def test_what_was_told_before_counts_when_it_is_offered_again(
    dispatch: Dispatch, earlier: dict, reason: str
) -> None:
    dispatch.offer(call(incident_id="L-1", **earlier))
    again = dispatch.offer(call(incident_id="L-1", version=2))

    assert (again.json["decision"], again.json["reason"]) == ("return", reason)


def test_what_went_back_for_want_of_a_person_may_be_offered_again(dispatch: Dispatch) -> None:
    referral_id = dispatch.offer(call(incident_id="L-1")).json["id"]
    ring(901)
    assert referral_now(referral_id).reason == "clock_ran_out"

    same = dispatch.offer(call(incident_id="L-1"))
    assert (same.status_code, same.json["state"], same.json["duplicate_of"]) == (
        200,
        "handed_back",
        referral_id,
    )
    again = dispatch.offer(call(incident_id="L-1", version=2))
    assert (again.status_code, again.json["state"], again.json["custody"]) == (201, "offered", "dispatch")
    assert dispatch.look("/incidents/L-1").json["id"] == again.json["id"]


def test_a_version_older_than_the_last_update_is_not_a_new_offer(dispatch: Dispatch) -> None:
    referral_id = dispatch.offer(call(incident_id="L-1")).json["id"]
    dispatch.tell(referral_id, "updates", {"version": 5, "narrative": KNIFE})
    late = dispatch.offer(call(incident_id="L-1", version=4))

    assert (late.status_code, late.json["duplicate_of"], late.json["state"]) == (
        200,
        referral_id,
        "handed_back",
    )


def test_many_first_messages_of_one_incident_are_one_referral(dispatch: Dispatch) -> None:
    """In every order of create, update, older update and cancel somebody owns it, and it is one."""
    acts = {
        "create": lambda n: dispatch.offer(call(incident_id=n)),
        "update": lambda n: dispatch.tell_incident(
            n, "updates", {"version": 3, "narrative": "Both are calm."}
        ),
        "older": lambda n: dispatch.tell_incident(n, "updates", {"version": 2, "narrative": KNIFE}),
        "cancel": lambda n: dispatch.tell_incident(n, "cancel"),
    }
    for number, order in enumerate(permutations(acts)):
        name = f"P-{number}"
        for act in order:
            answer = acts[act](name)
            assert answer.status_code in {200, 201, 202, 409}
            assert answer.json["custody"] == "dispatch"
        latest = db.session.scalars(
            select(Referral).where(Referral.incident_id == name, Referral.is_latest)
        ).one()
        assert latest.custody is Custody.DISPATCH
        assert latest.state in {State.HANDED_BACK, State.CANCELLED}
        if order.index("older") < order.index("cancel") and order[-1] == "create":
            assert latest.state is State.CANCELLED


def test_a_repeat_says_who_has_the_call_now(dispatch: Dispatch, client_as: Any) -> None:
    """An old answer, "it is the office's", must not be the last that dispatch hears of it."""
    referral_id = dispatch.offer(call()).json["id"]
    board = client_as(Role.COORDINATOR)
    board.post(f"/board/{referral_id}/accept")
    first = dispatch.tell(referral_id, "confirm", message_id="yes")
    same = dispatch.tell(referral_id, "confirm", message_id="yes")
    board.post(f"/board/{referral_id}/return", data={"reason": "declined"})
    going = dispatch.tell(referral_id, "confirm", message_id="yes")
    board.post(f"/board/{referral_id}/dispatch-has-it")
    gone = dispatch.tell(referral_id, "confirm", message_id="yes")

    assert (first.json["custody"], same.json) == ("office", first.json)
    assert (going.json["custody"], going.json["state"]) == ("both", "handing_back")
    assert (gone.json["custody"], gone.json["state"]) == ("dispatch", "handed_back")
    assert gone.headers["Idempotent-Replayed"] == "true"


# --- who is late -----------------------------------------------------------------------------


def test_a_confirm_before_our_yes_and_after_the_clock_changes_nothing(
    dispatch: Dispatch, client_as: Any
) -> None:
    referral_id = dispatch.offer(call(kind="live")).json["id"]
    early = dispatch.tell(referral_id, "confirm")
    client_as(Role.COORDINATOR).post(f"/board/{referral_id}/accept")
    ring(16)
    late = dispatch.tell(referral_id, "confirm")

    assert (early.status_code, slug(early), early.json["custody"]) == (409, "custody-expired", "dispatch")
    assert (late.status_code, slug(late), late.json["custody"]) == (409, "custody-expired", "both")
    assert referral_now(referral_id).state is State.HANDING_BACK


def test_a_cancel_of_what_is_back_already_is_fine_and_of_what_is_closed_is_not(dispatch: Dispatch) -> None:
    back = dispatch.offer(call(narrative=KNIFE)).json["id"]
    assert dispatch.tell(back, "cancel").status_code == 200

    referral = referral_now(dispatch.offer().json["id"])
    referral.state, referral.custody = State.CLOSED, Custody.OFFICE
    closed = dispatch.tell(referral.id, "cancel")
    assert (closed.status_code, slug(closed)) == (409, "terminal-state")


def test_a_screening_is_kept_for_what_came_before_its_call(dispatch: Dispatch) -> None:
    referral_id = dispatch.tell_incident("L-1", "updates", {"version": 2, "narrative": KNIFE}).json["id"]

    screening = latest_screening(referral_id)
    assert screening is not None
    assert "word_weapon" in [one["code"] for one in screening.reasons]
