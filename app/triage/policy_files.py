"""Policies as documents: the shipped one, kept in parts for reading; any, packed and known by its hash."""

import hashlib
import json
import zlib
from collections.abc import Mapping
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


def text_of(document: Mapping[str, Any]) -> str:
    """A document as one text: the same for the same policy. Its order says which nature is tried first."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def hash_of(document: Mapping[str, Any]) -> str:
    """What a policy is known by: the SHA-256 of its text, in hex."""
    return hashlib.sha256(text_of(document).encode()).hexdigest()


def packed(document: Mapping[str, Any]) -> bytes:
    """A document as it is kept with a version: a sixth of its length."""
    return zlib.compress(text_of(document).encode())


def unpacked(kept: bytes) -> dict[str, Any]:
    """A document that was kept."""
    document: dict[str, Any] = json.loads(zlib.decompress(kept))
    return document
