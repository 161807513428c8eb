"""Giving the directory away as HSDS 3.1: three lists that the next reader can take in whole.

What we added for our own work (who answers for a service) is not part of it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import uuid5

from sqlalchemy import select

from app.directory.hsds_nested import KIND_TAXONOMY, TOPIC_LABEL
from app.directory.hsds_rows import OURS
from app.directory.models import (
    CapacityState,
    Service,
    ServiceAtLocation,
    ServiceCapacity,
    ServiceLocation,
    ServiceOrganization,
    ServicePhone,
)
from app.foundation.db import db

Json = dict[str, Any]
FILES = ("organizations", "services", "locations")


def export_directory() -> dict[str, list[Json]]:
    """Everything we hold, as lists of HSDS objects by name of file; the same each time."""
    phones = _by_owner(_all(ServicePhone), "service_organization_id", "service_id", "location_id")
    organizations = {row.id: row for row in _all(ServiceOrganization)}
    places = _by_owner(_all(ServiceAtLocation), "service_id")
    capacities = _by_owner(_all(ServiceCapacity), "service_id")
    return {
        "organizations": [_organization(row, phones[row.id]) for row in organizations.values()],
        "services": [
            _service(
                row,
                organizations[row.service_organization_id],
                phones[row.id],
                places[row.id],
                capacities[row.id],
            )
            for row in _all(Service)
        ],
        "locations": [_location(row, phones[row.id]) for row in _all(ServiceLocation)],
    }


def _all(model: Any) -> Sequence[Any]:
    return db.session.scalars(select(model).order_by(model.id)).all()


def _by_owner(rows: Iterable[Any], *columns: str) -> defaultdict[str, list[Any]]:
    owned: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows:
        owned[next(getattr(row, column) for column in columns if getattr(row, column))].append(row)
    return owned


def _full(**members: Any) -> Json:
    """The members that say something: HSDS knows no null."""
    return {name: value for name, value in members.items() if value is not None and value != []}


def _made_id(*parts: str) -> str:
    """A lasting id for what we keep as plain words."""
    return str(uuid5(OURS, "|".join(parts)))


def _organization(row: ServiceOrganization, phones: Sequence[ServicePhone]) -> Json:
    return _full(
        id=row.id,
        name=row.name,
        alternate_name=row.alternate_name,
        description=row.description or "",
        email=row.email,
        website=row.website,
        phones=[_phone(phone) for phone in phones],
    )


def _service(
    row: Service,
    organization: ServiceOrganization,
    phones: Sequence[ServicePhone],
    places: Sequence[ServiceAtLocation],
    capacities: Sequence[ServiceCapacity],
) -> Json:
    return _full(
        id=row.id,
        organization_id=organization.id,
        organization={
            "id": organization.id,
            "name": organization.name,
            "description": organization.description or "",
        },
        name=row.name,
        alternate_name=row.alternate_name,
        description=row.description,
        url=row.url,
        email=row.email,
        status=row.status.value,
        application_process=row.application_process,
        fees_description=row.fees_description,
        eligibility_description=row.eligibility_description,
        minimum_age=row.minimum_age,
        maximum_age=row.maximum_age,
        assured_date=row.assured_on.isoformat() if row.assured_on else None,
        alert=row.alert,
        phones=[_phone(phone) for phone in phones],
        languages=[_language(row.id, word) for word in row.languages],
        service_areas=[{"id": _made_id("area", row.id, word), "name": word} for word in row.areas_served],
        service_at_locations=[
            {"id": place.id, "service_id": row.id, "location_id": place.location_id} for place in places
        ],
        capacities=[_capacity(capacity) for capacity in capacities],
        attributes=[*(_topic(row.id, word) for word in row.topics), _kind(row)],
    )


def _language(service_id: str, word: str) -> Json:
    name = "code" if re.fullmatch(r"[a-z]{2,3}(-\w+)?", word) else "name"
    return {"id": _made_id("language", service_id, word), name: word}


def _topic(service_id: str, word: str) -> Json:
    return {"id": _made_id("topic", service_id, word), "label": TOPIC_LABEL, "value": word}


def _kind(row: Service) -> Json:
    term = {
        "id": _made_id("kind", row.kind.value),
        "code": row.kind.value,
        "name": row.kind.value.replace("_", " ").capitalize(),
        "description": "The kind that Common Ground lists a service under.",
        "taxonomy": KIND_TAXONOMY,
    }
    return {"id": _made_id("kind of", row.id), "link_entity": "service", "taxonomy_term": term}


def _location(row: ServiceLocation, phones: Sequence[ServicePhone]) -> Json:
    return _full(
        id=row.id,
        location_type="physical" if row.address_1 else "virtual",
        organization_id=row.service_organization_id,
        name=row.name,
        description=row.description,
        url=row.url,
        latitude=row.latitude,
        longitude=row.longitude,
        addresses=[_address(row)] if row.address_1 else [],
        phones=[_phone(phone) for phone in phones],
    )


def _address(row: ServiceLocation) -> Json:
    return {
        "id": _made_id("address", row.id),
        "address_1": row.address_1,
        "city": row.city or "",
        "state_province": row.state_province or "",
        "postal_code": row.postal_code or "",
        "country": row.country or "US",
        "address_type": "physical",
    }


def _phone(row: ServicePhone) -> Json:
    return _full(id=row.id, number=row.number, type=row.type, extension=row.extension)


def _capacity(row: ServiceCapacity) -> Json:
    return {
        "id": row.id,
        "service_id": row.service_id,
        "unit": {"id": _made_id("unit", "place"), "name": "place"},
        "available": row.places if row.state is CapacityState.OPEN else 0,
        "description": row.state.value,
        "updated": row.at.isoformat(),
    }
