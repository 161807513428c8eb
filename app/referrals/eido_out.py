"""Writing an EIDO of a call as it stands with us, for the centre that offered it. Pure.

Whole state, as the standard asks: who owns it, what we do, whom we have sent as a unit
without a name, and how it ended as a disposition code. What was said in a mediation, who
the people are and where they live is never in it; a note says so. Components keep their
`$id` as long as the call lives.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from app.referrals.incident_ids import is_tracking_id, tracking_id
from app.referrals.models import Custody, Referral
from app.referrals.natures import Nature
from app.roster.lanes import Lane

AGENCY_TYPE = "x-ovp.community_mediation"
"""The registry has no value for what we are; this one is agreed with each centre."""

CONFIDENTIAL = "<p>What people tell us is confidential and is not returned to dispatch.</p>"
ASSIGNED = "Assigned"

# Where an incident stands, by the state of our referral. Whatever is not here is still going on.
_STATUSES: Mapping[str, str] = {
    "accepted": "ResourcesAssigned",
    "contacting": "ResourcesAssigned",
    "engaged": "ResourcesAssigned",
    "cancel_requested": "ResourcesAssigned",
    "cancelled": "Cancelled",
    "closed": "Closed",
}
_STATUS_BY_UNIT: Mapping[str, str] = {"OnScene": "ResourcesOnscene", "EnRoute": "ResourcesEnroute"}

# The common type that fits best. Not known is trouble of an unknown kind, never "no emergency".
_TYPES: Mapping[Nature, str] = {
    Nature.NEIGHBOR: "CDX",
    Nature.NOISE: "NOISE",
    Nature.ROOMMATE: "CDX",
    Nature.FAMILY: "FAM",
    Nature.LANDLORD_TENANT: "CDX",
    Nature.CUSTOMER_BUSINESS: "CDX",
    Nature.YOUTH: "JUV",
    Nature.PAST_HARM: "CIVIL",
    Nature.MENTAL_DISTRESS: "EDP",
    Nature.INTOXICATED: "INTOX",
    Nature.WELFARE: "WELFARE",
    Nature.UNHOUSED: "CITASST",
    Nature.SERVICE_NEED: "CITASST",
    Nature.TENSION: "DISORD",
    Nature.PARTNER: "DVNA",
    Nature.DANGER: "TROUBLE",
    Nature.OTHER: "TROUBLE",
}
SETTLED_BY_PHONE, SETTLED_BY_CONTACT = "05", "18"
CANCELLED, DUPLICATE = "10", "22"
# How our case ended, as the codes of dispatch say it; coarse by design.
_DISPOSITIONS: Mapping[str, str] = {
    "agreement": SETTLED_BY_CONTACT,
    "calmed": SETTLED_BY_CONTACT,
    "connected_to_service": "15",
    "no_agreement": "07",
    "not_found": "14",
    "refused": "13",
    "handed_back": "15",
}
_DESCRIPTIONS: Mapping[str, str] = {
    SETTLED_BY_PHONE: "Settled by telephone. Nothing more is needed of dispatch.",
    "07": "A civil matter. Nothing more is needed of dispatch.",
    CANCELLED: "Cancelled.",
    "13": "Help was offered and not wanted.",
    "14": "Nobody was found.",
    "15": "Another agency or service has it.",
    SETTLED_BY_CONTACT: "Settled by contact. Nothing more is needed of dispatch.",
    DUPLICATE: "Cancelled. Another incident has taken its place.",
}


@dataclass(frozen=True)
class Unit:
    """Somebody of ours who is sent, without a name: how far they are, in the registry's word."""

    id: str
    status: str
    changed_at: datetime


@dataclass(frozen=True)
class Standing:
    """A call as it stands with us, as far as dispatch may know."""

    referral_id: str
    incident_id: str
    their_agency: str
    our_agency: str
    state: str
    custody: Custody
    nature: Nature
    lane: Lane | None
    changed_at: datetime
    disposition: str | None = None
    units: tuple[Unit, ...] = field(default_factory=tuple)

    @classmethod
    def of(cls, referral: Referral, *, our_agency: str, changed_at: datetime, **more: Any) -> Self:
        """What the row of a referral says; `more` is what later steps know of it."""
        return cls(
            referral_id=referral.id,
            incident_id=referral.incident_id,
            their_agency=referral.client.agency.lower() if referral.client else our_agency,
            our_agency=our_agency,
            state=referral.state.value,
            custody=referral.custody,
            nature=referral.nature,
            lane=referral.lane,
            changed_at=changed_at,
            **more,
        )


def disposition_of(outcome: str, *, was_met: bool) -> str:
    """The disposition code of a case's outcome; what was settled without going is settled by phone."""
    code = _DISPOSITIONS[outcome]
    return SETTLED_BY_PHONE if code == SETTLED_BY_CONTACT and not was_met else code


