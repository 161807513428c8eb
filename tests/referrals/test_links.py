"""Linked and merged incidents: kept both ways, shown, and what was read of one counts for the other."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import journey
from app.accounts.models import DispatchClient
from app.audit.trail import SYSTEM
from app.delivery.timers import fire_next
from app.foundation import clock
from app.foundation.db import db
from app.referrals import links
from app.referrals.eido import MEDIA_TYPE as EIDO
from app.referrals.eido import read_eido
from app.referrals.intake import Message
from app.referrals.link_models import LinkKind
from app.referrals.models import Custody, MessageKind, State
from app.triage.actions import raise_to
from app.triage.queries import latest_screening
from app.triage.rules import Decision, more_careful
from app.worker import TIMER_HANDLERS
from tests.support.eido import CALM, Writer, offer_document
from tests.support.referrals import Dispatch, call, referral_now

DANGER = f"{CALM} He has a gun."
UNCLEAR = "Two neighbors argue about a fence."


def incident(key: str) -> str:
    return Writer(key).incident_id


def tell(dispatch: Dispatch, key: str, notes: str = CALM, *, merge: Any = None, link: Any = None) -> str:
    """Offer an incident, or tell it again; gives the referral's id. `merge` is (other, direction)."""
    to = Writer(key)
    components: dict[str, Any] = {}
    if merge:
        components["mergeComponent"] = [to.merge(incident(merge[0]), merge[1])]
    if link:
        components["linkComponent"] = [to.link(incident(link[0]), link[1])]
    answer = dispatch.offer(offer_document(key, notes=notes, **components), media_type=EIDO)
    assert answer.status_code in {200, 201}, answer.text
    return str(answer.json["id"])


def decision_of(referral_id: str) -> Decision:
    screening = latest_screening(referral_id)
    assert screening
    return screening.decision


@pytest.mark.parametrize(
    ("direction", "here", "there"),
    [
        ("PARENT", LinkKind.PARENT, LinkKind.CHILD),
        ("CHILD", LinkKind.CHILD, LinkKind.PARENT),
        ("RELATED", LinkKind.RELATED, LinkKind.RELATED),
    ],
)
def test_a_link_is_seen_from_both_sides(dispatch: Dispatch, direction, here, there) -> None:
    first = tell(dispatch, "first0000001")
    second = tell(dispatch, "second000001", link=("first0000001", direction))

    [of_second] = links.list_links(referral_now(second))
    [of_first] = links.list_links(referral_now(first))
    assert (of_second.kind, of_second.referral and of_second.referral.id) == (here, first)
    assert (of_first.kind, of_first.referral and of_first.referral.id) == (there, second)


def test_a_link_to_an_incident_that_never_came_is_shown_by_its_name(dispatch: Dispatch) -> None:
    referral = referral_now(tell(dispatch, "second000001", link=("elsewhere001", "RELATED")))

    [linked] = links.list_links(referral)
    assert (linked.incident_id, linked.referral) == (incident("elsewhere001"), None)


def test_what_is_told_again_is_kept_once_and_unlinked_is_no_link(dispatch: Dispatch) -> None:
    for direction, count in (("RELATED", 1), ("RELATED", 1), ("UNLINK", 0), ("PARENT", 1)):
        referral = referral_now(tell(dispatch, "second000001", link=("first0000001", direction)))
        assert len(links.list_links(referral)) == count


def test_a_link_closes_and_raises_nothing(dispatch: Dispatch) -> None:
    first = tell(dispatch, "first0000001", DANGER)
    second = tell(dispatch, "second000001", link=("first0000001", "RELATED"))

    assert referral_now(first).state is State.HANDED_BACK
    assert referral_now(second).state is State.OFFERED


@pytest.mark.parametrize("direction", ["REPLACING", "REPLACED"])
def test_a_merged_incident_is_never_offered_when_the_other_was_read_as_danger(
    dispatch: Dispatch, direction: str
) -> None:
    tell(dispatch, "first0000001", DANGER)
    second = referral_now(tell(dispatch, "second000001", merge=("first0000001", direction)))

    assert (second.state, second.reason) == (State.HANDED_BACK, "merged_incident")


