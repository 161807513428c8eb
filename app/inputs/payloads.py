"""What a resident's form says, in one shape."""

import json
from dataclasses import asdict, dataclass
from typing import Self

from app.inputs.models import InputKind


@dataclass(frozen=True)
class SpokenPlace:
    """Where it is: the words people use for it, and a point where they set one. Kept sealed."""

    words: str = ""
    lat: float | None = None
    lon: float | None = None

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        return cls(**json.loads(text)) if text else cls()


@dataclass(frozen=True)
class NewInput:
    """A resident's input as the form hands it on."""

    form_id: str
    area_id: str
    kind: InputKind
    words: str
    place: SpokenPlace | None
    may_publish: bool
    language: str
