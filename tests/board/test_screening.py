"""The page of one call: who may read what was told, and that the look is kept."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.permissions import Role
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.foundation import clock
from app.foundation.db import db
from app.referrals.models import Source, State
from app.referrals.natures import Nature
from app.referrals.payloads import Told
from app.vault import sealing
from tests.support.board import make_call, make_lane_team


def looks_at(referral):
    looks = select(AuditEntry).where(
        AuditEntry.what == What.REFERRAL_READ, AuditEntry.subject_id == referral.id
    )
    return db.session.scalars(looks).all()


def test_a_coordinator_reads_what_was_told_and_the_look_is_kept(client_as):
    referral = make_call(State.IN_REVIEW)
    coordinator = client_as(Role.COORDINATOR)

    page = coordinator.get(f"/board/{referral.id}").text

    assert "RP states verbal argument with a neighbor. " in page
    assert '<mark class="span span--for">No weapons seen<sup>' in page
    assert "<title>Call · Common Ground</title>" in page  # a title stays in histories
    assert "555-0142" in page
    assert "1200 E 4th St" in page
    assert "Is anyone afraid, or has anyone said they will hurt somebody?" in page
    assert [look.actor_id for look in looks_at(referral)] == [coordinator.account_id]


def test_a_reason_says_by_which_rule_and_how_the_thing_was_told(client_as):
    blade = {"code": "word_unsure", "weight": "against", "start": 0, "end": 5, "rule": "en_blade.4"}
    referral = make_call(State.IN_REVIEW, reasons=[blade | {"status": "uncertain"}])

    page = client_as(Role.COORDINATOR).get(f"/board/{referral.id}").text

    assert "rule en_blade.4, told as not certain" in page
    assert "Did the caller see it, or only hear of it?" in page


@pytest.mark.parametrize(
    ("nature", "promise"),
    [
        (Nature.NEIGHBOR, "we call back within 10 minutes and are there within 1 hour."),
        (Nature.PAST_HARM, "we call back within 1 day and are there within 3 days."),
    ],
)
def test_who_decides_reads_what_a_yes_promises(client_as, nature, promise):
    referral = make_call(State.IN_REVIEW, nature=nature)

    assert promise in client_as(Role.COORDINATOR).get(f"/board/{referral.id}").text


@pytest.mark.parametrize(
    ("state", "nature"), [(State.ACCEPTED, Nature.NEIGHBOR), (State.IN_REVIEW, Nature.PARTNER)]
)
def test_nothing_is_promised_where_no_yes_can_be_or_one_was_said(client_as, state, nature):
    referral = make_call(state, nature=nature)

    assert "A yes promises" not in client_as(Role.COORDINATOR).get(f"/board/{referral.id}").text


def test_updates_are_read_with_the_first_message(client_as):
    told = Told(narrative="First words.", callback="555-0142", updates=("He is still by the gate.",))

    assert (
        "He is still by the gate."
        in client_as(Role.COORDINATOR).get(f"/board/{make_call(told=told).id}").text
    )


def test_words_that_look_like_markup_stay_words(client_as):
    told = Told(narrative="<script>alert(1)</script> {{ 7*7 }} <b>x</b>", callback="<img src=x>")

    page = client_as(Role.COORDINATOR).get(f"/board/{make_call(told=told, reasons=[]).id}").text

    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }}" in page
    assert "<img src=x>" not in page


@pytest.mark.parametrize("role", [Role.OFFICE_STAFF, Role.PROVIDER_LEAD])
def test_who_only_sees_the_board_does_not_read_what_was_told(client_as, role):
    team = make_lane_team()
    referral = make_call(State.IN_REVIEW, team_id=team.id)

    page = client_as(role, organization_id=team.organization_id).get(f"/board/{referral.id}").text

    assert "What was told is closed" in page
    assert "verbal argument" not in page
    assert "Your decision" not in page.replace('aria-label="Your decision"', "")
    assert looks_at(referral) == []


def test_the_office_knows_why_and_a_provider_only_how_it_stands(client_as):
    team = make_lane_team()
    referral = make_call(State.IN_REVIEW, team_id=team.id)

    assert "Threats not known." in client_as(Role.OFFICE_STAFF).get(f"/board/{referral.id}").text
    lead = client_as(Role.PROVIDER_LEAD, organization_id=team.organization_id)
    assert "Threats not known." not in lead.get(f"/board/{referral.id}").text


def test_once_accepted_the_exact_place_is_the_responders(client_as):
    referral = make_call(State.ACCEPTED, accepted_at=clock.now())

    page = client_as(Role.COORDINATOR).get(f"/board/{referral.id}").text

    assert "verbal argument" in page
    assert "1200 E 4th St" not in page


def test_a_day_after_it_was_accepted_a_coordinator_reads_no_more(client_as):
    referral = make_call(State.ACCEPTED, accepted_at=clock.now() - timedelta(hours=25))

    page = client_as(Role.COORDINATOR).get(f"/board/{referral.id}").text

    assert "What was told is closed" in page
    assert looks_at(referral) == []


@pytest.mark.parametrize("state", [State.HANDED_BACK, State.CANCELLED, State.CLOSED])
def test_what_has_ended_is_not_opened_again(client_as, state):
    referral = make_call(state)

    assert "What was told is closed" in client_as(Role.COORDINATOR).get(f"/board/{referral.id}").text
    assert looks_at(referral) == []


def test_what_was_destroyed_is_closed_and_no_error(client_as):
    referral = make_call(State.OFFERED)
    sealing.destroy_key(referral.key_id, "test")

    assert "What was told is closed" in client_as(Role.COORDINATOR).get(f"/board/{referral.id}").text


@pytest.mark.parametrize("role", [Role.MEDIATOR, Role.ADMIN, Role.AUDITOR, Role.ANALYST])
def test_the_page_is_shut_for_others(client_as, role):
    assert client_as(role).get(f"/board/{make_call().id}").status_code == 404


@pytest.mark.parametrize("unknown", ["nothing", "01" * 13, "%00", "x" * 300])
def test_no_call_is_not_found(client_as, unknown):
    assert client_as(Role.COORDINATOR).get(f"/board/{unknown}").status_code == 404


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("source", Source)
def test_the_page_can_be_shown_in_every_state(client_as, state, source):
    referral = make_call(state, source=source)

    assert client_as(Role.COORDINATOR).get(f"/board/{referral.id}").status_code == 200
