"""Who answers what, where and when: rows that an office changes as its contracts change."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.foundation.db import Id, Model
from app.places.models import Area
from app.roster.lanes import Lane
from app.roster.models import Team

WHOLE_DAY = 24 * 60


class Coverage(Model):
    """A team answers a lane in an area on a weekday between two times of the Los Angeles clock.

    Without an area it answers in the whole city. Minutes count from midnight. When the end
    is not after the start, the hours run over midnight into the next day.
    """

    __tablename__ = "coverage"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint(f"from_minute BETWEEN 0 AND {WHOLE_DAY - 1}", name="from_minute"),
        CheckConstraint(f"to_minute BETWEEN 1 AND {WHOLE_DAY}", name="to_minute"),
        Index("ix_coverage_where", "area_id", "lane"),
    )

    id: Mapped[Id]
    team_id: Mapped[str] = mapped_column(ForeignKey("teams.id"), index=True)
    lane: Mapped[Lane]
    area_id: Mapped[str | None] = mapped_column(ForeignKey("areas.id"))
    weekday: Mapped[int]
    """0 is Monday."""
    from_minute: Mapped[int]
    to_minute: Mapped[int]

    team: Mapped[Team] = relationship()
    area: Mapped[Area | None] = relationship()


class CoverageException(Model):
    """Days on which a team does not answer: a holiday, a training. Hours that begin on them do not run."""

    __tablename__ = "coverage_exceptions"
    __table_args__ = (CheckConstraint("last_on >= first_on", name="last_after_first"),)

    id: Mapped[Id]
    team_id: Mapped[str] = mapped_column(ForeignKey("teams.id"), index=True)
    first_on: Mapped[date]
    last_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(60))
