"""What the pages of the policy say: where a refusal stands, what is not shown, what can follow."""

import pytest

from app.accounts.permissions import Role
from app.triage.policies import active_policy
from app.triage.policy_changes import AddTypeWord
from tests.support.policies import error_beside, make_active, make_draft

pytestmark = pytest.mark.usefixtures("few_labelled")
WHY = {"why": "It returned too many calls."}
MINUTES = {"call_back_minutes": "5", "arrive_minutes": "30"}


def test_who_went_back_to_the_program_can_go_on_again(client_as):
    """The one that was in force last comes first, whatever its number."""
    first, second = make_active(), make_active(AddTypeWord("zorple", "danger"))
    client = client_as(Role.COORDINATOR)
    client.post(f"/policy/versions/back/{first.id}", data=WHY)
    client.post("/policy/versions/back/shipped", data=WHY)

    page = client.get("/policy/").text
    assert page.index(f"Back to {first.name}") < page.index(f"Back to {second.name}")
    assert "Back to the one that came with the program" not in page
    client.post(f"/policy/versions/back/{second.id}", data=WHY)
    assert active_policy().version == second.name


def test_a_phrases_examples_are_made_up(client_as):
    page = client_as(Role.OFFICE_STAFF).get(f"/policy/versions/{make_draft().id}/phrases/new").text

    assert page.count("Never write about real people here.") == 2


def test_what_replaying_does_not_show_is_said(client_as):
    version = make_draft(AddTypeWord("zorple", "noise"))

    page = client_as(Role.OFFICE_STAFF).get(f"/policy/versions/{version.id}").text

    assert "Replaying does not show what this word changes" in page
    assert "zorple says “" in page


@pytest.mark.parametrize(
    ("part", "data", "field", "says"),
    [
        ("natures/partner", {"lanes": ["mediation"], "settle": ["weapons"]}, "lanes", "This cannot be."),
        ("phrases/zh_help.1/retire", {}, "why", "This phrase cannot be taken out."),
    ],
)
def test_a_change_that_does_not_hold_is_refused_beside_what_it_is_about(client_as, part, data, field, says):
    version, client = make_draft(), client_as(Role.OFFICE_STAFF)

    page = client.post(f"/policy/versions/{version.id}/{part}", data=data | MINUTES | WHY).text

    assert says in error_beside(page, field)
