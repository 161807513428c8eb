"""Each rule that an EIDO must keep: one thing wrong is named by place and code, and nothing is said back."""

import json

import pytest

from app.referrals.eido import read_eido
from app.referrals.payloads import InvalidPayload
from tests.support.eido import PSAP, Writer, changed, ref
from tests.support.eido_reading import NOW, SECRET, offered, problems_of, whole

EVERY_PLACE = [
    *("/incidentComponent", "/callComponent/0", "/callbackComponent/0", "/callbackComponent/0/updatedCbn"),
    *("/agencyComponent/0", "/agentComponent/0", "/notesComponent/0", "/locationComponent/0"),
    *("/personComponent/0", "/dispatchComponent/0", "/emergencyResourceComponent/0", "/linkComponent/0"),
    *("/mergeComponent/0", "/additionalDataComponent/0", "/vehicleComponent/0", "/alarmsSensorsComponent/0"),
    *("/incidentComponent/dispositionComponent/0", ""),
]


@pytest.mark.parametrize("place", EVERY_PLACE)
@pytest.mark.parametrize("member", ["$id", "lastUpdateTimeStamp", "updatedByAgencyReference"])
def test_every_component_says_what_it_is_when_and_by_whom(place, member):
    assert (f"{place}/{member}", "missing") in problems_of(changed(whole(), f"{place}/{member}", ...))


