"""The directory of the invented city: services of the county and of invented neighbors, and who answers."""

from pathlib import Path

from sqlalchemy import select

from app.accounts.models import Account
from app.accounts.sign_in import actor_of
from app.audit.trail import SYSTEM
from app.directory.actions import answer_for, say_capacity
from app.directory.import_actions import import_hsds
from app.directory.models import CapacityState, Service, ServiceCapacity, ServiceOrganization
from app.foundation.db import db
from app.roster.models import Organization, OrganizationKind

_ROOM = (
    (CapacityState.OPEN, 4),
    (CapacityState.WAITLIST, None),
    (CapacityState.OPEN, 12),
    (CapacityState.FULL, None),
)
FOLDER = Path(__file__).parents[1] / "data" / "services"
NETWORK = "Bridge Home Network"


def load_services(partner: Account) -> None:
    """Take the directory in and say which partner answers for what. What is there stays."""
    import_hsds(FOLDER, actor=SYSTEM, progress=lambda *_: None)
    db.session.flush()
    _put_partner(NETWORK)
    for listed in db.session.scalars(select(ServiceOrganization).order_by(ServiceOrganization.name)).all():
        partner_id = db.session.scalar(
            select(Organization.id).where(
                Organization.name == listed.name, Organization.kind == OrganizationKind.PARTNER
            )
        )
        if partner_id and listed.organization_id is None:
            answer_for(listed.id, partner_id, actor=SYSTEM)
    _say_room(partner)


def _put_partner(name: str) -> None:
    if db.session.scalar(select(Organization.id).where(Organization.name == name)) is None:
        db.session.add(Organization(name=name, kind=OrganizationKind.PARTNER))
        db.session.flush()


def _say_room(partner: Account) -> None:
    """The visiting partner has said of each of their services whether it has room."""
    if db.session.scalar(select(ServiceCapacity.id).where(ServiceCapacity.said_by_id == partner.id).limit(1)):
        return
    said = (
        (CapacityState.OPEN, 4),
        (CapacityState.WAITLIST, None),
        (CapacityState.OPEN, 12),
        (CapacityState.FULL, None),
    )
    for service, (state, places) in zip(list_services_of(partner), said, strict=False):
        say_capacity(service, state, places, actor=actor_of(partner))


def list_services_of(partner: Account) -> list[Service]:
    """The services a partner answers for, by name."""
    own = (
        select(Service)
        .join(ServiceOrganization, ServiceOrganization.id == Service.service_organization_id)
        .where(ServiceOrganization.organization_id == partner.organization_id)
    )
    return list(db.session.scalars(own.order_by(Service.name, Service.id)))
