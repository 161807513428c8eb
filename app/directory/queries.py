"""Finding a service, and what we know of its room."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import joinedload

from app.directory.kinds import ServiceKind
from app.directory.models import (
    Service,
    ServiceAtLocation,
    ServiceCapacity,
    ServiceLocation,
    ServiceOrganization,
    ServicePhone,
    ServiceStatus,
)
from app.directory.rules import RoomNow, room_now
from app.directory.search_words import like_pattern
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.paging import Page, page_of

MOST_WORDS = 6


@dataclass(frozen=True)
class ServiceDetails:
    """A service with where it is and how to reach it."""

    service: Service
    locations: Sequence[ServiceLocation]
    phones: Sequence[ServicePhone]
    room: RoomNow


def search_services(words: str, kind: ServiceKind | None, number: int, size: int = 25) -> Page[Service]:
    """Services that run and have every word, by name; one query."""
    return page_of(_search(words, kind), number, size)


def _search(words: str, kind: ServiceKind | None) -> Select[Service]:
    wanted = select(Service).where(Service.status == ServiceStatus.ACTIVE)
    if kind is not None:
        wanted = wanted.where(Service.kind == kind)
    for word in words.split()[:MOST_WORDS]:
        wanted = wanted.where(Service.search_words.like(like_pattern(word), escape="\\"))
    return wanted.options(joinedload(Service.organization)).order_by(Service.name, Service.id)


def get_service(service_id: str) -> Service:
    """A service with its organization, or `NotFound`."""
    service = db.session.scalar(
        select(Service).where(Service.id == service_id).options(joinedload(Service.organization))
    )
    if service is None:
        raise NotFound
    return service


def get_details(service_id: str, now: datetime) -> ServiceDetails:
    """Everything a person needs to go there or to phone (four queries)."""
    service = get_service(service_id)
    locations = db.session.scalars(
        select(ServiceLocation)
        .join(ServiceAtLocation, ServiceAtLocation.location_id == ServiceLocation.id)
        .where(ServiceAtLocation.service_id == service_id)
        .order_by(ServiceLocation.name, ServiceLocation.id)
    ).all()
    phones = db.session.scalars(
        select(ServicePhone)
        .where(
            (ServicePhone.service_id == service_id)
            | (ServicePhone.service_organization_id == service.service_organization_id)
            | ServicePhone.location_id.in_([location.id for location in locations])
        )
        .order_by(ServicePhone.type, ServicePhone.number, ServicePhone.id)
    ).all()
    return ServiceDetails(service, locations, phones, rooms_of([service_id], now)[service_id])


def rooms_of(service_ids: Collection[str], now: datetime) -> Mapping[str, RoomNow]:
    """The newest word about room for each of these services (one query)."""
    newest = (
        select(ServiceCapacity.service_id, func.max(ServiceCapacity.at).label("at"))
        .where(ServiceCapacity.service_id.in_(service_ids))
        .group_by(ServiceCapacity.service_id)
        .subquery()
    )
    is_newest = and_(ServiceCapacity.service_id == newest.c.service_id, ServiceCapacity.at == newest.c.at)
    rows = db.session.scalars(select(ServiceCapacity).join(newest, is_newest).order_by(ServiceCapacity.id))
    said = {row.service_id: room_now(row.state, row.places, row.at, now) for row in rows}
    return {each: said.get(each) or room_now(None, None, None, now) for each in service_ids}


def list_services_of(organization_id: str | None) -> Sequence[Service]:
    """The running services that a partner of ours answers for, by name."""
    if organization_id is None:
        return []
    return db.session.scalars(
        select(Service)
        .join(ServiceOrganization)
        .where(ServiceOrganization.organization_id == organization_id, Service.status == ServiceStatus.ACTIVE)
        .order_by(Service.name, Service.id)
    ).all()


def list_answerable(words: str, kind: ServiceKind | None, number: int, size: int = 25) -> Page[Service]:
    """Services with a partner of ours behind them, who can answer a service referral; by name."""
    answerable = _search(words, kind).where(
        Service.service_organization_id.in_(
            select(ServiceOrganization.id).where(ServiceOrganization.organization_id.is_not(None))
        )
    )
    return page_of(answerable, number, size)
