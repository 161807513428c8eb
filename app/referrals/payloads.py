"""What dispatch and residents tell us, read from outside into one shape.

Two bodies come in at the hook: our own small JSON (this module) and an EIDO
(`referrals/eido.py`); both become a `NewReferral`. Reading is strict: a wrong type, a
control character, a doubled key or a naive time is refused with the place and a code,
and never with what was written.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any, Self

import orjson
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from app.foundation.text import has_forbidden_characters, tidy
from app.referrals.incident_ids import one_spelling
from app.referrals.link_models import Link
from app.referrals.models import CallKind
from app.referrals.natures import Nature

FUTURE_TOLERANCE = timedelta(minutes=5)
MAX_NARRATIVE = 8_000
MAX_INCIDENT_ID = 120
_NATURES = frozenset(Nature)


@dataclass(frozen=True)
class PayloadProblem:
    """One thing wrong with a body: where it is (a JSON pointer) and a code."""

    pointer: str
    code: str


class InvalidPayload(Exception):
    """The body cannot be read as a referral. Nothing of it is repeated."""

    def __init__(self, *problems: PayloadProblem, slug: str = "invalid-request", status: int = 400) -> None:
        super().__init__(slug)
        self.problems = problems
        self.slug = slug
        self.status = status


@dataclass(frozen=True)
class Told:
    """What was told about a call: sealed as one, opened only by those who may."""

    narrative: str = ""
    callback: str = ""
    place_text: str = ""
    lat: float | None = None
    lon: float | None = None
    call_number: str = ""
    updates: tuple[str, ...] = ()

    @property
    def everything(self) -> str:
        """All words, the first message and every update."""
        return "\n".join((self.narrative, *self.updates))

    def as_json(self) -> str:
        return orjson.dumps(self.__dict__).decode()

    @classmethod
    def from_json(cls, text: str) -> Self:
        values = json.loads(text)
        return cls(**values | {"updates": tuple(values["updates"])})


@dataclass(frozen=True)
class NewReferral:
    """A call as any door hands it on. `answers` holds what the call taker asked, as sent.

    `applied_version`: the newest told so far, where another; `common_type`: of an EIDO. `to_return`
    and `to_review` are codes of what the document itself speaks against. They can only raise.
    """

    incident_id: str
    version: int
    kind: CallKind
    told: Told
    language: str | None = None
    priority: str = ""
    call_type: tuple[str, ...] = ()
    nature: Nature | None = None
    answers: dict[str, str] = field(default_factory=dict)
    applied_version: int = 0
    common_type: str | None = None
    to_return: tuple[str, ...] = ()
    to_review: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class NewRequest:
    """A resident's own request for a mediator, from the public form.

    `request_id` was made with the form, so that sending it twice is one request.
    """

    request_id: str
    area_id: str | None
    nature: Nature
    words: str
    place_text: str
    lat: float | None
    lon: float | None
    callback: str
    safe_to_call: str
    language: str
    answers: dict[str, str]

    def as_referral(self) -> NewReferral:
        """The same, in the shape that every door hands on."""
        told = Told(
            narrative=self.words,
            callback=f"{self.callback} {self.safe_to_call}".strip(),
            place_text=self.place_text,
            lat=self.lat,
            lon=self.lon,
        )
        return NewReferral(
            incident_id=self.request_id,
            version=1,
            kind=CallKind.CALLBACK,
            told=told,
            language=self.language,
            nature=self.nature,
            answers=self.answers,
        )


def read_json(body: bytes) -> Any:
    """Parse a body: UTF-8, no doubled keys, no NaN, no lone surrogates, not too deep."""
    try:
        return json.loads(
            body.decode("utf-8"), object_pairs_hook=_unique_keys, parse_constant=_refuse_constant
        )
    except UnicodeDecodeError:
        raise InvalidPayload(PayloadProblem("", "not-utf-8")) from None
    except (ValueError, RecursionError):
        raise InvalidPayload(PayloadProblem("", "not-json")) from None


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise InvalidPayload(PayloadProblem("", "doubled-key"))
    return values


def _refuse_constant(_: str) -> Any:
    raise InvalidPayload(PayloadProblem("", "not-a-number"))


def text_up_to(longest: int, shortest: int = 0) -> Any:
    """A text with its longest length, tidied, without control characters."""
    length = StringConstraints(strict=True, strip_whitespace=True, min_length=shortest, max_length=longest)

    def plain(value: str) -> str:
        if has_forbidden_characters(value):
            raise ValueError("forbidden-characters")
        tidied = tidy(value)
        if len(tidied) > longest:  # one Unicode form may be longer than another: what is kept must fit
            raise ValueError("string-too-long")
        return tidied

    return Annotated[str, length, AfterValidator(plain)]


def _written_moment(value: Any) -> Any:
    """A moment is written as text with day and hour; a bare number could mean anything."""
    if not isinstance(value, str) or "T" not in value.upper():
        raise ValueError("not-a-moment")
    return value


# Aware only: "21:00" without a zone is another hour in another county.
Moment = Annotated[AwareDatetime, BeforeValidator(_written_moment), Field(strict=False)]


class Strict(BaseModel):
    """Strict types; members that we do not know are left alone (and kept with the raw message)."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class _Location(Strict):
    lat: float | None = Field(default=None, ge=-90, le=90, allow_inf_nan=False)
    lon: float | None = Field(default=None, ge=-180, le=180, allow_inf_nan=False)
    address: text_up_to(300) = ""  # type: ignore[valid-type]

    @model_validator(mode="after")
    def both_or_neither(self) -> Self:
        if (self.lat is None) != (self.lon is None):
            raise ValueError("half-a-point")
        return self