def write_eido(standing: Standing) -> dict[str, Any]:
    """The document of a call as it stands."""
    write = _Writer(standing)
    document = {
        **write.component(write.incident_id),
        "eidoVersion": "1.0",
        "issuingElementIdentification": f"hook.{standing.our_agency}",
        "incidentComponent": write.incident(),
        "agencyComponent": write.agencies(),
        "agentComponent": [write.automaton()],
        "notesComponent": [write.note()],
    }
    units = [write.unit(number, unit) for number, unit in enumerate(standing.units, 1)]
    return document | ({"emergencyResourceComponent": units} if units else {})


class _Writer:
    """The parts of one document."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self.agent_id = f"automaton.hook@{standing.our_agency}"

    @property
    def incident_id(self) -> str:
        """Dispatch's own name for it; a centre without one gets a name made of its number."""
        name = self.standing.incident_id
        return name if is_tracking_id(name) else tracking_id(name, self.standing.their_agency)

    def component(self, name: str, at: datetime | None = None) -> dict[str, Any]:
        """What every component says of itself."""
        return {
            "$id": name,
            "lastUpdateTimeStamp": (at or self.standing.changed_at).isoformat(timespec="milliseconds"),
            "updatedByAgencyReference": _ref(self.standing.our_agency),
            "updatedByAgentReference": _ref(self.agent_id),
        }

    def _name(self, kind: str, of: str) -> str:
        return f"urn:emergency:uid:eidodatacomponent:{kind}{of}:{self.standing.our_agency}"

    @property
    def _note_id(self) -> str:
        return self._name("note", self.standing.referral_id)

    def incident(self) -> dict[str, Any]:
        standing = self.standing
        written = {
            **self.component(self._name("inc", standing.referral_id)),
            "incidentTypeCommonRegistryText": _TYPES[standing.nature],
            "incidentStatusCommonRegistryText": [self._status()],
            "incidentStatusInternalText": [standing.state],
            "internalIncidentId": standing.incident_id,
            "documentIdentification": [standing.referral_id],
            "reportNumberType": "New",
            "notesReference": [_ref(self._note_id)],
        }
        return written | ({"dispositionComponent": [self._disposition()]} if standing.disposition else {})

    def _status(self) -> str:
        status = _STATUSES.get(self.standing.state, "Active")
        if status != "ResourcesAssigned":
            return status
        at = {unit.status for unit in self.standing.units}
        return next((said for how, said in _STATUS_BY_UNIT.items() if how in at), status)

    def _disposition(self) -> dict[str, Any]:
        code = self.standing.disposition or ""
        return {
            **self.component(self._name("disp", self.standing.referral_id)),
            "dispositionCommonRegistryCode": code,
            "dispositionPrimaryIndicator": True,
            "dispositionDescriptionText": _DESCRIPTIONS[code],
        }

    def agencies(self) -> list[dict[str, Any]]:
        """Both sides. One owner at most is named: while both own it, dispatch has not let go."""
        standing = self.standing
        is_ours = standing.custody is Custody.OFFICE
        theirs = {
            **self.component(standing.their_agency),
            "agencyRoleDescriptionRegistryText": ["CallReceiving"],
            "incidentOwningAgencyIndicator": not is_ours,
            "agencyType": ["psap"],
        }
        role = {Custody.OFFICE: "TransferredTo", Custody.BOTH: "Assisting"}.get(
            standing.custody, "Informational"
        )
        ours = {
            **self.component(standing.our_agency),
            "agencyRoleDescriptionRegistryText": [role],
            "incidentOwningAgencyIndicator": is_ours,
            "agencyType": [AGENCY_TYPE],
        }
        return [theirs, ours]

    def automaton(self) -> dict[str, Any]:
        """The machine that writes this. People of ours are not named to others."""
        return {
            **self.component(self.agent_id),
            "agentRoleRegistryText": ["Dispatching"],
            "agencyReference": _ref(self.standing.our_agency),
        }

    def note(self) -> dict[str, Any]:
        return {
            **self.component(self._note_id),
            "notesActionComments": CONFIDENTIAL,
            "agentReference": _ref(self.agent_id),
        }

    def unit(self, number: int, unit: Unit) -> dict[str, Any]:
        """A unit with a number and no name. The registry has no mediator; this type is the nearest."""
        return {
            **self.component(self._name("unit", unit.id), unit.changed_at),
            "emergencyResourceName": f"Community unit {number}",
            "emergencyResourceTypeCommonRegistryText": "CrisisInterventionUnit",
            "emergencyResourceTypeInternalText": self.standing.lane.value if self.standing.lane else "",
            "resourceAttributeRegistryText": ["CrisisInterventionSpecialist"],
            "primaryUnitStatusRegistryText": "NotAvailable",
            "secondaryUnitStatusRegistryText": [unit.status],
            "agentReference": [_ref(self.agent_id)],
        }


def _ref(name: str) -> dict[str, str]:
    return {"$ref": name}
