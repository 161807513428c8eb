"""Looking up a service: by words and kind, whoever may; room that nobody confirmed is not sure."""

from datetime import timedelta

import pytest

from app.accounts.permissions import TABLE, Permission, Role
from app.directory.kinds import ServiceKind
from app.directory.models import CapacityState, ServiceStatus
from app.directory.queries import rooms_of, search_services
from app.directory.rules import Room
from app.foundation import clock
from tests.support.directory import make_service, say_room


def found(words: str, kind: ServiceKind | None = None) -> list[str]:
    return [service.name for service in search_services(words, kind, 1).items]


def test_a_service_is_found_by_every_word_whatever_its_letters(app):
    make_service("Peña family bed", description="Beds for families")
    make_service("Meals", kind=ServiceKind.FOOD)

    assert found("PENA beds") == ["Peña family bed"]
    assert found("pena meals") == []
    assert found("", ServiceKind.FOOD) == ["Meals"]


@pytest.mark.parametrize("words", ["%", "_", "\\", "100%_"])
def test_signs_of_the_search_mean_themselves(app, words):
    make_service("Bed")
    make_service("Rent 100%_\\ help")

    assert found(words) == ["Rent 100%_\\ help"]


def test_what_does_not_run_is_not_listed(app):
    make_service("Old bed", status=ServiceStatus.DEFUNCT)

    assert found("") == []


def test_services_come_by_name_a_page_at_a_time(app):
    for number in range(30):
        make_service(f"Bed {number:02}")

    first, second = search_services("bed", None, 1), search_services("bed", None, 2)

    assert ([s.name for s in first.items][:2], first.has_next) == (["Bed 00", "Bed 01"], True)
    assert (len(second.items), second.has_next) == (5, False)


def test_the_newest_word_about_room_counts_for_five_days(app):
    now = clock.now()
    fresh, old, silent = make_service("A"), make_service("B"), make_service("C")
    say_room(fresh, CapacityState.FULL, at=now - timedelta(days=2))
    say_room(fresh, CapacityState.OPEN, 4, at=now - timedelta(days=1))
    say_room(old, CapacityState.OPEN, 4, at=now - timedelta(days=6))

    rooms = rooms_of([fresh.id, old.id, silent.id], now)

    assert [rooms[s.id].room for s in (fresh, old, silent)] == [Room.OPEN, Room.NOT_SURE, Room.NOT_SURE]
    assert rooms[fresh.id].places == 4
    assert rooms[old.id].places is None


@pytest.mark.one_database
@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.RESIDENT, Role.DISPATCH_CLIENT)])
def test_only_who_may_looks_services_up(client_as, role):
    service = make_service()
    client = client_as(role)
    may = role in TABLE[Permission.DIRECTORY_READ]

    assert client.get("/services/").status_code == (200 if may else 403)
    assert client.get(f"/services/{service.id}").status_code == (200 if may else 404)


def test_the_page_of_a_service_says_what_it_gives_and_escapes_it(client_as):
    service = make_service("<b>Bed</b>", description="<script>1</script>", minimum_age=18)

    page = client_as(Role.OFFICE_STAFF).get(f"/services/{service.id}").text

    assert "&lt;script&gt;" in page
    assert "Age 18 and older" in page


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?page=x", 200),
        ("?page=-1", 200),
        ("?page=999999999", 200),
        ("?kind=nothing", 200),
    ],
)
def test_odd_questions_are_answered(client_as, query, status):
    assert client_as(Role.COORDINATOR).get(f"/services/{query}").status_code == status


@pytest.mark.one_database
def test_a_service_that_is_not_there_is_not_found(client_as):
    assert client_as(Role.COORDINATOR).get("/services/nothing").status_code == 404
