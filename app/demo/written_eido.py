"""Writing an invented call as an EIDO, the way a centre's system would."""

from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from app.demo.calls import InventedCall

CENTRE = "psap.demo.example.gov"
OFFICE = "ovp.demo.example.gov"
CALL_TAKER = f"ct7@{CENTRE}"
_DENIED = {
    "en": {"weapons": "No weapons.", "injuries": "No injuries.", "threats": "No threats."},
    "es": {"weapons": "Sin armas.", "injuries": "Nadie lastimado.", "threats": "No hay amenazas."},
}


def incident_urn(number: str) -> str:
    """The incident's name in every document about it."""
    return f"urn:emergency:uid:incidentid:{_key(number)}:{CENTRE}"


def _key(number: str) -> str:
    return "".join(filter(str.isalnum, number)).ljust(10, "0")


def write_eido(call: InventedCall, now: datetime) -> dict[str, Any]:
    """The document: incident, call, callback, agencies, notes, place."""
    written = _Written(call.number, now.isoformat(timespec="milliseconds"))
    return {
        **written.head(incident_urn(call.number)),
        "eidoVersion": "1.0",
        "issuingElementIdentification": f"cad1.{CENTRE}",
        "agencyComponent": written.agencies(),
        "agentComponent": [written.call_taker()],
        "incidentComponent": written.incident(call),
        "callComponent": [written.call(call)],
        "callbackComponent": [
            {**written.part("cb"), "callBackInformationUri": [f"tel:+1{call.callback.replace('-', '')}"]}
        ],
        "notesComponent": [written.notes(call)],
        "locationComponent": [written.place(call)],
    }


class _Written:
    """The parts of one document, which share their number, their time and their author."""

    def __init__(self, number: str, at: str) -> None:
        self.key = _key(number)
        self._at = at

    def head(self, name: str) -> dict[str, Any]:
        """What every component says of itself."""
        return {
            "$id": name,
            "lastUpdateTimeStamp": self._at,
            "updatedByAgencyReference": {"$ref": CENTRE},
            "updatedByAgentReference": {"$ref": CALL_TAKER},
        }

    def part(self, kind: str) -> dict[str, Any]:
        return self.head(self._name(kind))

    def _name(self, kind: str) -> str:
        return f"urn:emergency:uid:eidodatacomponent:{kind}{self.key}:{CENTRE}"

    def agencies(self) -> list[dict[str, Any]]:
        return [
            {
                **self.head(CENTRE),
                "agencyRoleDescriptionRegistryText": ["CallReceiving", "Dispatching"],
                "incidentOwningAgencyIndicator": True,
                "agencyType": ["psap"],
            },
            {
                **self.head(OFFICE),
                "agencyRoleDescriptionRegistryText": ["TransferredTo"],
                "agencyType": ["x-ovp.community_mediation"],
            },
        ]

    def call_taker(self) -> dict[str, Any]:
        return {
            **self.head(CALL_TAKER),
            "agentRoleRegistryText": ["Call Taking"],
            "agencyReference": {"$ref": CENTRE},
        }

    def incident(self, call: InventedCall) -> dict[str, Any]:
        return {
            **self.part("inc"),
            "incidentTypeInternalCode": call.story.code,
            "incidentTypeInternalText": call.story.text,
            "incidentTypeCommonRegistryText": call.story.eido_type,
            "incidentStatusCommonRegistryText": ["Active"],
            "internalIncidentId": call.number,
            "incidentPriorityInternalText": "P4",
            "incidentCommonPriorityNumber": 2,
            "locationReference": [{"$ref": self._name("loc")}],
            "notesReference": [{"$ref": self._name("note")}],
        }

    def call(self, call: InventedCall) -> dict[str, Any]:
        return {
            **self.head(f"urn:emergency:uid:callid:{self.key}:{CENTRE}"),
            "standardPrimaryCallType": "nonEmergency",
            "direction": "incoming",
            "callStartTimestamp": self._at,
            "callStateRegistryText": "callAnswered" if call.is_live else "callEnd",
            "callBackReference": {"$ref": self._name("cb")},
        }

    def notes(self, call: InventedCall) -> dict[str, Any]:
        """An EIDO has no answers to questions: the call taker types them behind the story."""
        denied = _DENIED.get(call.story.language, _DENIED["en"])
        asked = [words for question, words in denied.items() if call.answers.get(question) == "no"]
        told = escape(" ".join((call.story.words, *asked)))
        return {**self.part("note"), "notesActionComments": f"<p>{told}</p>"}

    def place(self, call: InventedCall) -> dict[str, Any]:
        return {
            **self.part("loc"),
            "locationTypeDescriptionRegistryText": "CurrentIncident",
            "locationByValue": _pidf(call),
            "locationDescriptionText": call.corner,
        }


def _pidf(call: InventedCall) -> str:
    """A point and a street, as PIDF-LO."""
    spot = call.spot
    point = (
        '<gml:Point xmlns:gml="http://www.opengis.net/gml" srsName="urn:ogc:def:crs:EPSG::4326">'
        f"<gml:pos>{spot.lat} {spot.lon}</gml:pos></gml:Point>"
        if spot
        else ""
    )
    return (
        '<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10"'
        f' entity="pres:incident@{CENTRE}"><tuple id="t1"><status><gp:geopriv><gp:location-info>{point}'
        '<civicAddress xmlns="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr"><country>US</country>'
        f"<A1>CA</A1><A3>Los Angeles</A3><RD>{escape(call.corner)}</RD></civicAddress>"
        "</gp:location-info><gp:usage-rules/></gp:geopriv></status></tuple></presence>"
    )
