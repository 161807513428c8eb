"""One example of each body, valid against its shape: what the document and the page show."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

FENCE: dict[str, Any] = {
    "incident_id": "26-1125-004312",
    "version": 1,
    "kind": "live",
    "call_type": {"code": "620N", "text": "620 NEIGHBOR"},
    "narrative": "Argument about the shared fence, both apart now and calm.",
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
_CENTRE = {"$ref": "urn:emergency:uid:agencyid:cad.example.gov"}
_PROLOGUE = {"lastUpdateTimeStamp": "2026-11-25T07:00:00-08:00", "updatedByAgencyReference": _CENTRE}
EIDO: dict[str, Any] = {
    "$id": "urn:emergency:uid:incidentid:26-1125-004313:cad.example.gov",
    "eidoVersion": "1.0",
    "issuingElementIdentification": "cad.example.gov",
    **_PROLOGUE,
    "agencyComponent": [
        {
            "$id": "urn:emergency:uid:agencyid:cad.example.gov",
            **_PROLOGUE,
            "agencyRoleDescriptionRegistryText": ["Call taking"],
            "agencyType": ["Police"],
            "incidentOwningAgencyIndicator": True,
        }
    ],
    "incidentComponent": {"$id": "incident-1", **_PROLOGUE, "incidentTypeCommonRegistryText": "Dispute"},
    "callbackComponent": [{"$id": "callback-1", **_PROLOGUE, "callBackInformationUri": ["tel:+12135550142"]}],
    "notesComponent": [
        {"$id": "note-1", **_PROLOGUE, "notesActionComments": "<p>Argument about a fence.</p>"}
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
}
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
ANSWERED: dict[str, Any] = {
    "response": {
        "requestId": "request-1",
        "responseCode": 182,
        "responseText": "offered; custody dispatch",
    }
}

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
