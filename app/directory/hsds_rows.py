"""The rows of a directory, one by one: taken, changed or refused, and why.

Notes name the table, the row and the field; they never repeat a value.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from app.directory import hsds_values as values
from app.directory.hsds_files import RawRow
from app.directory.hsds_values import Read
from app.directory.kinds import ServiceKind, kind_of
from app.directory.models import CapacityState, ServiceStatus

Reader = Callable[[Any], Read[Any]]
Values = dict[str, Any]

OURS = uuid5(NAMESPACE_URL, "https://common-ground.example/directory")


@dataclass(frozen=True)
class Note:
    """What was done to a row or one of its fields, and why. Never the value."""

    table: str
    row: int
    field: str
    deed: str
    why: str


@dataclass
class Taken:
    """What a directory holds after reading: rows by id for each table, and the notes."""

    rows: dict[str, dict[str, Values]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def change(self, table: str, row: int, name: str, why: str) -> None:
        self.notes.append(Note(table, row, name, "changed", why))

    def refuse(self, table: str, row: int, name: str, why: str) -> None:
        self.notes.append(Note(table, row, name, "refused", why))


_TEXT = values.as_words(8000)
_NAME = values.as_words(200)
FIELDS: dict[str, dict[str, Reader]] = {
    "organizations": {
        "name": _NAME,
        "alternate_name": _NAME,
        "description": _TEXT,
        "email": values.as_email,
        "website": values.as_url,
    },
    "services": {
        "name": _NAME,
        "alternate_name": _NAME,
        "description": _TEXT,
        "email": values.as_email,
        "url": values.as_url,
        "application_process": _TEXT,
        "fees_description": _TEXT,
        "eligibility_description": _TEXT,
        "minimum_age": values.as_age,
        "maximum_age": values.as_age,
        "alert": _TEXT,
        "topics": values.as_list(200),
        "languages": values.as_list(60),
        "areas_served": values.as_list(400),
        "assured_on": values.as_day,
    },
    "locations": {
        "name": _NAME,
        "description": _TEXT,
        "url": values.as_url,
        "latitude": values.as_degrees(90),
        "longitude": values.as_degrees(180),
        "address_1": _NAME,
        "city": values.as_words(120),
        "state_province": values.as_words(60),
        "postal_code": values.as_words(20),
        "country": values.as_words(2),
    },
}


def take_rows(tables: Mapping[str, list[RawRow]], known: Mapping[str, set[str]]) -> Taken:
    """Read every table; `known` are the ids that earlier imports left, by table."""
    taken = Taken()
    for table in ("organizations", "services", "locations"):
        taken.rows[table] = {}
        for row in tables.get(table, []):
            _take(taken, table, row, known)
    for table, take in (
        ("service_at_locations", _take_place),
        ("phones", _take_phone),
        ("service_capacities", _take_capacity),
    ):
        taken.rows.setdefault(table, {})
        for row in tables.get(table, []):
            take(taken, row, known)
    return taken


def _take(taken: Taken, table: str, row: RawRow, known: Mapping[str, set[str]]) -> None:
    if row.has_stray_value:
        taken.refuse(table, row.number, "", "a value stands under a column without a name")
        return
    row_id = values.as_uuid(row.values.get("id"))
    if row_id.value is None:
        taken.refuse(table, row.number, "id", row_id.why or "missing")
        return
    if row_id.value in taken.rows[table]:
        taken.refuse(table, row.number, "id", "this id came before")
        return
    owner = _owner(taken, table, row, known)
    if table != "organizations" and owner is None:
        return
    read = _read_fields(taken, table, row)
    if table != "locations" and not read["name"]:
        taken.refuse(table, row.number, "name", "missing")
        return
    if table == "services":
        _finish_service(taken, row, read)
    if table == "locations":
        _finish_location(taken, row, read)
    if owner:
        read["service_organization_id"] = owner
    taken.rows[table][row_id.value] = read
    _take_phones_of_csv(taken, table, row, row_id.value)


def _owner(taken: Taken, table: str, row: RawRow, known: Mapping[str, set[str]]) -> str | None:
    if table == "organizations":
        return None
    owner = values.as_uuid(row.values.get("organization_id")).value
    if owner in taken.rows["organizations"] or owner in known.get("organizations", set()):
        return owner
    taken.refuse(table, row.number, "organization_id", "its organization is not known")
    return None


def _read_fields(taken: Taken, table: str, row: RawRow) -> Values:
    raw = {"assured_on": row.values.get("assured_date"), "website": row.values.get("url"), **row.values}
    result: Values = {}
    for name, reader in FIELDS[table].items():
        read = reader(raw.get(name))
        if read.why:
            taken.change(table, row.number, name, read.why)
        result[name] = read.value
    return result


def _finish_service(taken: Taken, row: RawRow, read: Values) -> None:
    """Status, kind, and what a CSV says of eligibility in columns of its own."""
    status = str(row.values.get("status") or "active").strip().lower()
    if status not in set(ServiceStatus):
        taken.change("services", row.number, "status", "not a status, taken as inactive")
        status = "inactive"
    read["status"] = ServiceStatus(status)
    if (
        str(row.values.get("require_veteran")).strip().lower() == "true"
        and not read["eligibility_description"]
    ):
        read["eligibility_description"] = "Veterans only."
    kind = row.values.get("kind")
    about = (read["name"], " ".join(read["topics"]), read["description"])
    read["kind"] = (
        ServiceKind(kind) if isinstance(kind, str) and kind in set(ServiceKind) else kind_of(*about)
    )


def _finish_location(taken: Taken, row: RawRow, read: Values) -> None:
    """A CSV gives the address in one line; a line that is only a state is no address."""
    if row.values.get("address"):
        address = values.as_us_address(row.values["address"])
        if address.why:
            taken.change("locations", row.number, "address", address.why + ", left empty")
        read |= address.value or {}
    if (read["latitude"] is None) != (read["longitude"] is None):
        taken.change("locations", row.number, "latitude", "half a point, left empty")
        read["latitude"] = read["longitude"] = None


def _take_phones_of_csv(taken: Taken, table: str, row: RawRow, owner_id: str) -> None:
    """`main: 305-285-5922, tdd: 800-955-8771` in one cell; ids made from owner and number."""
    if not isinstance(row.values.get("phones"), str):
        return
    read = values.as_phones(row.values["phones"])
    if read.why:
        taken.change(table, row.number, "phones", read.why)
    phones = taken.rows.setdefault("phones", {})
    for number, kind, extension in read.value or []:
        phone = {"number": number, "type": kind, "extension": extension, **_owned_by(table, owner_id)}
        phones[str(uuid5(OURS, f"phone|{owner_id}|{kind}|{number}|{extension}"))] = phone


def _owned_by(table: str, owner_id: str) -> Values:
    owners = {
        "organizations": "service_organization_id",
        "services": "service_id",
        "locations": "location_id",
    }
    return {column: owner_id if name == table else None for name, column in owners.items()}


def _is_known(taken: Taken, known: Mapping[str, set[str]], table: str, row_id: str | None) -> bool:
    return row_id is not None and (row_id in taken.rows[table] or row_id in known.get(table, set()))


def _take_place(taken: Taken, row: RawRow, known: Mapping[str, set[str]]) -> None:
    service = values.as_uuid(row.values.get("service_id")).value
    location = values.as_uuid(row.values.get("location_id")).value
    if not _is_known(taken, known, "services", service) or not _is_known(taken, known, "locations", location):
        taken.refuse("service_at_locations", row.number, "", "its service or place is not known")
        return
    row_id = values.as_uuid(row.values.get("id")).value or str(uuid5(OURS, f"place|{service}|{location}"))
    taken.rows["service_at_locations"][row_id] = {"service_id": service, "location_id": location}


def _take_phone(taken: Taken, row: RawRow, known: Mapping[str, set[str]]) -> None:
    owners = [
        (table, values.as_uuid(row.values.get(name)).value)
        for table, name in (
            ("services", "service_id"),
            ("locations", "location_id"),
            ("organizations", "organization_id"),
        )
        if row.values.get(name)
    ]
    table, owner = owners[0] if owners else ("organizations", None)
    if not _is_known(taken, known, table, owner):
        taken.refuse("phones", row.number, "", "whose number this is, is not known")
        return
    read = values.as_phones(row.values.get("number"))
    if not read.value:
        taken.refuse("phones", row.number, "number", read.why or "missing")
        return
    number, _, extension = read.value[0]
    extension = extension or values.as_whole_number(row.values.get("extension")).value
    kind = values.as_words(40)(row.values.get("type")).value
    row_id = values.as_uuid(row.values.get("id")).value or str(uuid5(OURS, f"phone|{owner}|{kind}|{number}"))
    phone = {"number": number, "type": kind, "extension": extension, **_owned_by(table, str(owner))}
    taken.rows["phones"][row_id] = phone


def _take_capacity(taken: Taken, row: RawRow, known: Mapping[str, set[str]]) -> None:
    """`available` places; none is full, unless the description says there is a waitlist."""
    service = values.as_uuid(row.values.get("service_id")).value
    available = values.as_whole_number(row.values.get("available"))
    at = values.as_moment(row.values.get("updated"))
    row_id = values.as_uuid(row.values.get("id"))
    if not _is_known(taken, known, "services", service):
        taken.refuse("service_capacities", row.number, "service_id", "its service is not known")
        return
    for name, read in (("id", row_id), ("available", available), ("updated", at)):
        if read.value is None:
            taken.refuse("service_capacities", row.number, name, read.why or "missing")
            return
    said = str(row.values.get("description") or "").strip().lower()
    state = CapacityState.OPEN if available.value else CapacityState.FULL
    if said in set(CapacityState):
        state = CapacityState(said)
    taken.rows["service_capacities"][str(row_id.value)] = {
        "service_id": service,
        "state": state,
        "places": available.value if state is CapacityState.OPEN else None,
        "at": at.value,
    }
