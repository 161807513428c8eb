"""HSDS JSON holds rows within rows; here each is taken out into the table it belongs to."""

from typing import Any

from app.directory.hsds_files import RawDirectory, RawRow

KIND_TAXONOMY = "common-ground-kind"
TOPIC_LABEL = "topic"

Tables = dict[str, list[RawRow]]


def spread_out(raw: RawDirectory) -> Tables:
    """The same directory as flat tables: organizations first, then what belongs to them."""
    tables: Tables = {name: [] for name in ("organizations", "services", "locations")}
    tables |= {name: list(raw.tables.get(name, [])) for name in _LOOSE}
    for row in raw.tables.get("organizations", []):
        tables["organizations"].append(row)
        _take_out(tables, row, "locations", organization_id=row.values.get("id"))
    tables["locations"] += raw.tables.get("locations", [])
    seen = {name: {row.values.get("id") for row in tables[name]} for name in ("organizations", "locations")}
    for row in raw.tables.get("services", []):
        tables["services"].append(_spread_service(tables, seen, row))
    tables["locations"] = [_with_address(row) for row in tables["locations"]]
    for name, owner in (
        ("organizations", "organization_id"),
        ("services", "service_id"),
        ("locations", "location_id"),
    ):
        for row in tables[name]:
            _spread_phones(tables, row, owner)
    return tables


_LOOSE = ("phones", "service_at_locations", "service_capacities")


def _parts(value: Any) -> list[dict[str, Any]]:
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def _take_out(tables: Tables, row: RawRow, name: str, key: str | None = None, **owner: Any) -> None:
    """Move the rows under `key` of a row into their own table, with their owner's id."""
    tables[name] += [RawRow(row.number, {**part, **owner}) for part in _parts(row.values.get(key or name))]


def _add_once(tables: Tables, seen: dict[str, set[Any]], name: str, row: RawRow) -> None:
    """A row that stands within many others is one row; its own table's word comes first."""
    row_id = str(row.values.get("id"))
    if row_id not in seen[name]:
        seen[name].add(row_id)
        tables[name].append(row)


def _spread_service(tables: Tables, seen: dict[str, set[Any]], row: RawRow) -> RawRow:
    values = dict(row.values)
    organization = values.get("organization")
    if isinstance(organization, dict):
        values.setdefault("organization_id", organization.get("id"))
        _add_once(tables, seen, "organizations", RawRow(row.number, organization))
    _take_out(tables, row, "service_capacities", "capacities", service_id=values.get("id"))
    for place in _parts(values.get("service_at_locations")):
        location = place.get("location")
        if isinstance(location, dict):
            owned = {"organization_id": values.get("organization_id"), **location}
            _add_once(tables, seen, "locations", RawRow(row.number, owned))
            place = {"location_id": location.get("id"), **place}
        tables["service_at_locations"].append(RawRow(row.number, {**place, "service_id": values.get("id")}))
    return RawRow(row.number, _named_lists(values), row.has_stray_value)


def _named_lists(values: dict[str, Any]) -> dict[str, Any]:
    """Languages, areas and topics as plain lists of words, and our own kind if it is there."""
    attributes = _parts(values.get("attributes"))
    found = {
        "languages": [part.get("code") or part.get("name") for part in _parts(values.get("languages"))],
        "areas_served": [part.get("name") for part in _parts(values.get("service_areas"))],
        "topics": [part.get("value") for part in attributes if part.get("label") == TOPIC_LABEL],
    }
    terms = [part["taxonomy_term"] for part in attributes if isinstance(part.get("taxonomy_term"), dict)]
    kinds = [term.get("code") for term in terms if term.get("taxonomy") == KIND_TAXONOMY]
    return {
        **values,
        **{name: words for name, words in found.items() if words},
        "kind": next(iter(kinds), None),
    }


def _with_address(row: RawRow) -> RawRow:
    addresses = _parts(row.values.get("addresses"))
    if not addresses:
        return row
    wanted = ("address_1", "city", "state_province", "postal_code", "country")
    return RawRow(row.number, {**row.values, **{name: addresses[0].get(name) for name in wanted}})


def _spread_phones(tables: Tables, row: RawRow, owner: str) -> None:
    tables["phones"] += [
        RawRow(row.number, {**_without_owners(part), owner: row.values.get("id")})
        for part in _parts(row.values.get("phones"))
    ]


def _without_owners(part: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in part.items() if not name.endswith("_id")}
