"""Reading an EIDO, the incident document of NENA STA-021.1b, into a `NewReferral`.

Every component is read and held to what the standard asks (`eido_parts`), and the whole must
hold together (`eido_references`); what the published schema does not catch is caught there.
The document stays as it came, sealed with its message: members and components that we do
not know, names of people and vehicles are in it and nowhere else. An EIDO is the whole state
of an incident, not a change of it, so the same reader serves what is told later.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from app.referrals import eido_codes as codes
from app.referrals.eido_notes import words_of
from app.referrals.eido_parts import Call, Document, Incident, Unit
from app.referrals.eido_people import language_of_caller, reasons_of_people
from app.referrals.eido_place import place_of
from app.referrals.eido_references import check_references
from app.referrals.incident_ids import one_spelling
from app.referrals.link_models import Link, LinkKind
from app.referrals.models import CallKind
from app.referrals.payloads import (
    MAX_INCIDENT_ID,
    InvalidPayload,
    NewReferral,
    PayloadProblem,
    Told,
    problems_of,
    read_json,
    refuse_future,
    refuse_unusable,
)
from app.referrals.pidf import PidfLocation

MEDIA_TYPE = "application/emergency.eido+json"
MAX_CALLBACK = 200


def read_eido(body: bytes, *, now: datetime) -> NewReferral:
    """Read an EIDO that offers us a call. Raises `InvalidPayload` with every problem found."""
    return offered_in(read_json(body), now=now)


def offered_in(raw: Any, *, now: datetime) -> NewReferral:
    """The same, of a document that came inside another message."""
    new = _read(raw, now)
    refuse_unusable(new.told)
    return new


def read_eido_again(body: bytes, *, now: datetime) -> NewReferral:
    """Read an EIDO that tells all that is known of a call by now; what to do was told before."""
    return _read(read_json(body), now)


def _read(raw: Any, now: datetime) -> NewReferral:
    document = _checked(raw)
    refuse_future(document.last_update, now, "/lastUpdateTimeStamp")
    incident, place = document.incident, place_of(document.locations)
    reasons = _reasons(document, place)
    return NewReferral(
        incident_id=_incident_id(document),
        version=int(document.last_update.timestamp() * 1000),
        kind=CallKind.CALLBACK if _has_ended(document.calls) else CallKind.LIVE,
        told=_told(document, place),
        language=language_of_caller(document.persons),
        priority=_priority(incident),
        call_type=tuple(_call_type(document)),
        common_type=incident.common_type if incident else None,
        to_return=tuple(sorted(reasons & codes.REASONS_TO_RETURN)),
        to_review=tuple(sorted(reasons - codes.REASONS_TO_RETURN)),
        links=tuple(_links(document)),
    )


def _checked(raw: Any) -> Document:
    try:
        document = Document.model_validate(raw)
    except ValidationError as error:
        raise InvalidPayload(*problems_of(error)) from None
    check_references(raw)
    return document


def _incident_id(document: Document) -> str:
    """Refused when too long: cut, two incidents could become one."""
    if len(document.id) > MAX_INCIDENT_ID:
        raise InvalidPayload(PayloadProblem("/$id", "string-too-long"))
    return one_spelling(document.id)


def _told(document: Document, place: PidfLocation) -> Told:
    return Told(
        narrative=words_of(document.notes),
        callback=_callback(document),
        place_text=place.address,
        lat=place.lat,
        lon=place.lon,
        call_number=document.incident.internal_id if document.incident else "",
    )


def _callback(document: Document) -> str:
    """The number to call back: one that the caller gave later, before the line they called from."""
    later = [one.updated.uri for one in document.callbacks if one.updated]
    uris = [*later, *(uri for one in document.callbacks for uri in one.uris)]
    spoken = [uri for uri in uris if uri.startswith("tel:")] or uris
    return spoken[0].removeprefix("tel:")[:MAX_CALLBACK] if spoken else ""


def _call_type(document: Document) -> Iterator[str]:
    """Every field that says what kind of call it is: a danger may stand in any of them."""
    if incident := document.incident:
        yield from (incident.internal_code, incident.internal_text, incident.common_type)
    yield from (call.local_type for call in document.calls if call.local_type)


def _has_ended(calls: Sequence[Call]) -> bool:
    """Whether the caller has hung up. With any doubt the dispatcher holds the line, and clocks are short."""
    return bool(calls) and all(call.state in codes.ENDED_CALLS for call in calls)


def _priority(incident: Incident | None) -> str:
    if incident is None:
        return ""
    is_urgent = incident.priority is not None and incident.priority >= codes.URGENT_PRIORITY
    return "emergency" if is_urgent else incident.priority_text


def _reasons(document: Document, place: PidfLocation) -> set[str]:
    """Whatever the document itself says against sending our people, or against sending them unread."""
    found = reasons_of_people(document.persons) | _reasons_of_units(document.units)
    roles = (role for agency in document.agencies for role in agency.roles)
    found |= codes.reasons_of_unknown(roles, codes.AGENCY_ROLES)
    kinds = (location.kind for location in document.locations)
    found |= codes.reasons_of_unknown(kinds, {*codes.PLACES_OF_INCIDENT, *codes.OTHER_PLACES})
    if place.is_imprecise:
        found.add("place_imprecise")
    if incident := document.incident:
        found |= codes.reasons_of(incident.statuses, codes.STATUS_REASONS, "code_unknown")
        found |= {"incident_ended"} if incident.dispositions else set()
    return found


def _reasons_of_units(units: Iterable[Unit]) -> set[str]:
    at_work = [unit for unit in units if not codes.DONE_UNITS & set(unit.secondary)]
    return {"others_are_sent"} if at_work else set()


def _links(document: Document) -> Iterator[Link]:
    """The other incidents that it names, each once."""
    named = [
        *((f"/linkComponent/{n}", one.incident_id, one.direction) for n, one in enumerate(document.links)),
        *((f"/mergeComponent/{n}", one.incident_id, one.direction) for n, one in enumerate(document.merges)),
    ]
    own, seen = one_spelling(document.id), set()
    for path, other, direction in named:
        link = Link(one_spelling(other), LinkKind(direction.lower()))
        pointer = f"{path}/incidentTrackingIdentifier"
        if link.other_incident_id == own:
            raise InvalidPayload(PayloadProblem(pointer, "link-to-itself"))
        if len(link.other_incident_id) > MAX_INCIDENT_ID:
            raise InvalidPayload(PayloadProblem(pointer, "string-too-long"))
        if link not in seen:
            seen.add(link)
            yield link
