"""What a plan promises: objectives, the actions that lead there, and the numbers that tell."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.foundation.db import Id, Model


class ActionState(StrEnum):
    """How far an action is. Late is not a state: the day says it."""

    PLANNED = "planned"
    STARTED = "started"
    DONE = "done"
    STOPPED = "stopped"


class Objective(Model):
    """What shall be different, in one line."""

    __tablename__ = "plan_objectives"

    id: Mapped[Id]
    plan_id: Mapped[str] = mapped_column(ForeignKey("plans.id"), index=True)
    title: Mapped[str] = mapped_column(String(160))

    actions: Mapped[list["Action"]] = relationship(order_by="Action.id")
    indicators: Mapped[list["Indicator"]] = relationship(order_by="Indicator.id")


class Action(Model):
    """One thing that somebody does by a day. Both may be open while the plan is written."""

    __tablename__ = "plan_actions"

    id: Mapped[Id]
    objective_id: Mapped[str] = mapped_column(ForeignKey("plan_objectives.id"), index=True)
    words: Mapped[str] = mapped_column(String(200))
    owner: Mapped[str] = mapped_column(String(120), default="")
    due_on: Mapped[date | None]

    objective: Mapped[Objective] = relationship(back_populates="actions")


class ActionStateRow(Model):
    """How far an action was on a day, with a line that residents read; never changed after."""

    __tablename__ = "plan_action_states"
    __table_args__ = (Index("ix_plan_action_states_action", "action_id", "at"),)

    id: Mapped[Id]
    action_id: Mapped[str] = mapped_column(ForeignKey("plan_actions.id"))
    state: Mapped[ActionState]
    note: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime]
    actor_id: Mapped[str] = mapped_column(String(80))
    actor_label: Mapped[str] = mapped_column(String(120))


class Indicator(Model):
    """A number that tells whether an objective is reached, and where it comes from."""

    __tablename__ = "plan_indicators"

    id: Mapped[Id]
    objective_id: Mapped[str] = mapped_column(ForeignKey("plan_objectives.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    baseline: Mapped[str] = mapped_column(String(60))
    target: Mapped[str] = mapped_column(String(60))
    source: Mapped[str] = mapped_column(String(160))
