"""What dispatch tells us after the first message, read as strictly as the first."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from pydantic import Field, TypeAdapter, ValidationError

from app.referrals.incident_ids import one_spelling
from app.referrals.link_models import Link
from app.referrals.models import CallKind
from app.referrals.payloads import (
    MAX_INCIDENT_ID,
    MAX_NARRATIVE,
    Answers,
    InvalidPayload,
    Moment,
    NewReferral,
    PayloadProblem,
    Strict,
    Told,
    problems_of,
    read_json,
    refuse_future,
    text_up_to,
    validated,
)


class UpdateBody(Strict):
    """What dispatch learned after the first message."""

    version: int = Field(ge=1, le=2**53)
    event_time: Moment | None = None
    narrative: text_up_to(MAX_NARRATIVE) = ""  # type: ignore[valid-type]
    answers: Answers = Answers()


@dataclass(frozen=True)
class Update:
    """What dispatch learned after the first message. It can raise the risk, never lower it.

    Place and number in `told`, language and kind replace what was kept, where this is the newest.
    """

    version: int
    narrative: str
    answers: dict[str, str]
    call_type: tuple[str, ...] = ()
    common_type: str | None = None
    priority: str = ""
    to_return: tuple[str, ...] = ()
    to_review: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    told: Told = field(default_factory=Told)
    language: str | None = None
    kind: CallKind | None = None

    @classmethod
    def of(cls, new: NewReferral) -> Self:
        """A call that is told again: all that it says of danger counts as an update does."""
        return cls(
            version=new.version,
            narrative=new.told.narrative,
            answers=new.answers,
            call_type=new.call_type,
            common_type=new.common_type,
            priority=new.priority,
            to_return=new.to_return,
            to_review=new.to_review,
            links=new.links,
            told=new.told,
            language=new.language,
            kind=new.kind,
        )


def read_update(body: bytes, *, now: datetime) -> Update:
    """Read an update in our own JSON."""
    parsed = validated(UpdateBody, read_json(body))
    refuse_future(parsed.event_time, now)
    return Update(parsed.version, parsed.narrative, parsed.answers.model_dump())


_INCIDENT_ID = TypeAdapter(text_up_to(MAX_INCIDENT_ID, 1))


def read_incident_id(name: str) -> str:
    """An incident's name in an address, read as in an offer: what no offer could have is refused."""
    try:
        return one_spelling(_INCIDENT_ID.validate_python(name))
    except ValidationError as error:
        raise InvalidPayload(*problems_of(error)) from None


def read_empty(body: bytes) -> None:
    """A message that says all by its address may still carry an object; anything else is refused."""
    if body and not isinstance(read_json(body), dict):
        raise InvalidPayload(PayloadProblem("", "not-an-object"))
