"""Reading EIDO documents in tests: one known call, read, or the problems it is refused with."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from app.referrals.eido import read_eido
from app.referrals.payloads import InvalidPayload, NewReferral
from tests.support.eido import Document, offer_document, whole_document

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
SECRET = "MrsInventedLivesThere"
"""What somebody said: it stands in no problem."""


def read_document(document: Any) -> NewReferral:
    return read_eido(json.dumps(document).encode(), now=NOW)


def offered(**members: Any) -> Document:
    """A calm call of a known incident at a known time."""
    return offer_document("26000123abcd", NOW, **members)


def whole() -> Document:
    """The same with every component."""
    return whole_document("26000123abcd", NOW)


def problems_of(document: Any) -> set[tuple[str, str]]:
    """Where a document is wrong, and how."""
    with pytest.raises(InvalidPayload) as refused:
        read_document(document)
    found = {(one.pointer, one.code) for one in refused.value.problems}
    assert SECRET not in str(found)
    return found
