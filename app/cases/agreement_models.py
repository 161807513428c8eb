"""What the parties promised each other, promise by promise, and what each side says came of it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.cases.models import Party
from app.foundation.db import Id, Model
from app.vault.columns import Ciphertext, Sealed


class Said(StrEnum):
    """What a side says of a promise."""

    KEPT = "kept"
    PARTLY = "partly"
    NOT_KEPT = "not_kept"


class Agreement(Model):
    """Promises made on one day. When people meet again and agree anew, that is another one."""

    __tablename__ = "agreements"

    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("conflict_cases.id"), index=True)
    reached_on: Mapped[date]
    noted_at: Mapped[datetime]
    by_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))

    items: Mapped[list["AgreementItem"]] = relationship(order_by="AgreementItem.id")


class AgreementItem(Model):
    """One promise: its words, who makes it to whom, and until when. No party named: everyone."""

    __tablename__ = "agreement_items"

    id: Mapped[Id]
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), index=True)
    key_id: Mapped[str] = mapped_column(ForeignKey("data_keys.id"))
    text_sealed: Mapped[Ciphertext] = mapped_column(Sealed)
    by_party_id: Mapped[str | None] = mapped_column(ForeignKey("parties.id"))
    to_party_id: Mapped[str | None] = mapped_column(ForeignKey("parties.id"))
    until_on: Mapped[date | None]
    added_at: Mapped[datetime]
    added_by_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))

    by_party: Mapped[Party | None] = relationship(foreign_keys=[by_party_id])
    to_party: Mapped[Party | None] = relationship(foreign_keys=[to_party_id])
    sayings: Mapped[list["ItemSaying"]] = relationship(order_by="ItemSaying.id")


class ItemSaying(Model):
    """What one side said of a promise on one day; what they say later is a new row."""

    __tablename__ = "item_sayings"
    __table_args__ = (Index("ix_item_sayings_item", "item_id", "at"),)

    id: Mapped[Id]
    item_id: Mapped[str] = mapped_column(ForeignKey("agreement_items.id"))
    party_id: Mapped[str] = mapped_column(ForeignKey("parties.id"))
    said: Mapped[Said]
    at: Mapped[datetime]
    by_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))

    party: Mapped[Party] = relationship()
