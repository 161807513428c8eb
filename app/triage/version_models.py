"""The office's own versions of the policy: each change, each step, and what replaying calls by it showed."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.foundation.db import Id, Model
from app.foundation.ids import ID_LENGTH

NAME_LENGTH = 40
_IS_ACTIVE = text("state = 'active'")


class VersionState(StrEnum):
    """Where a version stands."""

    DRAFT = "draft"
    """It may be changed; nothing reads by it."""
    SHADOW = "shadow"
    """It is as it will be; calls are replayed by it, and it waits for two people."""
    ACTIVE = "active"
    """Calls are read by it."""
    RETIRED = "retired"
    """It was active, and may be again at once."""
    DROPPED = "dropped"


class PolicyVersion(Model):
    """One version of the policy. Its document is made when it leaves the draft, and never changed after.

    At most one is active; while none is, calls are read by the policy that came with the program.
    """

    __tablename__ = "policy_versions"
    __table_args__ = (
        UniqueConstraint("number"),
        Index(
            "uq_policy_versions_active",
            "state",
            unique=True,
            sqlite_where=_IS_ACTIVE,
            postgresql_where=_IS_ACTIVE,
        ),
        CheckConstraint("state IN ('draft', 'dropped') OR document IS NOT NULL", name="document_kept"),
        CheckConstraint("(document IS NULL) = (sha256 IS NULL)", name="document_has_hash"),
    )

    id: Mapped[Id]
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    """As screenings name it."""
    base_id: Mapped[str | None] = mapped_column(ForeignKey("policy_versions.id"))
    """The version it was begun from; none: what came with the program."""
    base_sha256: Mapped[str | None] = mapped_column(String(64))
    """The document it was begun from; not known of those from before that was kept."""
    shipped: Mapped[str] = mapped_column(String(NAME_LENGTH))
    """The version of the program that its rules stem from, through all those it was begun from."""
    state: Mapped[VersionState]
    begun_at: Mapped[datetime]
    document: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """Packed (policy_files.py)."""
    sha256: Mapped[str | None] = mapped_column(String(64))

    base: Mapped["PolicyVersion | None"] = relationship(remote_side="PolicyVersion.id")


class PolicyChange(Model):
    """One change of a draft, with why. Taken back, it stays on record and no longer counts."""

    __tablename__ = "policy_changes"
    __table_args__ = (Index("ix_policy_changes_version", "version_id", "at"),)

    id: Mapped[Id]
    version_id: Mapped[str] = mapped_column(ForeignKey("policy_versions.id"))
    at: Mapped[datetime]
    by_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    why: Mapped[str] = mapped_column(String(300))
    values: Mapped[dict[str, Any]]
    """What policy_changes.py reads."""
    is_less_careful: Mapped[bool]
    taken_back_at: Mapped[datetime | None]
    taken_back_by_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))

    by: Mapped[Account] = relationship(foreign_keys=[by_id])


class StepKind(StrEnum):
    """What somebody did with a version."""

    BEGUN = "begun"
    SHADOWED = "shadowed"
    WRITTEN_AGAIN = "written_again"
    APPROVED = "approved"
    ACTIVATED = "activated"
    GONE_BACK_TO = "gone_back_to"
    RETIRED = "retired"
    DROPPED = "dropped"


class PolicyStep(Model):
    """One dated row for each step of a version; never changed after."""

    __tablename__ = "policy_steps"
    __table_args__ = (Index("ix_policy_steps_version", "version_id", "at"),)

    id: Mapped[Id]
    version_id: Mapped[str] = mapped_column(ForeignKey("policy_versions.id"))
    kind: Mapped[StepKind]
    at: Mapped[datetime]
    by_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str] = mapped_column(String(300), default="")
    sha256: Mapped[str | None] = mapped_column(String(64))
    """What was approved or put in force."""

    by: Mapped[Account] = relationship()


class ReplayStage(StrEnum):
    """What a replay is at."""

    EXAMPLES = "examples"
    LABELLED = "labelled"
    STORED = "stored"
    DONE = "done"


class PolicyReplay(Model):
    """Calls read by a version beside the policy in force, to see what would change. No words are kept.

    The worker does it in pieces: `at_received` and `at_call` are where it has come to.
    """

    __tablename__ = "policy_replays"
    __table_args__ = (
        Index("ix_policy_replays_version", "version_id", "begun_at"),
        CheckConstraint("stopped_at IS NULL OR finished_at IS NULL", name="ends_once"),
    )

    id: Mapped[Id]
    version_id: Mapped[str] = mapped_column(ForeignKey("policy_versions.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    against: Mapped[str] = mapped_column(String(NAME_LENGTH))
    """The name of the policy in force when it began."""
    shipped: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    """The policy that came with the program by then; not known of those from before that was kept."""
    begun_at: Mapped[datetime]
    since: Mapped[datetime]
    """Calls that came from then on are replayed."""
    at_received: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    """When it ended because whoever asked for it no longer may."""
    asked_by_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"))
    """Whose rights it has; nobody known of those from before that was kept."""
    stage: Mapped[ReplayStage]
    at_call: Mapped[str] = mapped_column(String(ID_LENGTH), default="")
    done_count: Mapped[int] = mapped_column(default=0)
    call_count: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any]]
