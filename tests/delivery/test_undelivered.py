"""What was given up on is seen by a person, and sent again by one."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.accounts.permissions import Role
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.delivery import labels
from app.delivery.ladder import HAND_BACK_KIND, WATCH_KIND
from app.delivery.outbox import deliver_next, stop_repeating
from app.foundation import clock
from app.foundation.db import db
from tests.support.browser import check_axe
from tests.support.delivery import make_destination, make_undelivered, message_now, promise, refuse, take

PATH = "/delivery/undelivered"
MAY = (Role.COORDINATOR, Role.OFFICE_STAFF, Role.ADMIN)


@pytest.mark.parametrize("role", MAY)
def test_it_shows_ids_codes_and_times_and_nothing_of_a_person(client_as, role):
    message = make_undelivered(make_destination("Harbor CAD"), payload={"secret_word": "xyzzy"})
    page = client_as(role).get(PATH).text

    for said in (message.id, "call-1", "Harbor CAD", "How a call ended", "it refused with HTTP 503"):
        assert said in page
    assert "xyzzy" not in page
    assert ("/board/call-1" in page) is (role is not Role.ADMIN)


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in (*MAY, Role.RESIDENT, Role.DISPATCH_CLIENT)]
)
def test_nobody_else_sees_it_or_sends_again(client_as, role):
    message_id = make_undelivered(make_destination()).id
    person = client_as(role)

    assert person.get(PATH).status_code == 403
    assert person.post(f"{PATH}/{message_id}/send-again").status_code == 404
    assert message_now(message_id).dead_at is not None


def test_an_empty_list_says_why_it_is_empty(client_as):
    promise(make_destination())

    assert "Everything was delivered" in client_as(Role.ADMIN).get(PATH).text


def test_it_comes_in_pages_the_newest_first(client_as):
    destination, now = make_destination(), clock.now()
    ids = [make_undelivered(destination, dead_at=now - timedelta(minutes=n)).id for n in range(27)]
    admin = client_as(Role.ADMIN)
    first, second = admin.get(PATH).text, admin.get(f"{PATH}?page=2").text

    assert [first.index(f">{one}<") for one in ids[:25]] == sorted(
        first.index(f">{one}<") for one in ids[:25]
    )
    assert [f">{one}<" in second for one in ids] == [False] * 25 + [True] * 2
    assert f"{PATH}?page=2" in first


@pytest.mark.parametrize("query", ["page=abc", "page=-1", "page=99999999999"])
def test_a_page_that_makes_no_sense_breaks_nothing(client_as, query):
    assert client_as(Role.ADMIN).get(f"{PATH}?{query}").status_code == 200


@pytest.mark.parametrize(("send", "is_back"), [(take, False), (refuse, True)])
def test_sending_again_is_one_more_attempt_and_on_the_trail(client_as, send, is_back):
    message_id = make_undelivered(make_destination(), attempt_count=99).id
    office = client_as(Role.OFFICE_STAFF)

    answer = office.post(f"{PATH}/{message_id}/send-again", follow_redirects=True)
    assert "It is sent again now." in answer.text
    assert message_now(message_id).dead_at is None
    db.session.rollback()
    assert deliver_next(send, clock.now()) is True

    now = message_now(message_id)
    assert (now.attempt_count, now.dead_at is not None, now.sent_at is not None) == (
        100,
        is_back,
        not is_back,
    )
    [entry] = db.session.scalars(select(AuditEntry).where(AuditEntry.what == What.MESSAGE_SENT_AGAIN))
    assert (entry.subject_id, entry.actor_id, entry.facts) == (message_id, office.account_id, {})


def test_of_two_who_press_one_sends_again(client_as):
    message_id = make_undelivered(make_destination()).id
    first, second = client_as(Role.ADMIN), client_as(Role.COORDINATOR)
    first.post(f"{PATH}/{message_id}/send-again")
    answer = second.post(f"{PATH}/{message_id}/send-again", follow_redirects=True)

    assert "not waiting for a person any more" in answer.text
    kept = select(AuditEntry).where(AuditEntry.what == What.MESSAGE_SENT_AGAIN)
    assert len(db.session.scalars(kept).all()) == 1


@pytest.mark.parametrize("message_id", ["nothing", "x" * 200])
def test_a_message_that_is_not_there_is_not_sent(client_as, message_id):
    assert client_as(Role.ADMIN).post(f"{PATH}/{message_id}/send-again").status_code == 303


def test_what_is_not_so_any_more_does_not_wait_for_a_person(client_as):
    make_undelivered(make_destination(), kind="referral.accepted")
    stop_repeating("call-1", "referral.accepted")

    assert "Everything was delivered" in client_as(Role.ADMIN).get(PATH).text


@pytest.mark.parametrize(("role", "path"), [(Role.COORDINATOR, "/board"), (Role.ADMIN, "/accounts")])
def test_the_first_screen_says_it_when_there_is_one(client_as, role, path):
    person = client_as(role)
    assert PATH not in person.get(path).text
    make_undelivered(make_destination())

    page = person.get(path).text
    assert "A message was not delivered" in page
    assert PATH in page


def test_a_provider_lead_is_not_bothered(client_as):
    make_undelivered(make_destination())

    assert PATH not in client_as(Role.PROVIDER_LEAD).get("/board").text


def test_every_kind_of_message_and_every_problem_has_words(app):
    assert {HAND_BACK_KIND, WATCH_KIND, "referral.closed"} < set(labels.KIND_LABELS)
    with app.test_request_context():
        said = [labels.problem_in_words(code) for code in ("HTTP 500", "AddressRefused", None, "KeyError")]
    assert said == [
        "it refused with HTTP 500",
        "its address points where no message may go",
        "not known",
        "KeyError",
    ]


@pytest.mark.browser
@pytest.mark.one_database
@pytest.mark.parametrize(("phone", "dark", "language"), [(False, False, "en"), (True, True, "es")])
def test_the_page_has_no_finding_and_works_by_keyboard(app, page_as, phone, dark, language):
    destination = make_destination("Harbor CAD")
    first = make_undelivered(destination, kind="referral.accepted")
    for _ in range(26):
        make_undelivered(destination, dead_at=clock.now() - timedelta(hours=1))
    page = page_as(Role.COORDINATOR, phone=phone, dark=dark, language=language)
    page.goto(PATH)
    check_axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.locator("form button", has_text=first.id).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_be_visible()
    expect(page.get_by_text(first.id)).to_have_count(0)
    check_axe(page)
    assert message_now(first.id).dead_at is None


@pytest.mark.browser
@pytest.mark.one_database
@pytest.mark.parametrize("path", ["/board", PATH])
def test_with_nothing_and_with_something_there_is_no_finding(app, page_as, path):
    page = page_as(Role.COORDINATOR)
    page.goto(path)
    check_axe(page)
    make_undelivered(make_destination())
    page.goto(path)
    check_axe(page)
