"""Bad input gets an error at its field, the words stay in the form, and nothing is written."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from app.accounts.sign_in import actor_of
from app.audit.catalogue import What
from app.audit.trail import record
from app.cases import actions, contact_queries
from app.cases.agreement_models import Agreement, AgreementItem, ItemSaying
from app.cases.contact_models import Contact, FollowUp
from app.cases.forms import WORDS_MAX
from app.cases.models import FourSigns, Party, PartyIdentity
from app.foundation import clock
from app.foundation.db import db
from app.vault.access import Use
from tests.support.cases import assign_to, make_agreement, make_case, make_contact, make_party
from tests.support.roster import make_responder

pytestmark = pytest.mark.one_database

MARKUP = '<script>alert(1)</script> ${alert(1)} {{7*7}} "><img src=x onerror=alert(1)>'
LOS_ANGELES = ZoneInfo("America/Los_Angeles")


def local(moment):
    return moment.astimezone(LOS_ANGELES).strftime("%Y-%m-%dT%H:%M")


def day(days=0):
    return (clock.now().astimezone(LOS_ANGELES).date() + timedelta(days=days)).isoformat()


def log_of(**fields):
    told = {
        "client_key": "k" * 26,
        "result": "talked",
        "heat": "calmer",
        "how": "visit",
        "at": local(clock.now()),
        "words": "It is quiet now.",
        "again": "7",
    }
    return told | fields


@pytest.fixture
def keeper(app):
    return make_responder()


@pytest.fixture
def case(keeper):
    return make_case(keeper=keeper)


@pytest.fixture
def client(client_as, keeper):
    return client_as(keeper)


def rows():
    tables = (Party, PartyIdentity, Contact, FollowUp, Agreement, AgreementItem, ItemSaying, FourSigns)
    return [db.session.scalar(select(func.count()).select_from(table)) for table in tables]


@pytest.mark.parametrize(
    ("path", "good", "bad", "says"),
    [
        ("contacts/new", "log", {"result": ""}, "Choose what happened."),
        ("contacts/new", "log", {"result": "flew"}, "Choose one."),
        ("contacts/new", "log", {"heat": "boiling"}, "Choose one."),
        ("contacts/new", "log", {"heat": "   "}, "Choose one."),
        ("contacts/new", "log", {"again": "   "}, "Choose one."),
        ("contacts/new", "log", {"minutes": "9" * 400}, "Write a number from 0 to 1440."),
        ("contacts/new", "log", {"parties": "somebody-else"}, "Choose from the list."),
        ("contacts/new", "log", {"at": ""}, "Write the day and the hour."),
        ("contacts/new", "log", {"at": "yesterday"}, "Write the day and the hour."),
        ("contacts/new", "log", {"at": "future"}, "Choose a time that has passed."),
        ("contacts/new", "log", {"at": "1890-01-01T10:00"}, "Write a year between 2000 and 2100."),
        ("contacts/new", "log", {"minutes": "-1"}, "Write a number from 0 to 1440."),
        ("contacts/new", "log", {"minutes": "9999"}, "Write a number from 0 to 1440."),
        ("contacts/new", "log", {"minutes": "an hour"}, "Write a number from 0 to 1440."),
        ("contacts/new", "log", {"words": "x" * (WORDS_MAX + 1)}, f"at most {WORDS_MAX} letters"),
        ("contacts/new", "log", {"words": "quiet\x00now"}, "hidden characters"),
        ("contacts/new", "log", {"words": "quiet\u202enow"}, "hidden characters"),
        ("contacts/look-again", {}, {"due_on": ""}, "Choose a day."),
        ("contacts/look-again", {}, {"due_on": "2026-13-45"}, "year-month-day"),
        ("contacts/look-again", {}, {"due_on": "past"}, "Choose today or a later day."),
        ("people/new", {"side": "asked"}, {"side": ""}, "Choose one."),
        ("people/new", {"side": "asked"}, {"side": "enemy"}, "Choose one."),
        ("people/new", {"side": "asked"}, {"language": "klingon"}, "Choose one."),
        ("people/new", {"side": "asked"}, {"name": "x" * 121}, "at most 120 letters"),
        ("people/new", {"side": "asked"}, {"name": "A\x07na"}, "hidden characters"),
        ("agreements/new", "agreement", {"text": ""}, "Write what was promised."),
        ("agreements/new", "agreement", {"text": "x" * 501}, "at most 500 letters"),
        ("agreements/new", "agreement", {"reached_on": "future"}, "Choose today or a day that has passed."),
        ("agreements/new", "agreement", {"reached_on": ""}, "Choose the day they agreed."),
        ("agreements/new", "agreement", {"by_party": "somebody-else"}, "Choose one."),
        ("agreements/new", "agreement", {"until_on": "soon"}, "year-month-day"),
        ("signs", "signs", {"harm": ""}, "Choose how likely."),
        ("signs", "signs", {"people_now": "many"}, "Write a number from 0 to 500."),
        ("signs", "signs", {"people_now": ""}, "Write a number."),
        ("close", {"outcome": "calmed"}, {"outcome": ""}, "Choose how it ended."),
        ("close", {"outcome": "calmed"}, {"outcome": "won"}, "Choose one."),
        ("close", {"outcome": "calmed"}, {"outcome": "agreement"}, "Write down at least one promise first"),
    ],
)
def test_a_bad_field_says_what_to_do_and_nothing_is_written(client, case, path, good, bad, says):
    data = {
        "log": log_of(),
        "agreement": {"text": "Knock first", "reached_on": day()},
        "signs": {"harm": "unlikely", "payback": "no_sign", "people_now": "2", "weapon": "none"},
    }.get(good if isinstance(good, str) else "", good) | bad
    for name, value in data.items():
        if value == "future":
            data[name] = local(clock.now() + timedelta(hours=2)) if name == "at" else day(1)
        if value == "past":
            data[name] = day(-1)

    answer = client.post(f"/cases/{case.id}/{path}", data=data)

    assert answer.status_code == 200
    assert says in answer.text
    assert 'aria-describedby="' in answer.text
    assert not any(rows())
    db.session.refresh(case)
    assert case.is_open


def test_words_of_a_refused_log_stay_in_the_form(client, case):
    answer = client.post(f"/cases/{case.id}/contacts/new", data=log_of(result="", words="Do not lose me."))

    assert "Do not lose me." in answer.text
    assert "k" * 26 in answer.text


def test_markup_is_shown_as_words(client, case, keeper):
    make_contact(case, keeper, words=MARKUP)
    make_agreement(case, keeper, make_party(case, keeper), text=MARKUP)

    for path in ("", "/contacts", "/agreement"):
        page = client.get(f"/cases/{case.id}{path}").text
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert(1)" not in page
        assert "<img src=x" not in page


def test_a_log_is_kept_once_however_often_it_is_sent(client, case):
    data = log_of()
    for _ in range(3):
        assert client.post(f"/cases/{case.id}/contacts/new", data=data).status_code == 302

    assert rows()[2:4] == [1, 1]


def test_a_log_of_somebody_new_leads_to_adding_them(client, case):
    answer = client.post(f"/cases/{case.id}/contacts/new", data=log_of(parties="new"))
    assert "/people/new?met=" in answer.location

    client.post(answer.location, data={"side": "other", "language": "es", "name": "Invented Person"})

    (logged,) = contact_queries.list_contacts(case, Use.INTEGRITY)
    assert [party.side.value for party in logged.contact.parties] == ["other"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("The cousin of Maria came.", "“Maria” looks like a name"),
        ("Call 213 555 0142 first.", "long number"),
        ("The cousin of Heron came.", None),
    ],
)
def test_a_name_in_a_note_is_warned_of_and_kept(client, case, words, says):
    client.post(f"/cases/{case.id}/contacts/new", data=log_of(words=words))

    page = client.get(f"/cases/{case.id}").text
    assert words in page
    assert (says in page) if says else ("looks like a name" not in page)


def test_a_correction_shows_both(client, case, keeper):
    contact = make_contact(case, keeper, minutes=25)
    client.post(
        f"/cases/{case.id}/contacts/{contact.id}/correct", data=log_of(minutes="40", client_key="c" * 26)
    )

    page = client.get(f"/cases/{case.id}/contacts").text
    assert "40 minutes" in page
    assert "25 minutes</s>" in page


def test_a_correction_begins_with_what_was_written(client, case, keeper):
    contact = make_contact(case, keeper, minutes=25)

    page = client.get(f"/cases/{case.id}/contacts/{contact.id}/correct").text

    assert "zanzibarred" in page
    assert 'value="25"' in page


def test_an_agreement_is_written_promise_by_promise(client, case, keeper):
    heron, finch = make_party(case, keeper), make_party(case, keeper)
    first = client.post(
        f"/cases/{case.id}/agreements/new",
        data={"text": "Knock first", "reached_on": day(), "by_party": heron.id, "to_party": finch.id},
    )
    client.post(first.location, data={"text": "Pay half of the mirror", "until_on": day(9)})

    page = client.get(f"/cases/{case.id}/agreement").text
    assert "Knock first" in page
    assert "Pay half of the mirror" in page
    assert f"{heron.bird} to {finch.bird}" in page
    assert "Due in 9 days" in page


def test_each_side_is_heard(client, case, keeper):
    heron, finch = make_party(case, keeper), make_party(case, keeper)
    item = make_agreement(case, keeper, heron, finch).items[0]
    client.post(
        f"/cases/{case.id}/agreements/promises/{item.id}/say", data={"party": finch.id, "said": "partly"}
    )

    page = client.get(f"/cases/{case.id}/agreement").text
    assert "Partly kept" in page
    assert "Not asked yet" in page


def test_names_open_for_one_page_and_everyone_assigned_sees_the_look(client, case, keeper):
    make_party(case, keeper)
    assert "Quetzalina" not in client.get(f"/cases/{case.id}/people").text

    assert "Quetzalina" in client.post(f"/cases/{case.id}/names").text

    assert "Quetzalina" not in client.get(f"/cases/{case.id}/people").text
    looks = client.get(f"/cases/{case.id}/looks").text
    assert "Opened the real names" in looks
    assert keeper.name in looks


def test_everyone_assigned_sees_who_read_the_case(client_as, case, keeper):
    other = make_responder()
    assign_to(case, other)
    client_as(other).get(f"/cases/{case.id}/contacts")

    looks = client_as(keeper).get(f"/cases/{case.id}/looks").text
    assert "Read a part of the case: Contacts" in looks
    assert other.name in looks
    assert "Read a case" in looks  # the permission that let them


def test_who_looked_comes_in_pages_and_says_by_what(client_as, case, keeper):
    actor = replace(actor_of(keeper), permission="case.read", assignment_id="a" * 26)
    for _ in range(50):
        actions.look_at(case, part="people", actor=actor)
    with clock.as_of(clock.now() - timedelta(days=700)):
        about = {"subject_type": "case", "subject_id": case.id, "part": "agreement"}
        record(What.CASE_LOOKED_AT, actor=actor_of(keeper), **about)  # as it was kept then
    client = client_as(keeper)

    first = client.get(f"/cases/{case.id}/looks").text
    second = client.get(f"/cases/{case.id}/looks?page=2").text

    assert "by their assignment" in first
    assert (": Agreement" in first, ": Agreement" in second) == (False, True)
    assert "not kept then" in second


def test_the_place_opens_for_one_page(client, case):
    assert "4417 Sorrel" not in client.get(f"/cases/{case.id}").text

    assert "4417 Sorrel" in client.post(f"/cases/{case.id}/place").text

    assert "Opened the exact place" in client.get(f"/cases/{case.id}/looks").text


def test_a_title_says_nothing(client, case, keeper):
    make_contact(case, keeper, make_party(case, keeper))

    for path in ("", "/people", "/contacts/new", "/close"):
        page = client.get(f"/cases/{case.id}{path}").text
        title = page[page.index("<title>") : page.index("</title>")]
        assert title == "<title>Work · Common Ground"
        assert case.title in page
