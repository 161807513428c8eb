"""A neighborhood's safety plan: where it stands, what it says, and each version that was adopted."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.foundation.db import Id, Model
from app.places.models import Area


class PlanState(StrEnum):
    """Where a plan stands: written, open for everyone's comments, adopted."""

    DRAFT = "draft"
    PUBLIC_COMMENT = "public_comment"
    ADOPTED = "adopted"


class SectionKind(StrEnum):
    """What a section of a plan is about, in the order it is read."""

    SUMMARY = "summary"
    PROBLEMS = "problems"
    STRENGTHS = "strengths"


class Plan(Model):
    """The plan of one neighborhood for some years. What residents read of a draft is nothing."""

    __tablename__ = "plans"
    __table_args__ = (
        UniqueConstraint("area_id", "from_year"),
        CheckConstraint("from_year <= to_year", name="years_in_order"),
        CheckConstraint("state <> 'adopted' OR adopted_on IS NOT NULL", name="adopted_on_a_day"),
        CheckConstraint("state <> 'public_comment' OR comment_until IS NOT NULL", name="comment_ends"),
    )

    id: Mapped[Id]
    area_id: Mapped[str] = mapped_column(ForeignKey("areas.id"))
    title: Mapped[str] = mapped_column(String(120))
    from_year: Mapped[int]
    to_year: Mapped[int]
    state: Mapped[PlanState]
    comment_from: Mapped[date | None]
    comment_until: Mapped[date | None]
    adopted_on: Mapped[date | None]
    begun_at: Mapped[datetime]

    area: Mapped[Area] = relationship()


class PlanStateRow(Model):
    """One dated row for each change of state; never changed after."""

    __tablename__ = "plan_states"
    __table_args__ = (Index("ix_plan_states_plan", "plan_id", "at"),)

    id: Mapped[Id]
    plan_id: Mapped[str] = mapped_column(ForeignKey("plans.id"))
    state: Mapped[PlanState]
    at: Mapped[datetime]
    actor_id: Mapped[str] = mapped_column(String(80))
    actor_label: Mapped[str] = mapped_column(String(120))


class PlanVersion(Model):
    """A plan word for word as it was adopted. Never changed after."""

    __tablename__ = "plan_versions"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    id: Mapped[Id]
    plan_id: Mapped[str] = mapped_column(ForeignKey("plans.id"))
    number: Mapped[int]
    adopted_on: Mapped[date]
    content: Mapped[dict[str, Any]]


class PlanSection(Model):
    """A part of a plan that is sentences. Its words are the newest of its texts."""

    __tablename__ = "plan_sections"
    __table_args__ = (UniqueConstraint("plan_id", "kind"),)

    id: Mapped[Id]
    plan_id: Mapped[str] = mapped_column(ForeignKey("plans.id"))
    kind: Mapped[SectionKind]


class PlanText(Model):
    """What somebody wrote in a section, on top of which text. All are kept.

    When two people write at once, the second text is kept aside until somebody has put
    both together; the text that does names the one it takes in.
    """

    __tablename__ = "plan_texts"
    __table_args__ = (UniqueConstraint("section_id", "number"),)

    id: Mapped[Id]
    section_id: Mapped[str] = mapped_column(ForeignKey("plan_sections.id"))
    number: Mapped[int]
    words: Mapped[str] = mapped_column(Text)
    based_on: Mapped[int]
    is_aside: Mapped[bool] = mapped_column(default=False)
    takes_in_id: Mapped[str | None] = mapped_column(ForeignKey("plan_texts.id"))
    at: Mapped[datetime]
    by_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))

    by: Mapped[Account] = relationship()