@pytest.mark.parametrize("direction", ["REPLACING", "REPLACED"])
def test_a_danger_told_of_the_new_one_raises_the_open_one(dispatch: Dispatch, direction: str) -> None:
    first = tell(dispatch, "first0000001")
    tell(dispatch, "second000001", DANGER, merge=("first0000001", direction))

    assert (referral_now(first).state, referral_now(first).reason) == (State.HANDED_BACK, "merged_incident")


def test_a_merge_said_before_the_other_came_counts_when_it_comes(dispatch: Dispatch) -> None:
    tell(dispatch, "second000001", UNCLEAR, merge=("first0000001", "REPLACED"))
    first = referral_now(tell(dispatch, "first0000001"))

    assert (first.state, first.reason) == (State.IN_REVIEW, "merged_incident")


def test_what_is_told_of_one_later_raises_all_that_are_merged_with_it(dispatch: Dispatch) -> None:
    first = tell(dispatch, "first0000001")
    second = tell(dispatch, "second000001", merge=("first0000001", "REPLACING"))
    third = tell(dispatch, "third0000001", merge=("second000001", "REPLACING"))
    assert {referral_now(one).state for one in (first, second, third)} == {State.OFFERED}

    dispatch.tell(first, "updates", {"version": 2**50, "narrative": "Now he has a knife"})

    assert {referral_now(one).state for one in (first, second, third)} == {State.HANDED_BACK}


def test_a_merge_told_by_an_update_counts_too(dispatch: Dispatch) -> None:
    first = tell(dispatch, "first0000001", UNCLEAR)
    second = tell(dispatch, "second000001")
    assert referral_now(second).state is State.OFFERED

    assert tell(dispatch, "second000001", merge=("first0000001", "REPLACING")) == second
    assert (referral_now(first).state, referral_now(second).state) == (State.IN_REVIEW, State.IN_REVIEW)


def test_what_was_split_is_two_things_again_and_keeps_what_was_raised(dispatch: Dispatch) -> None:
    first = tell(dispatch, "first0000001")
    second = tell(dispatch, "second000001", UNCLEAR, merge=("first0000001", "REPLACING"))
    tell(dispatch, "second000001", UNCLEAR, merge=("first0000001", "SPLIT"))
    assert referral_now(first).state is State.IN_REVIEW

    dispatch.tell(second, "updates", {"version": 2**50, "narrative": "Now he has a knife"})

    assert (referral_now(second).state, referral_now(first).state) == (State.HANDED_BACK, State.IN_REVIEW)


def test_two_that_came_at_one_moment_are_read_together_soon_after(dispatch: Dispatch) -> None:
    """The second was asked about merges before the first was there; both are written by now."""
    second = referral_now(tell(dispatch, "second000001", DANGER, merge=("first0000001", "REPLACING")))
    document = json.dumps(offer_document("first0000001")).encode()
    key_id = db.session.get_one(DispatchClient, dispatch.client_id).keys[0].id
    message = Message(dispatch.client_id, key_id, "m1", MessageKind.CREATE, EIDO, document)
    _, answer = journey.take_in(read_eido(document, now=clock.now()), message, actor=SYSTEM)
    db.session.commit()
    assert (referral_now(answer["id"]).state, second.state) == (State.OFFERED, State.HANDED_BACK)

    while fire_next(TIMER_HANDLERS, clock.now() + links.LOOK_AGAIN_AFTER):
        pass

    first = referral_now(answer["id"])
    assert (first.state, first.reason) == (State.HANDED_BACK, "merged_incident")


def test_a_danger_of_a_merged_incident_counts_when_the_call_is_offered_anew(dispatch: Dispatch) -> None:
    first = tell(dispatch, "first0000001")
    dispatch.tell(first, "cancel")
    tell(dispatch, "second000001", DANGER, merge=("first0000001", "REPLACING"))

    anew = referral_now(tell(dispatch, "first0000001"))

    assert anew.id != first
    assert (anew.state, anew.reason) == (State.HANDED_BACK, "merged_incident")


