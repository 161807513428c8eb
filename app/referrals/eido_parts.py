"""The components of an EIDO, as far as we read them; whatever else they say is left alone.

Every component says of itself what it is, when it was written and by which agency. The
components that we do not act on (additional data, vehicles, alarms) are held to that too,
and stay in the document, which is sealed as it came with its message.
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, field_validator, model_validator

from app.referrals.eido_codes import DIRECTIONS, EIDO_VERSION, HIGHEST_PRIORITY
from app.referrals.payloads import Moment, text_up_to

if TYPE_CHECKING:
    Name: TypeAlias = str
    Code: TypeAlias = str
    Line: TypeAlias = str
    Long: TypeAlias = str
else:
    Name, Code, Line, Long = text_up_to(250, 1), text_up_to(60, 1), text_up_to(300), text_up_to(2_000)

MAX_MARKUP = 60_000
_FIRST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
_LINK_KINDS = frozenset({"PARENT", "CHILD", "RELATED", "UNLINK"})
_MERGE_KINDS = frozenset({"REPLACING", "REPLACED", "SPLIT"})


def some(alias: str) -> Any:
    """A list that may be left out."""
    return Field(default_factory=list, alias=alias)


def line(alias: str) -> Any:
    """A text that may be left out."""
    return Field(default="", alias=alias)


class Component(BaseModel):
    """What every component must say of itself (the prologue)."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    id: Name = Field(alias="$id")
    last_update: Moment = Field(alias="lastUpdateTimeStamp")
    by_agency: dict[str, Any] = Field(alias="updatedByAgencyReference")

    @field_validator("last_update")
    @classmethod
    def is_of_our_time(cls, value: datetime) -> datetime:
        """A time before computers kept it is a broken clock, and versions are counted from it."""
        if value <= _FIRST_MOMENT:
            raise ValueError("too-old")
        return value


class Disposition(Component):
    """How an agency ended its part in the incident."""

    code: Code = Field(alias="dispositionCommonRegistryCode")


class Incident(Component):
    """What happened, in the centre's own words and the registry's."""

    common_type: Code = Field(alias="incidentTypeCommonRegistryText")
    internal_code: Line = line("incidentTypeInternalCode")
    internal_text: Line = line("incidentTypeInternalText")
    internal_id: Line = line("internalIncidentId")
    statuses: list[Code] = some("incidentStatusCommonRegistryText")
    priority_text: Line = line("incidentPriorityInternalText")
    priority: int | None = Field(
        default=None, ge=0, le=HIGHEST_PRIORITY, alias="incidentCommonPriorityNumber"
    )
    # The standard's table has one name and its schema another; centres follow either.
    dispositions: list[Disposition] = Field(
        default_factory=list, validation_alias=AliasChoices("dispositionComponent", "disposition")
    )


class Call(Component):
    """A call about the incident, and whether somebody still holds the line."""

    state: Code = Field(alias="callStateRegistryText")
    primary_type: Code = Field(alias="standardPrimaryCallType")
    direction: Code = Field(alias="direction")
    started: Moment = Field(alias="callStartTimestamp")
    local_type: Line = line("localCallType")

    @field_validator("direction")
    @classmethod
    def is_a_direction(cls, value: str) -> str:
        return _one_of(value, DIRECTIONS)


class UpdatedNumber(Component):
    """A number that a caller gave later."""

    uri: Line = Field(alias="updatedCbnIdentifierUri")


class Callback(Component):
    """How to reach a caller."""

    uris: list[Line] = some("callBackInformationUri")
    updated: UpdatedNumber | None = Field(default=None, alias="updatedCbn")


class Agency(Component):
    """A centre or service that has a part in the incident."""

    roles: list[Code] = Field(alias="agencyRoleDescriptionRegistryText")
    types: list[Code] = Field(alias="agencyType")
    is_owner: bool = Field(default=False, alias="incidentOwningAgencyIndicator")


class Agent(Component):
    """Somebody, or some machine, of an agency. Who it is stays in the sealed document."""

    roles: list[Code] = Field(alias="agentRoleRegistryText")
    agency: dict[str, Any] = Field(alias="agencyReference")


