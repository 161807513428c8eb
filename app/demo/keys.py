"""What the demo's dispatch needs to play its part, left by `flask demo load` for its owner only."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from app.demo.calls import Spot

FILE_NAME = "demo-dispatch.json"


@dataclass(frozen=True)
class DispatchKeys:
    """The client's id and secret, the secret its callbacks are signed with, where they go, and places."""

    client_id: str
    secret: str
    callback_secret: str
    callback_port: int
    spots: Sequence[Spot]

    def save(self, path: Path) -> None:
        """Write the file whole or not at all, readable by its owner only."""
        draft = path.with_suffix(".draft")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(asdict(self), file, indent=1)
        draft.replace(path)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the file. Raises `OSError` when there is none."""
        kept = json.loads(path.read_text(encoding="utf-8"))
        return cls(**kept | {"spots": tuple(Spot(**spot) for spot in kept["spots"])})