class _CallType(Strict):
    code: text_up_to(60) = ""  # type: ignore[valid-type]
    text: text_up_to(200) = ""  # type: ignore[valid-type]


class Answers(Strict):
    """Answers to the screening questions; left out is not asked. A word we do not know counts as danger."""

    weapons: text_up_to(40) = "not_asked"  # type: ignore[valid-type]
    injuries: text_up_to(40) = "not_asked"  # type: ignore[valid-type]
    threats: text_up_to(40) = "not_asked"  # type: ignore[valid-type]
    children_at_risk: text_up_to(40) = "not_asked"  # type: ignore[valid-type]
    relation: text_up_to(40) = "not_asked"  # type: ignore[valid-type]
    wish: text_up_to(40) = "unknown"  # type: ignore[valid-type]


class ReferralBody(Strict):
    """Our own JSON, for centres whose CAD cannot speak EIDO."""

    incident_id: text_up_to(MAX_INCIDENT_ID, 1)  # type: ignore[valid-type]
    version: int = Field(default=1, ge=1, le=2**53)
    event_time: Moment | None = None
    kind: CallKind = Field(default=CallKind.LIVE, strict=False)
    nature: text_up_to(40) | None = None  # type: ignore[valid-type]
    call_type: _CallType = _CallType()
    priority: text_up_to(40) = ""  # type: ignore[valid-type]
    narrative: text_up_to(MAX_NARRATIVE) = ""  # type: ignore[valid-type]
    location: _Location | None = None
    callback: text_up_to(60) = ""  # type: ignore[valid-type]
    language: text_up_to(35) | None = None  # type: ignore[valid-type]
    answers: Answers = Answers()


def read_referral(body: bytes, *, now: datetime) -> NewReferral:
    """Read our own JSON. Raises `InvalidPayload` with every problem found."""
    parsed = validated(ReferralBody, read_json(body))
    refuse_future(parsed.event_time, now)
    place = parsed.location or _Location()
    told = Told(
        narrative=parsed.narrative,
        callback=parsed.callback,
        place_text=place.address,
        lat=place.lat,
        lon=place.lon,
        call_number=parsed.incident_id,
    )
    refuse_unusable(told)
    return NewReferral(
        incident_id=one_spelling(parsed.incident_id),
        version=parsed.version,
        kind=parsed.kind,
        told=told,
        language=parsed.language,
        priority=parsed.priority,
        call_type=(parsed.call_type.code, parsed.call_type.text),
        nature=Nature(parsed.nature) if parsed.nature in _NATURES else None,
        answers=dict(parsed.answers),
    )


def refuse_unusable(told: Told) -> None:
    """Well formed, yet nobody could act on it: neither a place nor a number to call back."""
    if not (told.callback or told.place_text or told.lat is not None):
        raise InvalidPayload(PayloadProblem("/location", "missing"), slug="not-actionable", status=422)


def refuse_future(moment: datetime | None, now: datetime, pointer: str = "/event_time") -> None:
    """A message from the future has a wrong clock behind it, and its order cannot be trusted."""
    if moment and moment > now + FUTURE_TOLERANCE:
        raise InvalidPayload(PayloadProblem(pointer, "in-the-future"))


def validated(model: type[Any], data: Any) -> Any:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise InvalidPayload(*problems_of(error)) from None


def problems_of(error: ValidationError) -> list[PayloadProblem]:
    """Where and what, in codes of pydantic or our own; the values stay out."""
    found = []
    for one in error.errors(include_input=False, include_url=False, include_context=True):
        pointer = "".join(f"/{part}" for part in one["loc"])
        cause = one.get("ctx", {}).get("error")
        code = str(cause) if one["type"] == "value_error" and cause else one["type"].replace("_", "-")
        found.append(PayloadProblem(pointer, code))
    return found
