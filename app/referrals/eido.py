"""Reading an EIDO, the incident document of NENA STA-021.1b, into a `NewReferral`.

We read the components that a mediator needs and keep the whole document sealed with the
message. What the published schema does not catch is checked here: every `$id` once,
every `$ref` to a component that is there, a priority from 0 to 10 (standards.md 1.4).
"""

import html
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import nh3
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.foundation.text import has_forbidden_characters, tidy
from app.referrals.models import CallKind
from app.referrals.payloads import (
    MAX_INCIDENT_ID,
    MAX_NARRATIVE,
    InvalidPayload,
    Moment,
    NewReferral,
    PayloadProblem,
    Told,
    problems_of,
    read_json,
    refuse_future,
    refuse_unusable,
    text_up_to,
)
from app.referrals.pidf import PidfLocation, read_pidf

MEDIA_TYPE = "application/emergency.eido+json"
MAX_DEPTH = 40
_ENDED_CALLS = frozenset({"callEnd", "callEnded", "callAbandoned"})
_BLOCK_END = re.compile(r"</(?:p|div|li|tr|h\d)>|<br\s*/?>", re.IGNORECASE)


class _Component(BaseModel):
    """What every component must say of itself; members that we do not read are left alone."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    id: text_up_to(250, 1) = Field(alias="$id")  # type: ignore[valid-type]
    last_update: Moment = Field(alias="lastUpdateTimeStamp")


class _Incident(_Component):
    common_type: text_up_to(60, 1) = Field(alias="incidentTypeCommonRegistryText")  # type: ignore[valid-type]
    internal_code: text_up_to(60) = Field(default="", alias="incidentTypeInternalCode")  # type: ignore[valid-type]
    internal_text: text_up_to(300) = Field(default="", alias="incidentTypeInternalText")  # type: ignore[valid-type]
    internal_id: text_up_to(120) = Field(default="", alias="internalIncidentId")  # type: ignore[valid-type]
    priority_text: text_up_to(40) = Field(default="", alias="incidentPriorityInternalText")  # type: ignore[valid-type]
    priority: int | None = Field(default=None, ge=0, le=10, alias="incidentCommonPriorityNumber")


class _Call(_Component):
    state: text_up_to(60, 1) = Field(alias="callStateRegistryText")  # type: ignore[valid-type]


class _Callback(_Component):
    uris: list[text_up_to(200)] = Field(default_factory=list, alias="callBackInformationUri")  # type: ignore[valid-type]


class _Notes(_Component):
    comments: str = Field(default="", alias="notesActionComments", max_length=60_000)


class _Location(_Component):
    kind: text_up_to(60, 1) = Field(alias="locationTypeDescriptionRegistryText")  # type: ignore[valid-type]
    by_value: str | None = Field(default=None, alias="locationByValue", max_length=60_000)
    by_reference: str | None = Field(default=None, alias="locationByReferenceUrl", max_length=2_000)
    description: text_up_to(300) = Field(default="", alias="locationDescriptionText")  # type: ignore[valid-type]


class _Agency(_Component):
    is_owner: bool = Field(default=False, alias="incidentOwningAgencyIndicator")


class _Document(_Component):
    eido_version: text_up_to(10, 1) = Field(alias="eidoVersion")  # type: ignore[valid-type]
    issuer: text_up_to(250, 1) = Field(alias="issuingElementIdentification")  # type: ignore[valid-type]
    agencies: list[_Agency] = Field(alias="agencyComponent", min_length=1)
    incident: _Incident | None = Field(default=None, alias="incidentComponent")
    calls: list[_Call] = Field(default_factory=list, alias="callComponent")
    callbacks: list[_Callback] = Field(default_factory=list, alias="callbackComponent")
    notes: list[_Notes] = Field(default_factory=list, alias="notesComponent")
    locations: list[_Location] = Field(default_factory=list, alias="locationComponent")


def read_eido(body: bytes, *, now: datetime) -> NewReferral:
    """Read an EIDO. Raises `InvalidPayload` with every problem found."""
    raw = read_json(body)
    try:
        document = _Document.model_validate(raw)
    except ValidationError as error:
        raise InvalidPayload(*problems_of(error)) from None
    _check_document(document, raw)
    refuse_future(document.last_update, now, "/lastUpdateTimeStamp")
    told = _told(document)
    refuse_unusable(told)
    incident = document.incident
    return NewReferral(
        incident_id=_incident_id(document),
        version=int(document.last_update.timestamp() * 1000),
        kind=CallKind.CALLBACK if _has_ended(document.calls) else CallKind.LIVE,
        told=told,
        priority=_priority(incident),
        call_type=(incident.internal_code, incident.internal_text, incident.common_type) if incident else (),
    )


def _incident_id(document: _Document) -> str:
    """Refused when too long: cut, two incidents could become one."""
    if len(document.id) > MAX_INCIDENT_ID:
        raise InvalidPayload(PayloadProblem("/$id", "string-too-long"))
    return str(document.id)


def _narrative(document: _Document) -> str:
    """All notes. Refused when too long: cut, a danger at the end would go unread."""
    narrative = "\n".join(filter(None, (plain_text(note.comments) for note in document.notes)))
    if len(narrative) > MAX_NARRATIVE:
        raise InvalidPayload(PayloadProblem("/notesComponent", "string-too-long"))
    return narrative


def _told(document: _Document) -> Told:
    place = _place(document.locations)
    uris = [uri for callback in document.callbacks for uri in callback.uris]
    spoken = [uri for uri in uris if uri.startswith("tel:")] or uris
    descriptions = [location.description for location in document.locations if location.description]
    return Told(
        narrative=_narrative(document),
        callback=spoken[0].removeprefix("tel:") if spoken else "",
        place_text=place.address or (descriptions[0] if descriptions else ""),
        lat=place.lat,
        lon=place.lon,
        call_number=document.incident.internal_id if document.incident else "",
    )


def plain_text(fragment: str) -> str:
    """The words of an HTML fragment: no markup, no scripts, lines kept, no hidden characters."""
    without_tags = nh3.clean(_BLOCK_END.sub("\n", fragment), tags=set())
    words = html.unescape(without_tags)
    if has_forbidden_characters(words):
        raise InvalidPayload(PayloadProblem("/notesComponent", "forbidden-characters"))
    return tidy(words)


def _place(locations: list[_Location]) -> PidfLocation:
    """Where it happens: the incident's own location before the caller's, and never a tower."""
    wanted = {"CurrentIncident": 0, "InitialIncident": 1, "Caller": 2}
    usable = sorted((one for one in locations if one.kind in wanted), key=lambda one: wanted[one.kind])
    found = [read_pidf(one.by_value) for one in usable if one.by_value]
    return next((one for one in found if one.lat is not None or one.address), PidfLocation())


def _has_ended(calls: list[_Call]) -> bool:
    """Whether the caller has hung up. With any doubt the dispatcher holds the line, and clocks are short."""
    return bool(calls) and all(call.state in _ENDED_CALLS for call in calls)


def _priority(incident: _Incident | None) -> str:
    if incident is None:
        return ""
    is_high = incident.priority is not None and incident.priority >= 8  # 10 is the highest
    return "emergency" if is_high else incident.priority_text


def _check_document(document: _Document, raw: dict[str, Any]) -> None:
    if document.eido_version != "1.0":
        raise InvalidPayload(PayloadProblem("/eidoVersion", "unknown-version"))
    if sum(agency.is_owner for agency in document.agencies) > 1:
        raise InvalidPayload(PayloadProblem("/agencyComponent", "two-owners"))
    if any(one.by_value and one.by_reference for one in document.locations):
        raise InvalidPayload(PayloadProblem("/locationComponent", "value-and-reference"))
    ids: list[str] = []
    references: list[str] = []
    for name, value in _members(raw):
        (ids if name == "$id" else references).append(value)
    folded = [one.casefold() for one in ids]
    if len(set(folded)) != len(folded):
        raise InvalidPayload(PayloadProblem("", "doubled-id"))
    if not {one.casefold() for one in references} <= set(folded):
        raise InvalidPayload(PayloadProblem("", "dangling-reference"))


def _members(value: Any, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Every `$id` and `$ref` in the document, at any depth that a real one has."""
    if depth > MAX_DEPTH:
        raise InvalidPayload(PayloadProblem("", "too-deep"))
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in {"$id", "$ref"} and isinstance(inner, str):
                yield name, inner
            else:
                yield from _members(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _members(inner, depth + 1)
