"""County and community services, in the shape of Open Referral HSDS 3.1, kept thin.

Ids are the publisher's own uuids, so that a second import finds the rows of the first.
What a service asks of a person's papers is not a column here and never will be.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.directory.kinds import ServiceKind
from app.foundation.db import Id, Model


def new_uuid() -> str:
    """An HSDS id for what we write ourselves."""
    return str(uuid4())


Uuid = Annotated[str, mapped_column(String(36), primary_key=True, default=new_uuid)]


class ServiceStatus(StrEnum):
    """Whether a service runs (HSDS `service.status`)."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    DEFUNCT = "defunct"
    TEMPORARILY_CLOSED = "temporarily closed"


class CapacityState(StrEnum):
    """What a partner said about room for more people."""

    OPEN = "open"
    WAITLIST = "waitlist"
    FULL = "full"


class ServiceOrganization(Model):
    """Who offers services. `organization_id` names our partner whose accounts answer for it."""

    __tablename__ = "service_organizations"

    id: Mapped[Uuid]
    organization_id: Mapped[str | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    alternate_name: Mapped[str | None] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(String(254))
    website: Mapped[str | None] = mapped_column(String(500))


class Service(Model):
    """One service a person can be connected to."""

    __tablename__ = "services"
    __table_args__ = (
        Index("ix_services_listed", "status", "kind", "name", "id"),
        CheckConstraint("minimum_age >= 0 AND maximum_age >= 0", name="ages"),
    )

    id: Mapped[Uuid]
    service_organization_id: Mapped[str] = mapped_column(ForeignKey("service_organizations.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    alternate_name: Mapped[str | None] = mapped_column(String(200))
    kind: Mapped[ServiceKind]
    status: Mapped[ServiceStatus]
    description: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(String(254))
    url: Mapped[str | None] = mapped_column(String(500))
    application_process: Mapped[str | None] = mapped_column(Text)
    fees_description: Mapped[str | None] = mapped_column(Text)
    eligibility_description: Mapped[str | None] = mapped_column(Text)
    minimum_age: Mapped[int | None]
    maximum_age: Mapped[int | None]
    alert: Mapped[str | None] = mapped_column(Text)
    topics: Mapped[list[Any]]
    languages: Mapped[list[Any]]
    areas_served: Mapped[list[Any]]
    assured_on: Mapped[date | None]
    search_words: Mapped[str] = mapped_column(Text)
    """Everything a person may search by, in small letters; written with the row."""

    organization: Mapped[ServiceOrganization] = relationship()


class ServiceLocation(Model):
    """A place where an organization is found."""

    __tablename__ = "service_locations"

    id: Mapped[Uuid]
    service_organization_id: Mapped[str] = mapped_column(ForeignKey("service_organizations.id"), index=True)
    name: Mapped[str | None] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(String(500))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    address_1: Mapped[str | None] = mapped_column(String(200))
    city: Mapped[str | None] = mapped_column(String(120))
    state_province: Mapped[str | None] = mapped_column(String(60))
    postal_code: Mapped[str | None] = mapped_column(String(20))
    country: Mapped[str | None] = mapped_column(String(2))


class ServiceAtLocation(Model):
    """A service is given at a place."""

    __tablename__ = "service_at_locations"
    __table_args__ = (UniqueConstraint("service_id", "location_id"),)

    id: Mapped[Uuid]
    service_id: Mapped[str] = mapped_column(ForeignKey("services.id"))
    location_id: Mapped[str] = mapped_column(ForeignKey("service_locations.id"), index=True)


class ServicePhone(Model):
    """A number of an organization, a service or a place; exactly one of the three."""

    __tablename__ = "service_phones"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN service_organization_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN service_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN location_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_owner",
        ),
    )

    id: Mapped[Uuid]
    service_organization_id: Mapped[str | None] = mapped_column(
        ForeignKey("service_organizations.id"), index=True
    )
    service_id: Mapped[str | None] = mapped_column(ForeignKey("services.id"), index=True)
    location_id: Mapped[str | None] = mapped_column(ForeignKey("service_locations.id"), index=True)
    number: Mapped[str] = mapped_column(String(40))
    type: Mapped[str | None] = mapped_column(String(40))
    extension: Mapped[int | None]


class ServiceCapacity(Model):
    """What was said about room in a service, dated; the newest row counts, the old ones stay."""

    __tablename__ = "service_capacities"
    __table_args__ = (
        Index("ix_service_capacities_service", "service_id", "at"),
        CheckConstraint("(state = 'open') = (places IS NOT NULL)", name="open_says_how_many"),
        CheckConstraint("places >= 0", name="places"),
    )

    id: Mapped[Uuid]
    service_id: Mapped[str] = mapped_column(ForeignKey("services.id"))
    state: Mapped[CapacityState]
    places: Mapped[int | None]
    at: Mapped[datetime]
    said_by_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))


class ImportRun(Model):
    """That a directory was taken in, when, and how much of it."""

    __tablename__ = "directory_imports"

    id: Mapped[Id]
    at: Mapped[datetime]
    taken_count: Mapped[int]
    changed_count: Mapped[int]
    refused_count: Mapped[int]
    left_out_column_count: Mapped[int]
