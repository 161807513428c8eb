"""What is said to a case and kept sealed in it: small values, and their JSON inside the seal."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Self

from app.cases.contact_models import Heat, How, Result


@dataclass(frozen=True)
class ExactPlace:
    """Where a conflict is: the words people use for it, and the point where there is one."""

    words: str = ""
    lat: float | None = None
    lon: float | None = None

    @property
    def point(self) -> tuple[float, float] | None:
        return None if self.lat is None or self.lon is None else (self.lat, self.lon)

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        return cls(**json.loads(text)) if text else cls()


@dataclass(frozen=True)
class Identity:
    """Who a party is and how to reach them, for the eyes of those assigned."""

    name: str = ""
    contact: str = ""

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        return cls(**json.loads(text)) if text else cls()


@dataclass(frozen=True)
class ContactSaid:
    """One contact as a responder tells it."""

    at: datetime
    how: How
    result: Result
    party_ids: frozenset[str] = frozenset()
    heat: Heat | None = None
    minutes: int | None = None
    words: str = ""


@dataclass(frozen=True)
class Promise:
    """One promise of an agreement. No party named means everyone."""

    text: str
    by_party_id: str | None = None
    to_party_id: str | None = None
    until_on: date | None = None
