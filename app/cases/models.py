"""A conflict and our work in it. What was said is sealed under the case's key, who they are under theirs."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.foundation.db import Id, Model
from app.places.models import Area
from app.roster.lanes import Lane
from app.vault.columns import Ciphertext, Sealed


class CaseState(StrEnum):
    """Where a case stands. After an agreement we watch whether it holds, then close."""

    OPEN = "open"
    AGREED = "agreed"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a case ended. Dispatch learns this code and nothing more."""

    AGREEMENT = "agreement"
    CALMED = "calmed"
    CONNECTED_TO_SERVICE = "connected_to_service"
    NO_AGREEMENT = "no_agreement"
    NOT_FOUND = "not_found"
    REFUSED = "refused"
    HANDED_BACK = "handed_back"


class Side(StrEnum):
    """Where a person stands in a conflict: not what they are."""

    ASKED = "asked"
    OTHER = "other"
    SUPPORT = "support"


class Chance(StrEnum):
    """How likely harm is if nobody does anything, in five words."""

    VERY_LIKELY = "very_likely"
    LIKELY = "likely"
    EVEN = "even"
    UNLIKELY = "unlikely"
    VERY_UNLIKELY = "very_unlikely"


class Payback(StrEnum):
    """Whether anyone speaks of paying back."""

    NOT_ASKED = "not_asked"
    NO_SIGN = "no_sign"
    TALKED_OF = "talked_of"


class WeaponAsked(StrEnum):
    """Whether somebody asked about a weapon, and what the answer was."""

    NOT_ASKED = "not_asked"
    NONE = "none"
    SAID_YES = "said_yes"


class ConflictCase(Model):
    """Our work in one conflict. Closed once, with an outcome."""

    __tablename__ = "conflict_cases"
    __table_args__ = (
        UniqueConstraint("tree", "number"),
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed_with_outcome"),
        CheckConstraint("(closed_at IS NULL) = (state <> 'closed')", name="closed_by_state"),
        CheckConstraint("block_sealed IS NULL OR block_key_id IS NOT NULL", name="block_has_key"),
        Index("ix_conflict_cases_open", "closed_at", "opened_at"),
    )

    id: Mapped[Id]
    tree: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    referral_id: Mapped[str | None] = mapped_column(ForeignKey("referrals.id"), unique=True)
    lane: Mapped[Lane]
    area_id: Mapped[str | None] = mapped_column(ForeignKey("areas.id"), index=True)
    organization_id: Mapped[str | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    key_id: Mapped[str] = mapped_column(ForeignKey("data_keys.id"))
    state: Mapped[CaseState]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None]
    place_sealed: Mapped[Ciphertext | None] = mapped_column(Sealed)
    block_sealed: Mapped[Ciphertext | None] = mapped_column(Sealed)
    block_key_id: Mapped[str | None] = mapped_column(ForeignKey("data_keys.id"))
    """Of the block alone: who may see the block on a map holds no key of what is said in the case."""

    area: Mapped[Area | None] = relationship()

    @property
    def title(self) -> str:
        """What the case is called everywhere: no nature, no place, no name."""
        return f"{self.tree} {self.number}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class CaseStateRow(Model):
    """One dated row for each change of state; never changed after."""

    __tablename__ = "case_states"
    __table_args__ = (Index("ix_case_states_case", "case_id", "at"),)

    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("conflict_cases.id"))
    state: Mapped[CaseState]
    at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(String(60))
    actor_id: Mapped[str] = mapped_column(String(80))
    actor_label: Mapped[str] = mapped_column(String(120))


class Party(Model):
    """A person in a conflict. Outside the case's own pages they are a bird."""

    __tablename__ = "parties"
    __table_args__ = (UniqueConstraint("case_id", "bird"),)

    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("conflict_cases.id"), index=True)
    bird: Mapped[str] = mapped_column(String(20))
    side: Mapped[Side]
    language: Mapped[str | None] = mapped_column(String(35))
    key_id: Mapped[str | None] = mapped_column(ForeignKey("data_keys.id"))
    """Of who they are, and of nothing else. None: nobody has said a name."""
    added_at: Mapped[datetime]
    added_by_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))


class PartyIdentity(Model):
    """A person's name and how to reach them, as we learned it; what we learn later is a new row."""

    __tablename__ = "party_identities"
    __table_args__ = (Index("ix_party_identities_party", "party_id", "at"),)

    id: Mapped[Id]
    party_id: Mapped[str] = mapped_column(ForeignKey("parties.id"))
    key_id: Mapped[str] = mapped_column(ForeignKey("data_keys.id"))
    identity_sealed: Mapped[Ciphertext] = mapped_column(Sealed)
    at: Mapped[datetime]
    by_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))


class FourSigns(Model):
    """Four facts about danger as somebody judged them that day: never added up to one score."""

    __tablename__ = "four_signs"
    __table_args__ = (
        CheckConstraint("people_now >= 0", name="people_counted"),
        Index("ix_four_signs_case", "case_id", "at"),
    )

    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("conflict_cases.id"))
    harm: Mapped[Chance]
    payback: Mapped[Payback]
    people_now: Mapped[int]
    weapon: Mapped[WeaponAsked]
    at: Mapped[datetime]
    by_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))

    by: Mapped[Account] = relationship()
