"""What a resident told us, sealed; what we did with it, as dated rows; and our answer."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.foundation.db import Id, Model
from app.places.models import Area
from app.vault.columns import Ciphertext, Sealed


class InputKind(StrEnum):
    """What an input is about."""

    WORRY = "worry"
    IDEA = "idea"
    WORKS = "works"
    ABOUT_PLAN = "about_plan"


class InputState(StrEnum):
    """Where an input stands. What came in a flood waits apart and is read too, only later."""

    RECEIVED = "received"
    READING = "reading"
    OVERFLOW = "overflow"
    PUBLISHED = "published"
    KEPT_PRIVATE = "kept_private"
    SET_ASIDE = "set_aside"
    WITHDRAWN = "withdrawn"


class AnswerKind(StrEnum):
    """What we did with it."""

    DONE = "done"
    IN_THE_PLAN = "in_the_plan"
    ANOTHER_OFFICE = "another_office"
    NOT_POSSIBLE = "not_possible"


class Input(Model):
    """What one resident sent about one neighborhood. No name, no address of a device.

    The receipt is not kept, only a fingerprint of it: whoever has the four words is the author.
    `revision` counts up when the author corrects the words, so that nobody publishes older ones.
    """

    __tablename__ = "inputs"
    __table_args__ = (Index("ix_inputs_state", "state", "sent_at"),)

    id: Mapped[Id]
    area_id: Mapped[str] = mapped_column(ForeignKey("areas.id"), index=True)
    kind: Mapped[InputKind]
    language: Mapped[str] = mapped_column(String(10))
    may_publish: Mapped[bool]
    state: Mapped[InputState]
    sent_at: Mapped[datetime]
    answer_due_on: Mapped[date]
    form_fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    receipt_fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    revision: Mapped[int] = mapped_column(default=1)
    key_id: Mapped[str] = mapped_column(ForeignKey("data_keys.id"))
    words_sealed: Mapped[Ciphertext] = mapped_column(Sealed)
    place_sealed: Mapped[Ciphertext | None] = mapped_column(Sealed)

    area: Mapped[Area] = relationship()
    answers: Mapped[list["Answer"]] = relationship(order_by="Answer.at, Answer.id")
    published: Mapped[list["PublishedText"]] = relationship(order_by="PublishedText.at, PublishedText.id")
    states: Mapped[list["InputStateRow"]] = relationship(order_by="InputStateRow.at, InputStateRow.id")


class InputStateRow(Model):
    """One dated row for each change of state; never changed. The author reads the reason."""

    __tablename__ = "input_states"
    __table_args__ = (Index("ix_input_states_input", "input_id", "at"),)

    id: Mapped[Id]
    input_id: Mapped[str] = mapped_column(ForeignKey("inputs.id"))
    state: Mapped[InputState]
    at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(String(300))
    by_id: Mapped[str] = mapped_column(String(80))


class PublishedText(Model):
    """The words as published: a moderator's version, with nothing that could hurt someone."""

    __tablename__ = "published_texts"

    id: Mapped[Id]
    input_id: Mapped[str] = mapped_column(ForeignKey("inputs.id"), index=True)
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))


class Answer(Model):
    """Our answer to a resident. A later answer is a new row; all are shown, newest last."""

    __tablename__ = "answers"

    id: Mapped[Id]
    input_id: Mapped[str] = mapped_column(ForeignKey("inputs.id"), index=True)
    kind: Mapped[AnswerKind]
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
