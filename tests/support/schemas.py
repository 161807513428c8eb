"""The published schemas that lie beside this checkout, where they do; else the test is skipped."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

STANDARDS = Path(__file__).parents[3] / "shared" / "standards" / "eido"


def require_eido(document: Any) -> None:
    """Fails unless a document is an EIDO by NENA's schema."""
    _validator("eido-021.1b.core.schema.json", "").validate(document)


def require_conveyance(message: Any) -> None:
    """Fails unless a message is one of the conveyance draft's, and the EIDO in it an EIDO."""
    _validator("conveyance-1.1-draft.corrected.schema.json", "#/$defs/pushMessage").validate(message)
    [inner] = message.values()
    if "eido" in inner:
        require_eido(inner["eido"])


@cache
def _validator(name: str, part: str) -> Draft202012Validator:
    if not (STANDARDS / name).exists():
        pytest.skip("the shared schemas are not beside this checkout")
    schema = json.loads((STANDARDS / name).read_text(encoding="utf-8"))
    chosen = {"$schema": schema["$schema"], "$defs": schema["$defs"], "$ref": part} if part else schema
    return Draft202012Validator(chosen, format_checker=FormatChecker())
