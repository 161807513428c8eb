"""The requests and responses that pass between a centre and us by EIDO Conveyance: dated rows."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Id, Model


class ConveyanceKind(StrEnum):
    """Who asks whom, or answers."""

    THEIR_REQUEST = "their_request"
    OUR_REQUEST = "our_request"
    OUR_NOTICE = "our_notice"
    THEIR_RESPONSE = "their_response"


class ConveyanceRow(Model):
    """One request, theirs or ours, or one response of theirs, by its request's id."""

    __tablename__ = "conveyance_rows"
    __table_args__ = (
        Index("ix_conveyance_rows_request", "client_id", "request_id", "at"),
        Index("ix_conveyance_rows_referral", "referral_id", "at"),
    )

    id: Mapped[Id]
    client_id: Mapped[str] = mapped_column(ForeignKey("dispatch_clients.id"))
    request_id: Mapped[str] = mapped_column(String(120))
    referral_id: Mapped[str] = mapped_column(ForeignKey("referrals.id"))
    kind: Mapped[ConveyanceKind]
    code: Mapped[int | None]
    at: Mapped[datetime]