@pytest.mark.parametrize("place", EVERY_PLACE)
def test_no_component_was_written_before_clocks_counted(place):
    for moment in ("1969-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "1970-01-01T10:00:00+14:00"):
        document = changed(whole(), f"{place}/lastUpdateTimeStamp", moment)
        assert (f"{place}/lastUpdateTimeStamp", "too-old") in problems_of(document)


@pytest.mark.parametrize("place", EVERY_PLACE)
def test_what_an_agency_wrote_leads_to_that_agency(place):
    for wrong, code in [
        (ref(SECRET), "dangling-reference"),
        (ref(Writer("26000123abcd").name("note")), "reference-to-another-kind"),
        ({"$ref": PSAP, SECRET: 1}, "not-a-reference"),
        ({"$ref": 7}, "not-a-reference"),
        ({}, "not-a-reference"),
    ]:
        document = changed(whole(), f"{place}/updatedByAgencyReference", wrong)
        assert (f"{place}/updatedByAgencyReference", code) in problems_of(document)


TAKER_ELSEWHERE = ref("ct7@psap.example.gov")


@pytest.mark.parametrize(
    ("pointer", "to", "code"),
    [
        ("/agencyComponent", [], "too-short"),
        ("/agencyComponent", ..., "missing"),
        ("/agencyComponent/0/agencyType", ..., "missing"),
        ("/agencyComponent/0/agencyRoleDescriptionRegistryText", "Dispatching", "list-type"),
        ("/agencyComponent/0/incidentOwningAgencyIndicator", "yes", "bool-type"),
        ("/agencyComponent", lambda agencies: [*agencies, agencies[0] | {"$id": "b.gov"}], "two-owners"),
        ("/agentComponent/0/agencyReference", TAKER_ELSEWHERE, "reference-to-another-kind"),
        ("/agentComponent/0/agencyReference", ..., "missing"),
        ("/callComponent/0/direction", "sideways", "unknown-code"),
        ("/callComponent/0/callStateRegistryText", "", "string-too-short"),
        ("/callComponent/0/callStartTimestamp", "2026-11-25", "not-a-moment"),
        ("/callComponent/0/callBackReference", ref("gone"), "dangling-reference"),
        ("/callbackComponent/0/callBackInformationUri", "tel:1", "list-type"),
        ("/dispatchComponent/0/emergencyResourceReference/0", ref(PSAP), "reference-to-another-kind"),
        ("/eidoVersion", "2.0", "unknown-version"),
        ("/emergencyResourceComponent/0/agentReference", ..., "missing"),
        ("/incidentComponent", lambda incident: [incident], "model-type"),
        ("/incidentComponent/incidentCommonPriorityNumber", 11, "less-than-equal"),
        ("/incidentComponent/incidentCommonPriorityNumber", -1, "greater-than-equal"),
        ("/incidentComponent/incidentCommonPriorityNumber", "2", "int-type"),
        ("/incidentComponent/incidentTypeCommonRegistryText", ..., "missing"),
        ("/incidentComponent/incidentTypeInternalText", "x" * 301, "string-too-long"),
        ("/incidentComponent/locationReference/0", {"$id": "x"}, "not-a-reference"),
        ("/incidentComponent/notesReference", "note", "not-a-reference"),
        ("/issuingElementIdentification", "", "string-too-short"),
        ("/lastUpdateTimeStamp", "2026-11-25T04:00:00", "timezone-aware"),
        ("/lastUpdateTimeStamp", "2026-11-25T04:06:00Z", "in-the-future"),
        ("/lastUpdateTimeStamp", 1_764_043_200, "not-a-moment"),
        ("/linkComponent/0/linkDirectionCode", "SIBLING", "unknown-code"),
        ("/mergeComponent/0/incidentMergeDirectionCode", "RELATED", "unknown-code"),
        ("/mergeComponent/0/incidentTrackingIdentifier", "i" * 200, "string-too-long"),
        ("/notesComponent/0/notesActionComments", ..., "missing"),
        ("/notesComponent/0/notesActionComments", "a\u202eb", "forbidden-characters"),
        ("/personComponent/0/personIncidentRoleRegistryText", ..., "missing"),
        ("/vehicleComponent/0/$id", PSAP.upper(), "doubled-id"),
        ("/$id", "i" * 121, "string-too-long"),
        ("/$id", "a\x00", "forbidden-characters"),
    ],
)
def test_one_thing_wrong_is_named_by_its_place_and_a_code(pointer, to, code):
    assert (pointer, code) in problems_of(changed(whole(), pointer, to))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"locationByReferenceUrl": "https://lrf.example.gov/1"}, "value-and-reference"),
        ({"locationByValue": None}, "neither-value-nor-reference"),
        (
            {"crossStreetByValue": ["<a/>"], "intersectingStreetByValue": ["<a/>"]},
            "cross-and-intersecting",
        ),
    ],
)
def test_a_place_is_said_one_way(changes, code):
    assert ("/locationComponent/0", code) in problems_of(
        changed(offered(), "/locationComponent/0", lambda place: place | changes)
    )


def test_a_link_to_itself_is_refused():
    own = Writer("26000123ABCD", NOW)
    document = offered(linkComponent=[own.link(own.incident_id)])

    assert problems_of(document) == {("/linkComponent/0/incidentTrackingIdentifier", "link-to-itself")}


def test_what_a_sender_calls_its_own_members_is_never_said_back():
    document = offered() | {SECRET: {"$ref": "nobody"}, "x": [{SECRET: {"$id": PSAP}}]}

    assert problems_of(document) == {("", "dangling-reference"), ("", "doubled-id")}


def nested(depth: int) -> bytes:
    return json.dumps(offered()).encode().removesuffix(b"}") + b', "x": ' + b"[" * depth + b"]" * depth + b"}"


@pytest.mark.parametrize(("depth", "code"), [(60, "too-deep"), (10_000, "not-json")])
def test_a_document_that_goes_too_deep_is_refused(depth, code):
    with pytest.raises(InvalidPayload) as refused:
        read_eido(nested(depth), now=NOW)

    assert [(one.pointer, one.code) for one in refused.value.problems] == [("", code)]


def test_nothing_is_cut_from_what_was_told():
    long = changed(offered(), "/notesComponent/0/notesActionComments", "calm words " * 800 + "he has a gun")

    assert problems_of(long) == {("/notesComponent", "string-too-long")}
