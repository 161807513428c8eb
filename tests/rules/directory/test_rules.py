"""What is never taken in, and what a value of a directory becomes."""

from datetime import UTC, datetime, timedelta

import pytest

from app.directory import hsds_values as values
from app.directory.commands import row_ranges
from app.directory.kinds import ServiceKind, kind_of
from app.directory.models import CapacityState
from app.directory.rules import Room, is_never_kept, room_now

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("column", "never"),
    [
        ("service_immigration_status", True),
        ("service_incarceration_status", True),
        ("organization_tax_id", True),
        ("Citizenship", True),
        ("required.SSN", True),
        ("service_name", False),
        ("traces", False),
        ("eligibility_description", False),
    ],
)
def test_a_column_about_papers_or_past_is_never_kept(column, never):
    assert is_never_kept(column) is never


@pytest.mark.parametrize(
    ("state", "places", "age", "room", "shown"),
    [
        (CapacityState.OPEN, 4, timedelta(days=5), Room.OPEN, 4),
        (CapacityState.OPEN, 4, timedelta(days=5, seconds=1), Room.NOT_SURE, None),
        (CapacityState.WAITLIST, None, timedelta(0), Room.WAITLIST, None),
        (CapacityState.FULL, None, timedelta(days=6), Room.NOT_SURE, None),
    ],
)
def test_room_goes_stale_after_five_days(state, places, age, room, shown):
    now = room_now(state, places, NOW - age, NOW)

    assert (now.room, now.places) == (room, shown)


@pytest.mark.parametrize(
    ("raw", "value", "why"),
    [
        ("http://a.example", "http://a.example", None),
        ("GULF.ORG", "https://GULF.ORG", "https:// put in front"),
        ("N/A", None, "not a web address"),
        ("data:text/html,x", None, "not a web address"),
        ("http://[::1", None, "not a web address"),
        ("", None, None),
    ],
)
def test_web_addresses(raw, value, why):
    assert values.as_url(raw) == values.Read(value, why)


@pytest.mark.parametrize(
    ("raw", "value", "why"),
    [
        ("18", 18, None),
        (65, 65, None),
        ("200", None, "no upper limit, left empty"),
        ("-1", None, "not an age"),
    ],
)
def test_ages(raw, value, why):
    assert values.as_age(raw) == values.Read(value, why)


@pytest.mark.parametrize(
    ("raw", "value", "why"),
    [
        ("main: 305-285-5922", [("305-285-5922", "main", None)], None),
        ("(213) 555-0142 x12", [("(213) 555-0142", None, 12)], None),
        ("tdd: 800-955-8771, main: nothing", [("800-955-8771", "tdd", None)], "not a phone number"),
        ("911", [], "not a phone number"),
    ],
)
def test_phone_numbers(raw, value, why):
    assert values.as_phones(raw) == values.Read(value, why)


@pytest.mark.parametrize("raw", ["State: FL", "Fort Pierce, FL", "33157"])
def test_less_than_a_whole_address_is_none(raw):
    assert values.as_us_address(raw).why == "not a whole address"


def test_an_address_in_its_parts():
    assert values.as_us_address("1 Main St, Suite 4, Tampa, FL 33605").value == {
        "address_1": "1 Main St, Suite 4",
        "city": "Tampa",
        "state_province": "FL",
        "postal_code": "33605",
        "country": "US",
    }


@pytest.mark.parametrize(("raw", "value"), [("nan", None), (91, None), ("38.9", 38.9), ("x", None)])
def test_degrees(raw, value):
    assert values.as_degrees(90)(raw).value == value


def test_hidden_marks_are_not_kept():
    assert values.as_words(10)("a\u202eb") == values.Read(None, "hidden characters")


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (("Help with rent", "legal aid"), ServiceKind.HOUSING),
        (("Pro bono law clinic", "housing"), ServiceKind.LEGAL),
        (("Neighborhood Mediation",), ServiceKind.MEDIATION),
        (("Something", None), ServiceKind.OTHER),
    ],
)
def test_the_kind_of_a_service(words, kind):
    assert kind_of(*words) is kind


@pytest.mark.parametrize(("rows", "said"), [([2, 3, 4, 9], "2-4, 9"), ([], ""), ([7], "7")])
def test_rows_are_said_shortly(rows, said):
    assert row_ranges(rows) == said
