"""No document, however broken, breaks the reader, and nothing of it is said back."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.referrals.payloads import InvalidPayload, NewReferral
from tests.support.eido import PSAP, changed
from tests.support.eido_reading import SECRET, read_document, whole


def pointers(value: Any, path: str = "") -> list[str]:
    """Every place in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for name, one in inner for found in (f"{path}/{name}", *pointers(one, f"{path}/{name}"))]


PLACES = [pointer for pointer in pointers(whole()) if "@context" not in pointer]
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.sampled_from([SECRET, PSAP, "$ref", "2026-11-25T04:00:00Z"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["$id", "$ref", SECRET, "agencyComponent"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.lists(st.tuples(st.sampled_from(PLACES), ANYTHING), min_size=1, max_size=4))
def test_no_document_breaks_the_reader_or_is_said_back(changes):
    document = whole()
    for pointer, value in changes:
        try:
            changed(document, pointer, value)
        except (KeyError, IndexError, TypeError, AttributeError):
            continue  # an earlier change took the place away
    new, problems = read_or_refused(document)

    assert bool(problems) is (new is None)
    assert SECRET not in str(problems)
    assert new is None or (new.version > 0 and 0 < len(new.incident_id) <= 120)


def read_or_refused(document: Any) -> tuple[NewReferral | None, list[tuple[str, str]]]:
    """A document as it is read, or what it is refused with; anything else is a fault of ours."""
    try:
        return read_document(document), []
    except InvalidPayload as refused:
        return None, [(one.pointer, one.code) for one in refused.problems]
