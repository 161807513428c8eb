"""The words of NENA's registries that we act on or check, as an EIDO carries them (standards.md 1.3).

Only what safety or reading needs. A code that is not here is no error of the sender: the
registries grow. It is a reason for a person to look.
"""

from collections.abc import Iterable, Mapping

EIDO_VERSION = "1.0"
HIGHEST_PRIORITY = 10
URGENT_PRIORITY = 8

AGENCY_ROLES = frozenset(
    {"Assisting", "CallReceiving", "Dispatched", "Dispatching", "Informational", "TransferredTo"}
)
# Where it happens, the surest first. A tower, a unit or a staging place is not where it happens.
PLACES_OF_INCIDENT = {"CurrentIncident": 0, "InitialIncident": 1, "Caller": 2}
OTHER_PLACES = frozenset(
    {"RoutingLocation", "Investigation", "Other", "Staging", "TowerLocation", "UnitLocation"}
)
ENDED_CALLS = frozenset({"callEnd", "callEnded", "callAbandoned"})
DIRECTIONS = frozenset({"incoming", "outgoing", "internal"})

# What a status says beyond "go on": the reason it is for a person, or for giving the call back.
STATUS_REASONS: Mapping[str, str] = {
    "Active": "",
    "Cancelled": "incident_ended",
    "Closed": "incident_ended",
    "FireUnderControl": "fire_on_scene",
    "NewLocation": "incident_moved",
    "ReOpened": "incident_reopened",
    "ResourcesAssigned": "others_are_sent",
    "ResourcesEnroute": "others_are_sent",
    "ResourcesOnscene": "others_are_sent",
    "StructureCleared": "fire_on_scene",
}
# A part in the incident that we do not name here is for a person to read.
ROLE_REASONS: Mapping[str, str] = {
    "Caller": "",
    "InvolvedPerson": "",
    "ReportingParty": "",
    "Witness": "",
    "Patient": "person_patient",
    "PatientAcquaintance": "person_near_patient",
    "PatientRelative": "person_near_patient",
    "Victim": "person_harmed",
    "VictimAcquaintance": "person_harmed",
    "VictimRelative": "person_harmed",
}
# Units that are done with it, by their status.
DONE_UNITS = frozenset({"AssignmentCancelled", "Cleared", "InService", "OffDuty"})
REASONS_TO_RETURN = frozenset({"person_patient", "fire_on_scene"})


def reasons_of(codes: Iterable[str], table: Mapping[str, str], unknown: str) -> set[str]:
    """What these codes mean for us, by a table; `unknown` for those it does not have."""
    return {table.get(code, unknown) for code in codes} - {""}


def reasons_of_unknown(codes: Iterable[str], known: Iterable[str]) -> set[str]:
    """A reason when one of these codes is in no registry that we know."""
    return set() if set(codes) <= set(known) else {"code_unknown"}
