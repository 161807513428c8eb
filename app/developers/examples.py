"""One example of each body, valid against its shape: what the document and the page show."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from app.referrals.conveyance import (
    our_yes,
    response_to,
    written_notice,
    written_request,
)
from app.referrals.eido_out import Standing, write_eido
from app.referrals.models import Custody
from app.referrals.natures import Nature
from app.roster.lanes import Lane
from app.triage.needs import Question
from app.triage.payloads import told_needs

FENCE: dict[str, Any] = {
    "incident_id": "26-1125-004312",
    "version": 1,
    "kind": "live",
    "call_type": {"code": "620N", "text": "620 NEIGHBOR"},
    "narrative": "Argument about the shared fence. Both are in their own homes now, calm, and want to "
    "talk it over.",
    "location": {"lat": 34.0443, "lon": -118.2101, "address": "1200 E 4th St"},
    "callback": "555-0142",
    "language": "en",
    "answers": {
        "weapons": "no",
        "injuries": "no",
        "threats": "no",
        "children_at_risk": "no",
        "relation": "neighbors",
        "wish": "mediator",
    },
}
CENTRE = "cad.example.gov"
_NUMBER = "261125004313"
_PROLOGUE = {
    "lastUpdateTimeStamp": "2026-11-25T07:00:00-08:00",
    "updatedByAgencyReference": {"$ref": CENTRE},
}


def _part(kind: str, **members: Any) -> dict[str, Any]:
    """A component with what each must say of itself."""
    return {"$id": f"urn:emergency:uid:eidodatacomponent:{kind}{_NUMBER}:{CENTRE}", **_PROLOGUE, **members}


_PLACE = (
    '<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10"'
    f' entity="pres:incident@{CENTRE}"><tuple id="t1"><status><gp:geopriv><gp:location-info>'
    '<gml:Point xmlns:gml="http://www.opengis.net/gml" srsName="urn:ogc:def:crs:EPSG::4326">'
    "<gml:pos>33.94 -118.25</gml:pos></gml:Point>"
    "</gp:location-info><gp:usage-rules/></gp:geopriv></status></tuple></presence>"
)
# Its codes are those of NENA's registries: one that is in none of them is for a person to read.
EIDO: dict[str, Any] = {
    "$id": f"urn:emergency:uid:incidentid:{_NUMBER}:{CENTRE}",
    "eidoVersion": "1.0",
    "issuingElementIdentification": CENTRE,
    **_PROLOGUE,
    "agencyComponent": [
        {
            "$id": CENTRE,
            **_PROLOGUE,
            "agencyRoleDescriptionRegistryText": ["CallReceiving"],
            "agencyType": ["psap"],
            "incidentOwningAgencyIndicator": True,
        }
    ],
    "incidentComponent": _part(
        "inc",
        incidentTypeCommonRegistryText="CDX",
        incidentTypeInternalText="620 NEIGHBOR",
        incidentStatusCommonRegistryText=["Active"],
    ),
    "locationComponent": [
        _part("loc", locationTypeDescriptionRegistryText="CurrentIncident", locationByValue=_PLACE)
    ],
    "callbackComponent": [_part("cb", callBackInformationUri=["tel:+12135550142"])],
    "notesComponent": [
        _part(
            "note",
            notesActionComments="<p>Argument about a fence. Words only. No weapons. No injuries."
            " No threats. Both are in their own homes now, calm, and want a mediator.</p>",
        )
    ],
}
OUR_ID = "01kaxq3v7wz8m2n4p6r8t0v2x4"
STANDING: dict[str, Any] = {
    "id": OUR_ID,
    "incident_id": FENCE["incident_id"],
    "version": 1,
    "state": "offered",
    "custody": "dispatch",
    "reason": None,
    "lane": "mediation",
    "accept_by": "2026-11-25T15:00:40.000+00:00",
    "needs": [],
}
UNSURE: dict[str, Any] = FENCE | {"answers": {**FENCE["answers"], "weapons": "unknown", "wish": "unknown"}}
READ_FIRST: dict[str, Any] = STANDING | {
    "state": "in_review",
    "reason": "weapons_unknown",
    "accept_by": "2026-11-25T15:01:30.000+00:00",
    "decision": "review",
    "reasons": ["weapons_unknown"],
    "needs": told_needs((Question.WEAPONS, Question.WISH)),
}
"""What the same call is answered with where the answers are those of `UNSURE`."""
UPDATE: dict[str, Any] = {
    "version": 2,
    "narrative": "A third person has come to the fence.",
    "answers": {"weapons": "no"},
}
CHANGE: dict[str, Any] = {
    "cursor": "01kaxq3v7wz8m2n4p6r8t0v2x5",
    "id": OUR_ID,
    "incident_id": FENCE["incident_id"],
    "version": 1,
    "state": "offered",
    "custody": "dispatch",
    "reason": None,
    "at": "2026-11-25T15:00:00.000+00:00",
}
ASKED: dict[str, Any] = {"requestForService": {"requestId": "request-1", "eido": EIDO}}
ANSWERED = response_to("request-1", STANDING)
_GIVEN_BACK = Standing(
    referral_id=OUR_ID,
    incident_id=EIDO["$id"],
    their_agency=CENTRE,
    our_agency="office.example.gov",
    state="handing_back",
    custody=Custody.BOTH,
    nature=Nature.NEIGHBOR,
    lane=Lane.MEDIATION,
    changed_at=datetime(2026, 11, 25, 15, 0, 20, tzinfo=UTC),
)
_CLOSED = replace(_GIVEN_BACK, state="closed", custody=Custody.OFFICE, disposition="18")
CONVEYED: dict[str, dict[str, Any]] = {
    "response": our_yes("request-1"),
    "requestForService": written_request(f"our_request-{OUR_ID}", write_eido(_GIVEN_BACK)),
    "requestAwareness": written_notice(f"our_notice-{OUR_ID}", write_eido(_CLOSED)),
}
"""What arrives at your callback address about a call that came by conveyance."""

BODIES: dict[str, Any] = {
    "Referral": FENCE,
    "Eido": EIDO,
    "Update": UPDATE,
    "Nothing": {},
    "Standing": STANDING,
    "Changes": {"changes": [CHANGE], "next": CHANGE["cursor"], "has_more": False},
    "Digest": {
        "since": "01kavtg0000000000000000000",
        "until": "01kaxq4aay0000000000000000",
        "count": 0,
        "digest": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    },
    "Health": {
        "checks": {"canary": True, "clocks": True, "on_shift": True, "disk": True, "not_paused": True},
        "canary_at": "2026-11-25T15:00:00+00:00",
        "clocks_at": "2026-11-25T15:00:00+00:00",
        "disk_free_percent": 41.5,
        "server_time": 1795618800,
    },
    "Conveyance": ASKED,
    "ConveyanceResponse": ANSWERED,
}


def callback(kind: str, state: str, custody: str, facts: dict[str, Any]) -> dict[str, Any]:
    """What arrives at your callback address."""
    about = {
        "referral_id": OUR_ID,
        "incident_id": FENCE["incident_id"],
        "state": state,
        "custody": custody,
        "reason": None,
        "at": "2026-11-25T15:00:20+00:00",
    }
    return {"type": kind, "timestamp": "2026-11-25T15:00:20.000Z", "data": about | facts}


@dataclass(frozen=True)
class Worked:
    """A digest worked out: its lines, and what they come to."""

    lines: str
    digest: str


def worked_digest() -> Worked:
    """Two changes of one call, written as the digest reads them."""
    cursors = {"offered": "dispatch", "accept_pending": "both"}
    lines = "".join(
        f"{OUR_ID[:-1]}{number} {OUR_ID} {state} {custody}\n"
        for number, (state, custody) in enumerate(cursors.items(), start=5)
    )
    return Worked(lines, sha256(lines.encode()).hexdigest())