class Notes(Component):
    """What somebody wrote about the incident, as HTML."""

    comments: str = Field(alias="notesActionComments", max_length=MAX_MARKUP)


class Location(Component):
    """A place: written out, or an address where it can be asked for. One of the two, never both."""

    kind: Code = Field(alias="locationTypeDescriptionRegistryText")
    by_value: str | None = Field(default=None, alias="locationByValue", max_length=MAX_MARKUP)
    by_reference: Long | None = Field(default=None, alias="locationByReferenceUrl")
    description: Line = line("locationDescriptionText")
    cross_streets: list[str] = some("crossStreetByValue")
    intersecting: list[str] = some("intersectingStreetByValue")

    @model_validator(mode="after")
    def says_it_one_way(self) -> Self:
        if self.by_value is not None and self.by_reference is not None:
            raise ValueError("value-and-reference")
        if self.by_value is None and self.by_reference is None:
            raise ValueError("neither-value-nor-reference")
        if self.cross_streets and self.intersecting:
            raise ValueError("cross-and-intersecting")
        return self


class Person(Component):
    """A person by their part in it. Names are not read: they stay in the sealed document."""

    roles: list[Code] = Field(alias="personIncidentRoleRegistryText")
    about: dict[str, Any] = Field(default_factory=dict, alias="ncPersonComponent")


class Unit(Component):
    """A unit that somebody else has sent."""

    kind: Code = Field(alias="emergencyResourceTypeCommonRegistryText")
    primary: Code = Field(alias="primaryUnitStatusRegistryText")
    secondary: list[Code] = Field(alias="secondaryUnitStatusRegistryText")
    attributes: list[Code] = Field(alias="resourceAttributeRegistryText")
    agents: list[dict[str, Any]] = Field(alias="agentReference")


class LinkTo(Component):
    """Another incident that has to do with this one."""

    incident_id: Name = Field(alias="incidentTrackingIdentifier")
    direction: Code = Field(alias="linkDirectionCode")

    @field_validator("direction")
    @classmethod
    def is_a_link(cls, value: str) -> str:
        return _one_of(value, _LINK_KINDS)


class MergeWith(Component):
    """Another incident that is the same as this one, or was cut from it."""

    incident_id: Name = Field(alias="incidentTrackingIdentifier")
    direction: Code = Field(alias="incidentMergeDirectionCode")

    @field_validator("direction")
    @classmethod
    def is_a_merge(cls, value: str) -> str:
        return _one_of(value, _MERGE_KINDS)


class Document(Component):
    """The whole document: one incident at most, and every component that it speaks of."""

    eido_version: Code = Field(alias="eidoVersion")
    issuer: Name = Field(alias="issuingElementIdentification")
    incident: Incident | None = Field(default=None, alias="incidentComponent")
    agencies: list[Agency] = Field(alias="agencyComponent", min_length=1)
    agents: list[Agent] = some("agentComponent")
    calls: list[Call] = some("callComponent")
    callbacks: list[Callback] = some("callbackComponent")
    notes: list[Notes] = some("notesComponent")
    locations: list[Location] = some("locationComponent")
    persons: list[Person] = some("personComponent")
    dispatches: list[Component] = some("dispatchComponent")
    units: list[Unit] = some("emergencyResourceComponent")
    links: list[LinkTo] = some("linkComponent")
    merges: list[MergeWith] = some("mergeComponent")
    additional: list[Component] = some("additionalDataComponent")
    vehicles: list[Component] = some("vehicleComponent")
    alarms: list[Component] = Field(
        default_factory=list,
        validation_alias=AliasChoices("alarmsSensorsComponent", "alarmsSensorComponent"),
    )

    @field_validator("eido_version")
    @classmethod
    def is_a_version(cls, value: str) -> str:
        if value != EIDO_VERSION:
            raise ValueError("unknown-version")
        return value

    @field_validator("agencies")
    @classmethod
    def has_one_owner(cls, agencies: list[Agency]) -> list[Agency]:
        if sum(agency.is_owner for agency in agencies) > 1:
            raise ValueError("two-owners")
        return agencies


def _one_of(value: str, known: frozenset[str]) -> str:
    if value not in known:
        raise ValueError("unknown-code")
    return value
