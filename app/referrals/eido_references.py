"""Whether an EIDO holds together: every name once, every reference to a component that is there.

The published schema sees none of this (standards.md 1.4). A reference names a component by
its `$id`, whatever its case, and must lead to one of the right kind: what an agency wrote
was not written by a note.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.referrals.payloads import InvalidPayload, PayloadProblem

MAX_DEPTH = 40

_KIND_IN: Mapping[str, str] = {
    "incidentComponent": "incident",
    "callComponent": "call",
    "callbackComponent": "callback",
    "updatedCbn": "updated number",
    "agencyComponent": "agency",
    "agentComponent": "agent",
    "notesComponent": "notes",
    "locationComponent": "location",
    "personComponent": "person",
    "dispatchComponent": "dispatch",
    "emergencyResourceComponent": "unit",
    "linkComponent": "link",
    "mergeComponent": "merge",
    "dispositionComponent": "disposition",
    "disposition": "disposition",
    "additionalDataComponent": "additional data",
    "vehicleComponent": "vehicle",
    "alarmsSensorsComponent": "alarm",
    "alarmsSensorComponent": "alarm",
}
_KIND_WANTED: Mapping[str, str] = {
    "updatedByAgencyReference": "agency",
    "updatedByAgentReference": "agent",
    "agencyReference": "agency",
    "involvedAgencyReference": "agency",
    "agentReference": "agent",
    "notesReference": "notes",
    "locationReference": "location",
    "unitLocationReference": "location",
    "unitDestinationReference": "location",
    "personReference": "person",
    "callBackReference": "callback",
    "vehicleReference": "vehicle",
    "additionalDataReference": "additional data",
    "emergencyResourceReference": "unit",
}
# Two spellings of one member: a document that uses both says two things at once.
_SPELLINGS = (("dispositionComponent", "disposition"), ("alarmsSensorsComponent", "alarmsSensorComponent"))
_KNOWN_NAMES = frozenset({*_KIND_IN, *_KIND_WANTED, "$id", "$ref", "ncPersonComponent", "ncVehicleComponent"})

_Path = tuple[str | int, ...]


@dataclass
class _Found:
    """What one walk through a document found."""

    kinds: dict[str, str] = field(default_factory=dict)
    references: list[tuple[_Path, str, str | None]] = field(default_factory=list)
    problems: list[PayloadProblem] = field(default_factory=list)

    def add_problem(self, path: _Path, code: str) -> None:
        self.problems.append(PayloadProblem(_pointer(path), code))


def check_references(raw: Any) -> None:
    """Raise `InvalidPayload` with everything in a document that does not hold together."""
    found = _Found()
    _walk(raw, (), "document", found)
    for path, name, wanted in found.references:
        kind = found.kinds.get(name)
        if kind is None:
            found.add_problem(path, "dangling-reference")
        elif wanted and kind != wanted:
            found.add_problem(path, "reference-to-another-kind")
    if found.problems:
        raise InvalidPayload(*found.problems)


def _walk(value: Any, path: _Path, kind: str, found: _Found) -> None:
    if len(path) > MAX_DEPTH:
        raise InvalidPayload(PayloadProblem("", "too-deep"))
    if isinstance(value, list):
        for number, inner in enumerate(value):
            _walk(inner, (*path, number), kind, found)
    elif isinstance(value, dict):
        _note_object(value, path, kind, found)
        for name, inner in value.items():
            wanted = _KIND_WANTED.get(name)
            if wanted:
                _note_references(inner, (*path, name), wanted, found)
            else:
                _walk(inner, (*path, name), _KIND_IN.get(name, ""), found)


def _note_object(value: dict[str, Any], path: _Path, kind: str, found: _Found) -> None:
    name = value.get("$id")
    if isinstance(name, str):
        folded = name.strip().casefold()
        if folded in found.kinds:
            found.add_problem((*path, "$id"), "doubled-id")
        found.kinds.setdefault(folded, kind)
    if "$ref" in value:
        _note_references(value, path, None, found)
    for spellings in _SPELLINGS:
        if all(spelling in value for spelling in spellings):
            found.add_problem((*path, spellings[0]), "doubled-member")


def _note_references(value: Any, path: _Path, wanted: str | None, found: _Found) -> None:
    """One reference or a list of them; each is exactly an object with `$ref`, and nothing beside it."""
    for where, one in _each(value, path):
        name = one.get("$ref") if isinstance(one, dict) and set(one) == {"$ref"} else None
        if isinstance(name, str):
            found.references.append((where, name.strip().casefold(), wanted))
        else:
            found.add_problem(where, "not-a-reference")


def _each(value: Any, path: _Path) -> Iterator[tuple[_Path, Any]]:
    if isinstance(value, list):
        yield from (((*path, number), one) for number, one in enumerate(value))
    else:
        yield path, value


def _pointer(path: _Path) -> str:
    """Where it is, as far as the names are the standard's: a sender's own may hold what somebody said."""
    known: list[str] = []
    for step in path:
        if isinstance(step, str) and step not in _KNOWN_NAMES:
            break
        known.append(f"/{step}")
    return "".join(known)