def test_a_link_told_as_a_call_is_offered_anew_is_kept(dispatch: Dispatch) -> None:
    first = tell(dispatch, "first0000001")
    dispatch.tell(first, "cancel")

    anew = referral_now(tell(dispatch, "first0000001", link=("second000001", "PARENT")))

    assert [one.kind for one in links.list_links(anew)] == [LinkKind.PARENT]


def test_a_call_that_is_overtaken_by_its_update_is_raised_by_a_merged_one_when_it_comes(
    dispatch: Dispatch,
) -> None:
    """It is parked until then: its call decides, with all that is known."""
    update = {"version": 1, "narrative": "They talk again."}
    early = dispatch.send(f"/api/v1/incidents/{incident('first0000001').upper()}/updates", update)
    tell(dispatch, "second000001", DANGER, merge=("first0000001", "REPLACING"))
    assert referral_now(early.json["id"]).state is State.PARKED

    first = referral_now(tell(dispatch, "first0000001"))

    assert first.id == early.json["id"]
    assert (first.state, first.custody) == (State.HANDED_BACK, Custody.DISPATCH)


def test_another_centres_incident_of_the_same_name_is_another_one(dispatch: Dispatch, app: Flask) -> None:
    tell(Dispatch(app), "first0000001", DANGER)
    second = tell(dispatch, "second000001", merge=("first0000001", "REPLACING"))

    assert referral_now(second).state is State.OFFERED
    assert [one.referral for one in links.list_links(referral_now(second))] == [None]


def test_another_centre_links_nothing_of_ours(dispatch: Dispatch, app: Flask) -> None:
    first = tell(dispatch, "first0000001")
    tell(Dispatch(app), "second000001", DANGER, merge=("first0000001", "REPLACING"))

    assert links.list_links(referral_now(first)) == []
    assert links.merged_with(dispatch.client_id, incident("first0000001")) == frozenset()
    assert referral_now(first).state is State.OFFERED


@pytest.mark.parametrize("lower", [Decision.OFFER, Decision.REVIEW])
def test_a_reading_is_never_taken_down_from_elsewhere(dispatch: Dispatch, lower: Decision) -> None:
    referral = referral_now(tell(dispatch, "first0000001", UNCLEAR))

    assert raise_to(referral, lower, "merged_incident") is False
    assert decision_of(referral.id) is Decision.REVIEW
    assert raise_to(referral, Decision.RETURN, "merged_incident") is True
    assert decision_of(referral.id) is Decision.RETURN


def test_a_call_in_our_own_json_may_be_the_other_one(dispatch: Dispatch) -> None:
    tell(dispatch, "second000001", DANGER, merge=("first0000001", "REPLACING"))

    answer = dispatch.offer(call(incident_id=incident("first0000001")))

    assert (answer.status_code, answer.json["reason"]) == (201, "merged_incident")
    assert answer.json["custody"] == "dispatch"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "c"]),
            st.sampled_from([CALM, UNCLEAR, DANGER]),
            st.none()
            | st.tuples(
                st.sampled_from(["a", "b", "c"]), st.sampled_from(["REPLACING", "REPLACED", "SPLIT"])
            ),
        ),
        max_size=6,
    )
)
@pytest.mark.one_database
def test_no_link_ever_lowers_what_was_read(dispatch: Dispatch, told) -> None:
    """Whatever is merged and split in whatever order, no reading of any call goes down."""
    run, worst = clock.now().strftime("%H%M%S%f"), {}
    for name, notes, merge in told:
        if merge and merge[0] == name:
            continue
        other = (f"{merge[0]}{run}", merge[1]) if merge else None
        referral_id = tell(dispatch, f"{name}{run}", notes, merge=other)
        worst.setdefault(referral_id, Decision.OFFER)
        for known in worst:
            now = decision_of(known)
            assert more_careful(now, worst[known]) is now
            worst[known] = now


def test_a_row_is_dated_and_found_by_either_name(dispatch: Dispatch) -> None:
    before = clock.now() - timedelta(seconds=1)
    second = referral_now(tell(dispatch, "second000001", link=("first0000001", "PARENT")))

    [linked] = links.list_links(second)
    assert before < linked.at <= clock.now()
    assert links.merged_with(dispatch.client_id, incident("first0000001")) == frozenset()
