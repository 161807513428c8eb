"""What our side adds to the directory: who answers for a service, and whether it has room."""

from flask_babel import lazy_gettext as _l

from app.audit.catalogue import What
from app.audit.trail import Actor, record
from app.directory.models import CapacityState, Service, ServiceCapacity, ServiceOrganization, new_uuid
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import DomainError, NotFound
from app.roster.models import Organization, OrganizationKind

MOST_PLACES = 9_999


class NotAPartner(DomainError):
    """Only a partner answers for services; the office and providers do not."""

    code = "not-a-partner"


def say_capacity(service: Service, state: CapacityState, places: int | None, *, actor: Actor) -> None:
    """A partner says whether their service can take people. Another organization's service is not there."""
    if actor.organization_id is None or service.organization.organization_id != actor.organization_id:
        raise NotFound
    if state is CapacityState.OPEN and (places is None or not 0 < places <= MOST_PLACES):
        raise DomainError(_l("Say how many places are open, from 1 up."), code="places-missing")
    db.session.add(
        ServiceCapacity(
            id=new_uuid(),
            service_id=service.id,
            state=state,
            places=places if state is CapacityState.OPEN else None,
            at=clock.now(),
            said_by_id=actor.id,
        )
    )
    db.session.flush()
    record(
        What.SERVICE_CAPACITY_SAID,
        actor=actor,
        subject_type="service",
        subject_id=service.id,
        state=state.value,
    )


def answer_for(service_organization_id: str, organization_id: str, *, actor: Actor) -> None:
    """From now on this partner's accounts answer for the services of that organization."""
    listed = db.session.get(ServiceOrganization, service_organization_id)
    partner = db.session.get(Organization, organization_id)
    if listed is None or partner is None:
        raise NotFound
    if partner.kind is not OrganizationKind.PARTNER:
        raise NotAPartner("This organization is not a partner.")
    listed.organization_id = partner.id
    record(
        What.DIRECTORY_LINKED,
        actor=actor,
        subject_type="service_organization",
        subject_id=listed.id,
        organization_id=partner.id,
    )
