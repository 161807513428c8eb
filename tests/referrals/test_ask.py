"""A resident asks for a mediator: danger comes first, one form is one request, no word is in an address."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.foundation.db import db
from app.foundation.ids import new_id
from app.referrals.models import CallKind, Custody, Referral, Source, State
from app.referrals.natures import Nature
from app.referrals.queries import open_told
from app.triage.queries import latest_screening
from tests.support.browser import check_axe
from tests.support.plans import make_neighborhood

QUIET = {
    "weapons": "no",
    "injuries": "no",
    "threats": "no",
    "couple": "no",
    "children_at_risk": "no",
}


def form(**changes):
    """A calm request of one form; `changes` are fields."""
    told = {
        "form_id": new_id(),
        "nature": "neighbor",
        "words": "We argue about the fence every weekend, and nobody sleeps.",
        "place": "Corner of Elm and 4th",
        "reach": "555-0142",
        "when": "after six, no voice messages",
        "language": "es",
    }
    return told | QUIET | changes


def requests():
    db.session.expire_all()
    return db.session.scalars(select(Referral)).all()


def one_request():
    (request,) = requests()
    return request


def test_a_request_is_ours_and_waits_for_a_person(public_client):
    area = make_neighborhood("Elm Park")

    page = public_client.post("/neighborhoods/elm-park/ask", data=form())

    kept = one_request()
    assert page.status_code == 200
    assert "<h1>We have your request</h1>" in page.text
    assert "A coordinator reads it" in page.text
    assert kept.clock_due_at is not None
    assert kept.state in {State.IN_REVIEW, State.OFFERED}
    assert (kept.custody, kept.source, kept.kind) == (Custody.OFFICE, Source.RESIDENT, CallKind.CALLBACK)
    assert (kept.nature, kept.language, kept.area_id) == (Nature.NEIGHBOR, "es", area.id)


def test_what_was_told_is_sealed_and_opens_again(public_client):
    public_client.post("/ask", data=form())

    told = open_told(one_request())

    assert told.narrative.startswith("We argue about the fence")
    assert told.place_text == "Corner of Elm and 4th"
    assert told.callback == "555-0142 after six, no voice messages"
    assert b"fence" not in one_request().told_sealed
    assert "fence" not in str([entry.facts for entry in db.session.scalars(select(AuditEntry))])


@pytest.mark.parametrize("danger", ["weapons", "injuries", "threats", "children_at_risk"])
def test_when_danger_is_said_911_comes_first_and_the_request_is_kept(public_client, danger):
    page = public_client.post("/ask", data=form(**{danger: "yes"})).text

    main = page[page.index("<main") :]
    assert "<h1>Call 911 now</h1>" in page
    assert "<title>Call 911 now" in page
    assert main.index("Call 911 now") < main.index('href="tel:911"') < main.index("What happens next")
    assert (one_request().custody, one_request().state) == (Custody.OFFICE, State.IN_REVIEW)


def test_danger_in_the_words_alone_says_911_too(public_client):
    page = public_client.post("/ask", data=form(words="He is outside with a gun and shouts at us.")).text

    assert "<h1>Call 911 now</h1>" in page


@pytest.mark.parametrize("question", ["weapons", "injuries", "threats"])
def test_not_sure_goes_to_a_person(public_client, question):
    page = public_client.post("/ask", data=form(**{question: "unknown"})).text

    assert "<h1>We have your request</h1>" in page
    assert one_request().state is State.IN_REVIEW


def test_a_couple_is_told_of_an_advocate_and_never_offered_a_mediator(public_client):
    page = public_client.post("/ask", data=form(couple="yes")).text

    codes = [reason["code"] for reason in latest_screening(one_request().id).reasons]
    assert "1-800-799-7233" in page
    assert "partners" in codes
    assert one_request().state is State.IN_REVIEW


def test_the_same_form_sent_twice_is_one_request(public_client):
    told = form()

    pages = [public_client.post("/ask", data=told).text for _ in range(2)]

    assert len(requests()) == 1
    assert all("<h1>We have your request</h1>" in page for page in pages)


def test_the_same_form_at_the_same_moment_is_one_request(app):
    told = form()
    db.session.commit()
    together = Barrier(4)

    def send(_number):
        client = app.test_client()
        page = client.get("/ask").text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
        together.wait()
        return client.post("/ask", data=told | {"csrf_token": token}).status_code

    with ThreadPoolExecutor(4) as people:
        answers = list(people.map(send, range(4)))

    assert answers == [200] * 4
    assert len(requests()) == 1


def test_danger_added_after_going_back_is_not_taken_for_a_repetition(public_client):
    told = form()
    public_client.post("/ask", data=told)

    page = public_client.post("/ask", data=told | {"weapons": "yes"}).text

    assert "<h1>Call 911 now</h1>" in page
    assert len(requests()) == 2


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("nature", "", "Choose what is nearest"),
        ("nature", "danger", "Choose one"),
        ("nature", "<b>", "Choose one"),
        ("words", "", "Write a few words"),
        ("words", "   ", "Write a few words"),
        ("words", "x" * 4_001, "Make this shorter"),
        ("words", "a\x07b", "Take out the hidden characters"),
        ("place", "", "Write a corner"),
        ("place", "x" * 301, "Make this shorter"),
        ("place", "a\u202eb", "Take out the hidden characters"),
        ("reach", "", "Write a phone number"),
        ("reach", "5" * 61, "Make this shorter"),
        ("reach", "555\x00", "Take out the hidden characters"),
        ("when", "x" * 201, "Make this shorter"),
        ("when", "a\x1bb", "Take out the hidden characters"),
        ("language", "klingon", "Choose one"),
        *((question, "", "Choose yes, no or not sure") for question in QUIET),
        *((question, "maybe", "Choose one") for question in QUIET),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_is_kept(public_client, field, value, says):
    page = public_client.post("/ask", data=form(**{field: value}))

    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert says in page.text
    assert requests() == []


@pytest.mark.parametrize("form_id", ["", "short", "<b>", "A" * 26, "x" * 200])
def test_a_form_that_was_bent_keeps_nothing(public_client, form_id):
    page = public_client.post("/ask", data=form(form_id=form_id))

    assert "Load the page again" in page.text
    assert requests() == []


def test_what_was_typed_stays_in_the_form(public_client):
    page = public_client.post("/ask", data=form(reach="", words="The <b>fence</b> again and again.")).text

    assert "The &lt;b&gt;fence&lt;/b&gt; again and again." in page
    assert "Corner of Elm and 4th" in page


def test_no_form_without_its_token(public_client):
    assert public_client.post("/ask", data=form(), csrf=False).status_code == 400
    assert db.session.scalar(select(func.count()).select_from(Referral)) == 0


def test_there_is_nothing_to_ask_for_in_a_place_that_is_not(public_client):
    assert public_client.post("/neighborhoods/nowhere/ask", data=form()).status_code == 404
    assert requests() == []


@pytest.mark.one_database
@pytest.mark.browser
@pytest.mark.parametrize("danger", ["no", "yes"])
def test_asking_has_no_barrier_and_no_word_of_it_is_in_the_address(public_page, app, danger):
    make_neighborhood("Elm Park")
    db.session.commit()
    page = public_page(phone=True)
    page.goto("/neighborhoods/elm-park/ask")
    check_axe(page)
    page.get_by_label("A neighbor").check()
    page.get_by_label("What is going on?").fill("We argue about the fence every weekend.")
    for question in QUIET:
        page.locator(f"[name={question}][value={danger if question == 'weapons' else 'no'}]").check()
    page.get_by_label("Where is it?").fill("Corner of Elm and 4th")
    page.get_by_label("How do we reach you?").fill("555-0142")

    page.get_by_role("button", name="Ask for a mediator").click()

    heading = "Call 911 now" if danger == "yes" else "We have your request"
    page.get_by_role("heading", level=1, name=heading).wait_for()
    check_axe(page)
    assert page.url.endswith("/neighborhoods/elm-park/ask")


def test_the_languages_to_talk_in_are_named_in_the_language_of_the_page(public_client):
    public_client.set_cookie("language", "fa")

    page = public_client.get("/ask").text

    assert '<option value="ko">کره‌ای</option>' in page
    assert "Armenian" not in page
