"""Guarded rows for tests: a case with everything in it, and what a reader is shown of all there is."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from app.cases.agreement_models import AgreementItem
from app.cases.contact_models import Contact
from app.cases.models import ConflictCase, PartyIdentity
from app.foundation.db import db
from app.foundation.reader import MACHINE, Reader, read_as
from app.referrals.models import ReferralMessage
from app.vault.models import DataKey
from tests.support.cases import make_agreement, make_case, make_contact, make_party
from tests.support.roster import make_organization, make_responder, make_team

MODELS = (DataKey, PartyIdentity, Contact, AgreementItem, ReferralMessage)


@contextmanager
def reading_as(reader: Reader | None) -> Iterator[None]:
    """Transactions of this reader; what was made before is there for them."""
    db.session.commit()
    read_as(reader)
    try:
        yield
    finally:
        db.session.rollback()
        read_as(MACHINE)


def all_ids(reader: Reader | None) -> set[str]:
    """The ids of all guarded rows that this reader is shown."""
    with reading_as(reader):
        return {one for model in MODELS for one in db.session.scalars(select(model.id))}


def counts(reader: Reader | None) -> dict[str, int]:
    with reading_as(reader):
        return {model.__tablename__: len(db.session.scalars(select(model.id)).all()) for model in MODELS}


def make_full_case() -> tuple[ConflictCase, object]:
    """A case with a person, a contact and a promise, and who works in it."""
    keeper = make_responder(make_team(organization=make_organization()))
    case = make_case(keeper=keeper, organization_id=keeper.organization_id)
    one, other = make_party(case, keeper), make_party(case, keeper)
    make_contact(case, keeper, one)
    make_agreement(case, keeper, one, other)
    db.session.commit()
    return case, keeper
