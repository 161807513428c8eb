"""The screening policy cannot be read: no call is lost, none is ours; each is kept and given back."""

import pytest

from app import journey
from app.accounts.permissions import Role
from app.foundation.db import db
from app.foundation.ids import new_id
from app.referrals.models import Referral, Source, State
from app.triage.policies import forget_policy, policy_if_readable, shipped_policy
from app.triage.policy_files import packed, shipped_document
from tests.support.board import actor_with
from tests.support.plans import make_neighborhood
from tests.support.policies import make_active
from tests.support.referrals import INSIDE, call, referral_now

pytestmark = pytest.mark.usefixtures("few_labelled")

DAMAGED = {
    "bytes that were never packed": b"nothing that was ever packed",
    "a document that is no policy": packed({"version": "1"}),
    "a nature that no lane is told of": packed(
        shipped_document() | {"natures": {"noise": shipped_document()["natures"]["noise"]}}
    ),
}


def damage(document):
    version = make_active()
    version.document, version.sha256 = document, "0" * 64
    db.session.commit()
    forget_policy()


@pytest.mark.parametrize("damaged", DAMAGED)
@pytest.mark.parametrize("location", [INSIDE, None])
def test_a_call_is_kept_and_given_back(dispatch, damaged, location):
    damage(DAMAGED[damaged])

    answer = dispatch.offer(call(location=location))

    assert answer.status_code == 201
    assert (answer.json["state"], answer.json["reason"]) == ("handed_back", "policy_not_loaded")
    assert answer.json["custody"] == "dispatch"
    assert referral_now(answer.json["id"]).state is State.HANDED_BACK


def test_a_danger_told_of_a_call_that_is_ours_is_kept_and_gives_it_back(dispatch):
    referral_id = dispatch.offer().json["id"]
    journey.accept(referral_now(referral_id), actor=actor_with(Role.COORDINATOR))
    db.session.commit()
    assert dispatch.tell(referral_id, "confirm").status_code == 200
    damage(DAMAGED["bytes that were never packed"])

    answer = dispatch.tell(referral_id, "updates", {"version": 2, "narrative": "He has a gun now."})

    assert answer.status_code == 200
    assert (answer.json["state"], answer.json["custody"]) == ("handing_back", "both")


def test_a_call_that_moves_is_kept_too(dispatch):
    referral_id = dispatch.offer().json["id"]
    damage(DAMAGED["bytes that were never packed"])
    moved = {"version": 2, "location": {"lat": 33.941, "lon": -118.252, "address": "1300 E 4th St"}}

    assert dispatch.tell(referral_id, "updates", moved).status_code == 200
    assert referral_now(referral_id).state is State.HANDED_BACK


def test_the_pages_say_so_and_let_somebody_go_back(public_client, client_as):
    damage(DAMAGED["bytes that were never packed"])

    told = public_client.get("/how-calls-are-screened/")
    assert (told.status_code, "Right now every call goes back to dispatch" in told.text) == (200, True)
    staff = client_as(Role.OFFICE_STAFF)
    page = staff.get("/policy/")
    assert page.status_code == 200
    assert "every call goes back" in page.text
    staff.post("/policy/versions/back/shipped", data={"why": "Nobody can read the one in force."})
    assert policy_if_readable() is shipped_policy()


def test_a_resident_who_asks_for_a_mediator_is_read_by_a_person(public_client):
    make_neighborhood("Elm Park")
    damage(DAMAGED["bytes that were never packed"])
    quiet = dict.fromkeys(("weapons", "injuries", "threats", "couple", "children_at_risk"), "no")
    told = {
        "form_id": new_id(),
        "nature": "neighbor",
        "words": "We argue about the fence every weekend.",
        "place": "Corner of Elm and 4th",
        "reach": "555-0142",
        "when": "after six",
        "language": "es",
    }

    public_client.post("/neighborhoods/elm-park/ask", data=told | quiet)

    asked = db.session.query(Referral).filter_by(source=Source.RESIDENT).one()
    assert asked.state is State.IN_REVIEW
