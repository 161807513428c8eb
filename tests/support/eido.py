"""EIDO documents as a centre's system would write them: valid ones with every component, and their parts."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from app.foundation import clock

PSAP = "psap.example.gov"
TAKER = f"ct7@{PSAP}"
INSIDE = (33.94, -118.25)
CALM = (
    "Two neighbors argue about a fence. Words only. No weapons. No injuries. No threats. "
    "Both are in their own homes now, calm, and want a mediator."
)
Document = dict[str, Any]


def ref(name: str) -> dict[str, str]:
    return {"$ref": name}


class Writer:
    """The parts of one document, which share their key and their time."""

    def __init__(self, key: str | None = None, at: datetime | None = None) -> None:
        self.key = key or uuid4().hex[:12]
        self.at = (at or clock.now()).astimezone(UTC).isoformat(timespec="milliseconds")

    def name(self, kind: str) -> str:
        return f"urn:emergency:uid:eidodatacomponent:{kind}{self.key}:{PSAP}"

    def part(self, name: str, **members: Any) -> Document:
        """A component with its prologue."""
        return {
            "$id": name,
            "lastUpdateTimeStamp": self.at,
            "updatedByAgencyReference": ref(PSAP),
            "updatedByAgentReference": ref(TAKER),
            **members,
        }

    @property
    def incident_id(self) -> str:
        return f"urn:emergency:uid:incidentid:{self.key}:{PSAP}"

    def link(self, other: str, direction: str = "RELATED") -> Document:
        name = self.name(f"link{uuid4().hex[:6]}")
        return self.part(name, incidentTrackingIdentifier=other, linkDirectionCode=direction)

    def merge(self, other: str, direction: str = "REPLACING") -> Document:
        name = self.name(f"merge{uuid4().hex[:6]}")
        return self.part(name, incidentTrackingIdentifier=other, incidentMergeDirectionCode=direction)


def offer_document(
    key: str | None = None, at: datetime | None = None, *, notes: str = CALM, **members: Any
) -> Document:
    """A calm call, inside `make_area()`, that a mediator can take; `members` are of the root."""
    to = Writer(key, at)
    document = to.part(
        to.incident_id,
        eidoVersion="1.0",
        issuingElementIdentification=f"cad1.{PSAP}",
        incidentComponent=to.part(
            to.name("inc"),
            incidentTypeCommonRegistryText="CDX",
            incidentTypeInternalCode="620N",
            incidentTypeInternalText="620 NEIGHBOR",
            incidentStatusCommonRegistryText=["Active"],
            internalIncidentId=to.key,
            incidentCommonPriorityNumber=2,
            locationReference=[ref(to.name("loc"))],
            notesReference=[ref(to.name("note"))],
        ),
        callComponent=[
            to.part(
                f"urn:emergency:uid:callid:{to.key}:{PSAP}",
                standardPrimaryCallType="nonEmergency",
                direction="incoming",
                callStartTimestamp=to.at,
                callStateRegistryText="callEnd",
                callBackReference=ref(to.name("cb")),
            )
        ],
        callbackComponent=[to.part(to.name("cb"), callBackInformationUri=["tel:+12135550142"])],
        agencyComponent=[
            to.part(
                PSAP,
                agencyRoleDescriptionRegistryText=["CallReceiving", "Dispatching"],
                incidentOwningAgencyIndicator=True,
                agencyType=["psap"],
            )
        ],
        agentComponent=[to.part(TAKER, agentRoleRegistryText=["Call Taking"], agencyReference=ref(PSAP))],
        notesComponent=[to.part(to.name("note"), notesActionComments=f"<p>{notes}</p>")],
        locationComponent=[
            to.part(
                to.name("loc"),
                locationTypeDescriptionRegistryText="CurrentIncident",
                locationByValue=pidf(point(*INSIDE), civic(HNO="1200", RD="Fern", STS="Street")),
            )
        ],
        personComponent=[
            to.part(
                to.name("per"),
                personIncidentRoleRegistryText=["Caller"],
                callBackReference=ref(to.name("cb")),
            )
        ],
    )
    return document | members


def whole_document(key: str | None = None, at: datetime | None = None) -> Document:
    """The same with every component and nearly every member that the standard has."""
    to, document = Writer(key, at), offer_document(key, at)
    to.key = document["$id"].split(":")[4]
    document["incidentComponent"] |= {
        "dispositionComponent": [to.part(to.name("disp"), dispositionCommonRegistryCode="15")],
        "vehicleReference": [ref(to.name("veh"))],
        "personReference": [ref(to.name("per"))],
        "agentReference": [ref(TAKER)],
        "reportNumberType": "New",
    }
    document["callbackComponent"][0]["updatedCbn"] = to.part(
        to.name("cbn"), updatedCbnIdentifierUri="tel:+12135550199"
    )
    return document | {
        "dispatchComponent": [
            to.part(
                to.name("dis"), agencyReference=ref(PSAP), emergencyResourceReference=[ref(to.name("unit"))]
            )
        ],
        "emergencyResourceComponent": [
            to.part(
                to.name("unit"),
                agentReference=[ref(TAKER)],
                emergencyResourceTypeCommonRegistryText="PatrolUnit",
                primaryUnitStatusRegistryText="NotAvailable",
                resourceAttributeRegistryText=["TaserTrained"],
                secondaryUnitStatusRegistryText=["EnRoute"],
                unitLocationReference=ref(to.name("loc")),
            )
        ],
        "linkComponent": [to.link(f"urn:emergency:uid:incidentid:other{to.key}:{PSAP}")],
        "mergeComponent": [to.merge(f"urn:emergency:uid:incidentid:twin{to.key}:{PSAP}", "SPLIT")],
        "additionalDataComponent": [
            to.part(to.name("add"), additionalDataByValue="<a/>", notesReference=[ref(to.name("note"))])
        ],
        "vehicleComponent": [
            to.part(
                to.name("veh"),
                vehicleRelationshipType=["InvolvedVehicle"],
                vehicleRelationshipTimeStamp=to.at,
            )
        ],
        "alarmsSensorsComponent": [to.part(to.name("alarm"), alarmUrl="https://alarms.example.gov/1")],
        "@context": {"@vocab": "./JSON-LD_Contexts/EmergencyIncidentDataObjectType.jsonld"},
        "localExtension": {"anything": ["a centre", "adds"]},
    }


def changed(document: Document, path: str, to: Any) -> Document:
    """A document with one place put otherwise; the path is a JSON pointer, `...` takes the member away."""
    *inner, last = [int(step) if step.isdigit() else step for step in path.removeprefix("/").split("/")]
    place: Any = document
    for step in inner:
        place = place[step]
    if to is ...:
        del place[last]
    else:
        place[last] = to(place[last]) if isinstance(to, Callable) else to  # type: ignore[arg-type]
    return document


GML = 'xmlns:gml="http://www.opengis.net/gml" xmlns:gs="http://www.opengis.net/pidflo/1.0"'


def point(lat: float | str, lon: float | str) -> str:
    return f'<gml:Point {GML} srsName="urn:ogc:def:crs:EPSG::4326"><gml:pos>{lat} {lon}</gml:pos></gml:Point>'


def circle(lat: float, lon: float, radius: object, unit: str = "urn:ogc:def:uom:EPSG::9001") -> str:
    return (
        f'<gs:Circle {GML} srsName="urn:ogc:def:crs:EPSG::4326"><gml:pos>{lat} {lon}</gml:pos>'
        f'<gs:radius uom="{unit}">{radius}</gs:radius></gs:Circle>'
    )


def civic(**parts: str) -> str:
    written = "".join(f"<{name}>{words}</{name}>" for name, words in parts.items())
    return f'<civicAddress xmlns="urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr">{written}</civicAddress>'


def pidf(*inside: str) -> str:
    """A PIDF-LO around shapes and addresses."""
    return (
        '<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10"'
        f' entity="pres:incident@{PSAP}"><tuple id="t1"><status><gp:geopriv><gp:location-info>'
        f"{''.join(inside)}</gp:location-info><gp:usage-rules/></gp:geopriv></status></tuple></presence>"
    )
