"""Reading what parties promised, and the last word of each side about it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.audit.trail import Grounds
from app.cases.agreement_models import Agreement, AgreementItem, ItemSaying
from app.cases.models import ConflictCase, Party, Side
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.vault import sealing
from app.vault.access import Use


@dataclass(frozen=True)
class OpenedPromise:
    """One promise, opened, with what each side says of it now; None: nobody has asked them yet."""

    item: AgreementItem
    text: str
    says: tuple[tuple[Party, ItemSaying | None], ...]

    def days_left(self, today: date) -> int | None:
        """Days until the promise is due; negative when its day has passed."""
        return None if self.item.until_on is None else (self.item.until_on - today).days


@dataclass(frozen=True)
class OpenedAgreement:
    """An agreement with its promises, opened."""

    agreement: Agreement
    promises: tuple[OpenedPromise, ...]


def list_agreements(case: ConflictCase, by: Grounds | Use) -> list[OpenedAgreement]:
    """The agreements of a case, newest first, each promise with the last word of those it binds."""
    sides = list(db.session.scalars(select(Party).where(Party.case_id == case.id).order_by(Party.id)))
    agreements = db.session.scalars(
        select(Agreement)
        .where(Agreement.case_id == case.id)
        .options(selectinload(Agreement.items).selectinload(AgreementItem.sayings))
        .options(selectinload(Agreement.items).joinedload(AgreementItem.by_party))
        .options(selectinload(Agreement.items).joinedload(AgreementItem.to_party))
        .order_by(Agreement.reached_on.desc(), Agreement.id.desc())
    )
    return [OpenedAgreement(a, tuple(_open(item, sides, by) for item in a.items)) for a in agreements]


def get_agreement(case: ConflictCase, agreement_id: str) -> Agreement:
    """An agreement of this case."""
    agreement = db.session.get(Agreement, agreement_id)
    if agreement is None or agreement.case_id != case.id:
        raise NotFound
    return agreement


def get_item(case: ConflictCase, item_id: str) -> AgreementItem:
    """A promise of this case."""
    item = db.session.scalars(
        select(AgreementItem)
        .join(Agreement, Agreement.id == AgreementItem.agreement_id)
        .where(AgreementItem.id == item_id, Agreement.case_id == case.id)
        .options(joinedload(AgreementItem.by_party), joinedload(AgreementItem.to_party))
    ).one_or_none()
    if item is None:
        raise NotFound
    return item


def open_text(item: AgreementItem, by: Grounds | Use) -> str:
    """The words of a promise."""
    return sealing.unseal(
        item.key_id, AgreementItem.__tablename__, "text_sealed", item.id, item.text_sealed, by=by
    )


def asked_of(item: AgreementItem, sides: list[Party]) -> list[Party]:
    """Whose word counts for a promise: who made it and to whom, or all when it binds everyone."""
    if item.by_party_id is None or item.to_party_id is None:
        return [party for party in sides if party.side is not Side.SUPPORT]
    return [party for party in sides if party.id in {item.by_party_id, item.to_party_id}]


def _open(item: AgreementItem, sides: list[Party], by: Grounds | Use) -> OpenedPromise:
    last = {saying.party_id: saying for saying in item.sayings}
    says = tuple((party, last.get(party.id)) for party in asked_of(item, sides))
    return OpenedPromise(item, open_text(item, by), says)
