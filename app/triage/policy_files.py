"""The shipped policy: kept in parts for reading, put together to one document, known by its hash."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "policy"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str) -> Any:
    """A YAML text as plain values. Raises `yaml.YAMLError`."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader, in C where there is one


@cache
def shipped_document() -> dict[str, Any]:
    """The policy that comes with this version: `policy.yaml` with its cues, lists and concepts."""
    document: dict[str, Any] = read_yaml((FOLDER / "policy.yaml").read_text(encoding="utf-8"))
    document["call_types"] = read_yaml((FOLDER / "call_types.yaml").read_text(encoding="utf-8"))
    document["lists"] = read_yaml((FOLDER / "lists.yaml").read_text(encoding="utf-8"))
    document["cues"] = read_yaml((FOLDER / "cues.yaml").read_text(encoding="utf-8"))
    document["concepts"] = [
        concept
        for part in sorted((FOLDER / "concepts").glob("*.yaml"))
        for concept in read_yaml(part.read_text(encoding="utf-8"))
    ]
    return document


def hash_of(text: str) -> str:
    """What a policy is known by: the SHA-256 of its text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()
