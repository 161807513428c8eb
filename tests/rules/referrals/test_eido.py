"""What an EIDO is read as: every component, each rule that it must keep, and what it says of danger."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from app.referrals.eido import read_eido, read_eido_again
from app.referrals.link_models import Link, LinkKind
from app.referrals.models import CallKind
from app.referrals.payloads import InvalidPayload
from app.referrals.updates import Update
from tests.support.eido import PSAP, changed, circle, civic, offer_document, pidf, ref
from tests.support.eido_reading import NOW, offered, problems_of, read_document, whole

SAMPLES = Path(__file__).parents[4] / "shared" / "standards" / "samples"


def test_a_calm_call_is_read_whole():
    new = read_document(offered())

    assert new.incident_id == f"urn:emergency:uid:incidentid:26000123abcd:{PSAP}"
    assert new.version == int(NOW.timestamp() * 1000)
    assert new.kind is CallKind.CALLBACK
    assert new.told.narrative.startswith("Two neighbors")
    assert (new.told.callback, new.told.call_number) == ("+12135550142", "26000123abcd")
    assert (new.told.lat, new.told.lon, new.told.place_text) == (33.94, -118.25, "1200 Fern Street")
    assert (new.call_type, new.common_type) == (("620N", "620 NEIGHBOR", "CDX"), "CDX")
    assert (new.to_return, new.to_review, new.links) == ((), (), ())


def test_every_component_is_read_and_what_we_do_not_know_is_left_alone():
    new = read_document(whole())

    assert new.told.callback == "+12135550199"  # the number that was given later
    assert new.to_review == ("incident_ended", "others_are_sent")
    assert new.links == (
        Link(f"urn:emergency:uid:incidentid:other26000123abcd:{PSAP}", LinkKind.RELATED),
        Link(f"urn:emergency:uid:incidentid:twin26000123abcd:{PSAP}", LinkKind.SPLIT),
    )


def test_a_reference_is_the_same_in_any_case():
    document = changed(offered(), "/agentComponent/0/agencyReference", ref(PSAP.upper()))

    assert read_document(document).version == int(NOW.timestamp() * 1000)


def test_an_incident_is_the_same_in_any_case():
    shouted = changed(offered(), "/$id", f"URN:Emergency:uid:IncidentID:26000123ABCD:{PSAP}")

    assert read_document(shouted).incident_id == read_document(offered()).incident_id


@pytest.mark.parametrize(
    ("component", "alias"),
    [
        ("alarmsSensorsComponent", "alarmsSensorComponent"),
        ("incidentComponent/dispositionComponent", "disposition"),
    ],
)
def test_both_spellings_of_the_standard_are_read_and_never_both_at_once(component, alias):
    document = whole()
    *inner, last = component.split("/")
    place = document[inner[0]] if inner else document
    place[alias] = place.pop(last)
    assert "incident_ended" in read_document(document).to_review

    place[last] = []
    assert (f"/{component}", "doubled-member") in problems_of(document)


@pytest.mark.parametrize(
    ("pointer", "to", "reason"),
    [
        ("/personComponent/0/personIncidentRoleRegistryText", ["Caller", "Patient"], "person_patient"),
        ("/incidentComponent/incidentStatusCommonRegistryText", ["FireUnderControl"], "fire_on_scene"),
    ],
)
def test_what_needs_an_ambulance_or_an_engine_goes_back(pointer, to, reason):
    assert read_document(changed(offered(), pointer, to)).to_return == (reason,)


@pytest.mark.parametrize(
    ("pointer", "to", "reason"),
    [
        ("/personComponent/0/personIncidentRoleRegistryText", ["Victim"], "person_harmed"),
        ("/personComponent/0/personIncidentRoleRegistryText", ["PatientRelative"], "person_near_patient"),
        ("/personComponent/0/personIncidentRoleRegistryText", ["Somebody"], "person_part_unclear"),
        ("/incidentComponent/incidentStatusCommonRegistryText", ["ResourcesOnscene"], "others_are_sent"),
        ("/incidentComponent/incidentStatusCommonRegistryText", ["Closed"], "incident_ended"),
        ("/incidentComponent/incidentStatusCommonRegistryText", ["NewLocation"], "incident_moved"),
        ("/incidentComponent/incidentStatusCommonRegistryText", ["ReOpened"], "incident_reopened"),
        ("/incidentComponent/incidentStatusCommonRegistryText", ["Sleeping"], "code_unknown"),
        ("/agencyComponent/0/agencyRoleDescriptionRegistryText", ["Boss"], "code_unknown"),
        ("/locationComponent/0/locationByValue", pidf(circle(33.94, -118.25, 2_000)), "place_imprecise"),
    ],
)
def test_what_a_person_must_read_says_why(pointer, to, reason):
    assert read_document(changed(offered(), pointer, to)).to_review == (reason,)


def test_a_code_of_a_place_that_we_do_not_know_is_for_a_person():
    kind = "/locationComponent/0/locationTypeDescriptionRegistryText"

    assert "code_unknown" in read_document(changed(offered(), kind, "Moon")).to_review


def test_units_that_are_done_are_nobody_on_scene():
    document = whole()
    document["emergencyResourceComponent"][0]["secondaryUnitStatusRegistryText"] = ["Cleared"]

    assert "others_are_sent" not in read_document(document).to_review


@pytest.mark.parametrize(
    ("about", "language"),
    [
        ({}, None),
        ({"personPrimaryLanguage": "Spanish"}, "es"),
        ({"nc:PersonPrimaryLanguage": {"nc:LanguageCode": "spa"}}, "es"),
        ({"personPrimaryLanguage": [{"languageCode": "es-MX"}]}, "es"),
        ({"personPrimaryLanguage": "Klingon"}, "und"),
        ({"personPrimaryLanguage": "English"}, "en"),
        ({"personName": "Spanish"}, None),
    ],
)
def test_what_the_caller_speaks_is_read_and_who_they_are_is_not(about, language):
    caller = offered()["personComponent"][0] | {"ncPersonComponent": about}
    new = read_document(offered(personComponent=[caller]))

    assert new.language == language
    assert "Spanish" not in str(new.told)


def test_a_corner_is_a_place_where_no_address_is_written():
    streets = [pidf(civic(RD="Fern")), pidf(civic(RD="Hazel"))]
    document = offered()
    document["locationComponent"][0] |= {"locationByValue": "<a/>", "intersectingStreetByValue": streets}

    assert read_document(document).told.place_text == "Fern / Hazel"


def test_markup_is_not_kept():
    html = "<p>Two are loud.</p><script>a()</script><img src=x onerror=b()>&lt;i&gt; <style>p{}</style>"

    new = read_document(changed(offered(), "/notesComponent/0/notesActionComments", html))

    assert new.told.narrative == "Two are loud.\n<i>"


def test_an_update_needs_no_place_and_tells_all_that_a_first_message_does():
    document = whole() | {"locationComponent": [], "callbackComponent": []}
    document["incidentComponent"].pop("locationReference")
    document["callComponent"][0].pop("callBackReference")
    document["personComponent"][0] |= {"personIncidentRoleRegistryText": ["Patient"]}
    document["personComponent"][0].pop("callBackReference")
    document["emergencyResourceComponent"][0].pop("unitLocationReference")
    body = json.dumps(document).encode()

    update = Update.of(read_eido_again(body, now=NOW))

    assert (update.version, update.common_type) == (int(NOW.timestamp() * 1000), "CDX")
    assert update.to_return == ("person_patient",)
    assert "fence" in update.narrative
    assert len(update.links) == 2
    with pytest.raises(InvalidPayload) as refused:
        read_eido(body, now=NOW)
    assert refused.value.slug == "not-actionable"


def test_the_newer_whole_state_has_the_higher_version():
    later = offer_document("26000123abcd", NOW + timedelta(milliseconds=1))

    assert read_document(later).version == read_document(offered()).version + 1


@pytest.mark.parametrize("name", ["nena-sample-call-transfer.json", "eido-referral.json", "eido-result.json"])
def test_the_shared_samples_are_read_as_they_are(name):
    if not (SAMPLES / name).exists():
        pytest.skip("the shared samples are not beside this checkout")
    body = (SAMPLES / name).read_bytes()

    assert read_eido_again(body, now=NOW).version > 0
