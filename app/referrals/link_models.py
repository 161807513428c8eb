"""What dispatch says two incidents have to do with each other: dated rows, never changed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Id, Model


class LinkKind(StrEnum):
    """What dispatch's code says: the other is this one's parent, this one is replacing the other."""

    PARENT = "parent"
    CHILD = "child"
    RELATED = "related"
    UNLINK = "unlink"
    REPLACING = "replacing"
    REPLACED = "replaced"
    SPLIT = "split"


MERGED = (LinkKind.REPLACING, LinkKind.REPLACED)
"""One thing that happened, under two names: what is known of one counts for the other."""


@dataclass(frozen=True)
class Link:
    """Another incident that a message names, and how it is linked with the message's own."""

    other_incident_id: str
    kind: LinkKind


class IncidentLink(Model):
    """One incident of a centre linked with another, as one message of theirs had it.

    The newest row of a pair and a sort (linked, or merged) is how it stands. It is a suggestion
    for a person: nothing is merged or closed by it.
    """

    __tablename__ = "incident_links"
    __table_args__ = (
        Index("ix_incident_links_incident", "client_id", "incident_id", "at"),
        Index("ix_incident_links_other", "client_id", "other_incident_id", "at"),
    )

    id: Mapped[Id]
    client_id: Mapped[str] = mapped_column(ForeignKey("dispatch_clients.id"))
    incident_id: Mapped[str] = mapped_column(String(120))
    other_incident_id: Mapped[str] = mapped_column(String(120))
    kind: Mapped[LinkKind]
    referral_id: Mapped[str] = mapped_column(ForeignKey("referrals.id"), index=True)
    at: Mapped[datetime]
