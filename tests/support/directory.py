"""Invented services and the partners who answer for them."""

from typing import Any
from uuid import uuid4

from app.directory.kinds import ServiceKind
from app.directory.models import CapacityState, Service, ServiceCapacity, ServiceOrganization, ServiceStatus
from app.directory.search_words import search_words
from app.foundation import clock
from app.foundation.db import db
from app.roster.models import Organization, OrganizationKind


def make_partner(name: str | None = None) -> Organization:
    """A partner organization whose accounts can answer."""
    partner = Organization(name=name or f"Eastside {uuid4().hex[:6]}", kind=OrganizationKind.PARTNER)
    db.session.add(partner)
    db.session.flush()
    return partner


def make_service(name: str = "Family bed", *, partner: Organization | None = None, **fields: Any) -> Service:
    """A running service; with a partner, their accounts answer for it."""
    listed = ServiceOrganization(
        name=partner.name if partner else "Harbor House", organization_id=partner.id if partner else None
    )
    db.session.add(listed)
    db.session.flush()
    values: dict[str, Any] = {
        "kind": ServiceKind.SHELTER,
        "status": ServiceStatus.ACTIVE,
        "topics": [],
        "languages": [],
        "areas_served": [],
        "description": None,
        **fields,
    }
    words = search_words({"name": name, **values}, listed.name)
    service = Service(name=name, service_organization_id=listed.id, search_words=words, **values)
    db.session.add(service)
    db.session.flush()
    return service


def say_room(service: Service, state: CapacityState, places: int | None = None, at: Any = None) -> None:
    """A word about room, at a moment."""
    db.session.add(ServiceCapacity(service_id=service.id, state=state, places=places, at=at or clock.now()))
    db.session.flush()
