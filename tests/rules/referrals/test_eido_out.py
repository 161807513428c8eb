"""The EIDO that we write: valid in every state and outcome, one owner, no names, the same ids each time."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.assignments.models import Step
from app.cases.models import Outcome
from app.foundation.ids import new_id
from app.referrals.eido import read_eido_again
from app.referrals.eido_api import _UNIT_STATUSES
from app.referrals.eido_out import (
    ASSIGNED,
    CANCELLED,
    DUPLICATE,
    SETTLED_BY_CONTACT,
    SETTLED_BY_PHONE,
    Standing,
    Unit,
    disposition_of,
    write_eido,
)
from app.referrals.eido_references import check_references
from app.referrals.incident_ids import tracking_id
from app.referrals.models import Custody, Source, State
from app.referrals.natures import Nature
from app.referrals.transitions import owner_in
from app.roster.lanes import Lane
from tests.support.schemas import require_eido

AT = datetime(2026, 11, 25, 4, tzinfo=UTC)
URN = "urn:emergency:uid:incidentid:26000123abcd:psap.example.gov"
CODES = [
    None, CANCELLED, DUPLICATE,
    *(disposition_of(outcome, was_met=was_met) for outcome in Outcome for was_met in (True, False)),
]  # fmt: skip
UNIT_STATUSES = [ASSIGNED, *_UNIT_STATUSES.values()]


def standing(state: State = State.ACCEPTED, **changes: Any) -> Standing:
    values = {
        "referral_id": "01KB0000000000000000000000",
        "incident_id": URN,
        "their_agency": "psap.example.gov",
        "our_agency": "ovp.example.gov",
        "state": state.value,
        "custody": owner_in(state, Source.DISPATCH),
        "nature": Nature.NEIGHBOR,
        "lane": Lane.MEDIATION,
        "changed_at": AT,
    }
    return Standing(**values | changes)


@given(
    state=st.sampled_from(State),
    nature=st.sampled_from(Nature),
    lane=st.none() | st.sampled_from(Lane),
    disposition=st.sampled_from(CODES),
    statuses=st.lists(st.sampled_from(UNIT_STATUSES), max_size=3),
    incident_id=st.sampled_from([URN, "26-000123", "L 1/ä", "x" * 120]),
)
def test_every_standing_is_an_eido_that_holds_together(
    state, nature, lane, disposition, statuses, incident_id
):
    units = tuple(Unit(new_id(), status, AT) for status in statuses)
    document = write_eido(
        standing(
            state, nature=nature, lane=lane, disposition=disposition, units=units, incident_id=incident_id
        )
    )

    require_eido(document)
    check_references(document)
    assert read_eido_again(json.dumps(document).encode(), now=AT).version == AT.timestamp() * 1000
    owners = [agency["incidentOwningAgencyIndicator"] for agency in document["agencyComponent"]]
    assert sum(owners) == 1
    assert owners[1] is (owner_in(state, Source.DISPATCH) is Custody.OFFICE)


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (State.IN_REVIEW, "Active"),
        (State.OFFERED, "Active"),
        (State.ACCEPT_PENDING, "Active"),
        (State.ACCEPTED, "ResourcesAssigned"),
        (State.HANDING_BACK, "Active"),
        (State.HANDED_BACK, "Active"),
        (State.CANCEL_REQUESTED, "ResourcesAssigned"),
        (State.CANCELLED, "Cancelled"),
        (State.CLOSED, "Closed"),
    ],
)
def test_where_it_stands_is_said_in_the_words_of_the_registry_and_in_ours(state, status):
    incident = write_eido(standing(state))["incidentComponent"]

    assert incident["incidentStatusCommonRegistryText"] == [status]
    assert incident["incidentStatusInternalText"] == [state.value]


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        (["Assigned"], "ResourcesAssigned"),
        (["Assigned", "EnRoute"], "ResourcesEnroute"),
        (["EnRoute", "OnScene"], "ResourcesOnscene"),
    ],
)
def test_the_unit_that_is_furthest_says_how_far_we_are(statuses, status):
    units = tuple(Unit(new_id(), one, AT) for one in statuses)

    incident = write_eido(standing(units=units))["incidentComponent"]

    assert incident["incidentStatusCommonRegistryText"] == [status]


@pytest.mark.parametrize(
    ("outcome", "met", "unmet"),
    [
        (Outcome.AGREEMENT, SETTLED_BY_CONTACT, SETTLED_BY_PHONE),
        (Outcome.CALMED, SETTLED_BY_CONTACT, SETTLED_BY_PHONE),
        (Outcome.CONNECTED_TO_SERVICE, "15", "15"),
        (Outcome.NO_AGREEMENT, "07", "07"),
        (Outcome.NOT_FOUND, "14", "14"),
        (Outcome.REFUSED, "13", "13"),
        (Outcome.HANDED_BACK, "15", "15"),
    ],
)
def test_an_outcome_is_a_disposition_and_nothing_more(outcome, met, unmet):
    assert (disposition_of(outcome, was_met=True), disposition_of(outcome, was_met=False)) == (met, unmet)
    document = write_eido(standing(State.CLOSED, disposition=met))
    [disposition] = document["incidentComponent"]["dispositionComponent"]
    assert disposition["dispositionCommonRegistryCode"] == met
    assert "agreement" not in json.dumps(document)


def test_every_outcome_has_a_disposition():
    assert {disposition_of(outcome, was_met=True) for outcome in Outcome}


def test_a_component_keeps_its_name_while_its_call_lives():
    def names(document: Any) -> set[str]:
        if isinstance(document, dict):
            own = {document["$id"]} if "$id" in document else set()
            return own.union(*(names(inner) for inner in document.values()))
        return set().union(*map(names, document)) if isinstance(document, list) else set()

    before, after = (names(write_eido(standing(state))) for state in (State.OFFERED, State.ACCEPTED))

    assert before == after


def test_whoever_gave_no_tracking_id_finds_their_own_number():
    for number in ("26-000123", "2600012300"):
        document = write_eido(standing(incident_id=number))

        assert document["incidentComponent"]["internalIncidentId"] == number
    assert document["$id"] == "urn:emergency:uid:incidentid:2600012300:psap.example.gov"


NAME = re.compile(r"urn:emergency:uid:incidentid:[0-9a-z]{10,32}:psap\.example\.gov")
NUMBERS = st.text(max_size=120) | st.text("019aA-/ ", min_size=1, max_size=12)


@given(st.lists(NUMBERS, min_size=2, max_size=8, unique=True))
@example(["1", "10"])
@example(["26-1", "261"])
@example(["26-000123", "2600012300"])
@example(["L-abcdefghij", "l-abcdefghij", "LABCDEFGHIJ"])
@example(["9" * 32, "9" * 33])
def test_two_incidents_never_share_a_name(numbers):
    names = {tracking_id(number, "psap.example.gov") for number in numbers}

    assert len(names) == len(numbers)
    assert all(NAME.fullmatch(name) for name in names)


def test_no_number_is_the_name_that_we_made_of_another():
    made = tracking_id("26-1", "psap.example.gov").split(":")[4]

    assert tracking_id(made, "psap.example.gov") != tracking_id("26-1", "psap.example.gov")


def test_every_step_of_a_responder_is_a_status_of_the_registry():
    assert {_UNIT_STATUSES.get(step, ASSIGNED) for step in Step} == {
        *("AcknowledgedTransmission", "Assigned", "Cleared", "EnRoute", "OnScene")
    }
