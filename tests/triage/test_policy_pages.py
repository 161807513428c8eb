"""The pages on which office staff read, change, try and approve the policy."""

import pytest
from sqlalchemy import func, select

from app.accounts.permissions import Role
from app.foundation import clock
from app.foundation.db import db
from app.triage import replays, version_actions, version_queries
from app.triage.policies import active_policy, shipped_policy
from app.triage.version_models import PolicyChange, PolicyVersion, VersionState
from app.worker import TIMER_HANDLERS, Worker
from tests.support.browser import check_axe
from tests.support.policies import (
    PHRASE_FORM,
    ZORPLE,
    error_beside,
    make_active,
    make_draft,
    make_shadow,
    somebody,
)

WRITERS = (Role.OFFICE_STAFF, Role.COORDINATOR)
READERS = (*WRITERS, Role.ANALYST, Role.AUDITOR, Role.ADMIN)
pytestmark = [
    pytest.mark.usefixtures("few_labelled"),
    pytest.mark.one_database,  # pages; the acts behind them are tried on both in test_versions.py
]
WHY = {"why": "It returned too many calls."}


def the_version():
    db.session.expire_all()
    return db.session.scalars(select(PolicyVersion).order_by(PolicyVersion.number.desc())).first()


def work_until_replayed(app):
    """The real worker's own loop, a turn at a time."""
    worker = Worker(lambda *_: None)
    for _ in range(200):
        if version_queries.latest_replay(the_version()).finished_at:
            return
        worker.work_once()
        db.session.expire_all()
    raise AssertionError("The replay did not come to its end.")


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.RESIDENT, Role.DISPATCH_CLIENT)])
def test_who_reads_and_who_writes(client_as, role):
    version, client = make_draft(), client_as(role)
    address = f"/policy/versions/{version.id}"
    for page in ("/policy/", "/policy/phrases", "/policy/try", "/policy/versions/", address):
        refused = 404 if page == address else 403
        assert client.get(page).status_code == (200 if role in READERS else refused), page
    for act in ("/policy/versions/", f"{address}/shadow", f"{address}/approve", f"{address}/drop"):
        answer = client.post(act)
        assert answer.status_code in (403, 404) or role in WRITERS, act


def test_a_phrase_goes_from_a_page_to_the_calls_without_a_developer(client_as, app):
    ana, ben = client_as(Role.OFFICE_STAFF, name="Ana"), client_as(Role.COORDINATOR, name="Ben")
    desk = ana.post("/policy/versions/").location
    ana.post(f"{desk}/phrases/new", data=PHRASE_FORM)
    page = ana.get(desk).text
    assert "a zorple" in page
    assert "Two callers called a blade so." in page
    ana.post(f"{desk}/shadow")
    work_until_replayed(app)
    page = ben.get(desk).text
    assert "Two different people have to approve it. Nobody has yet." in page
    assert "each holds" in page
    for client in (ana, ben):
        client.post(f"{desk}/approve")
    ben.post(f"{desk}/activate")

    db.session.expire_all()
    assert the_version().state is VersionState.ACTIVE
    assert active_policy().version == the_version().name
    tried = ana.post("/policy/try", data={"narrative": "He has a zorple in the yard, they say."}).text
    assert "It would go back to dispatch at once." in tried
    assert "office_danger_word_weapon.1" in tried


def test_one_person_is_told_that_another_has_to_approve(client_as):
    version, client = make_shadow(), client_as(Role.OFFICE_STAFF)
    address = f"/policy/versions/{version.id}"
    client.post(f"{address}/approve")
    client.post(f"{address}/approve")
    client.post(f"{address}/activate")

    page = client.get(address).text
    assert "One person has approved it. A second has to, and it must be somebody else." in page
    assert "1 of 2 approvals" in page
    assert the_version().state is VersionState.SHADOW


def test_going_back_takes_one_person_and_a_reason(client_as):
    make_active()
    client = client_as(Role.COORDINATOR)
    client.post("/policy/versions/back/shipped", data={"why": ""})
    assert the_version().state is VersionState.ACTIVE
    assert "Back to the one that came with the program" in client.get("/policy/").text

    client.post("/policy/versions/back/shipped", data=WHY)

    assert the_version().state is VersionState.RETIRED
    assert active_policy() is shipped_policy()
    assert WHY["why"] in client.get(f"/policy/versions/{the_version().id}").text


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("tells_of", "", "Choose what the phrase tells of."),
        ("tells_of", "danger:nothing", "Choose one."),
        ("language", "xx", "Choose one."),
        ("text", "", "Write the words to look for."),
        ("text", "a (zorple", "The phrase cannot be read."),
        ("text", "x" * 301, "Make this shorter"),
        ("example", "He has a spoon.", "It does not do what the two sentences say."),
        ("counter_example", "He has a zorple too.", "It does not do what the two sentences say."),
        ("why", "", "Write why, in one sentence."),
        ("text", "a\x07b", "Take out the hidden characters"),
    ],
)
def test_a_phrase_that_cannot_be_is_refused_by_its_field(client_as, field, value, says):
    version, client = make_draft(), client_as(Role.OFFICE_STAFF)

    answer = client.post(f"/policy/versions/{version.id}/phrases/new", data=PHRASE_FORM | {field: value})

    assert answer.status_code == 200
    assert says in error_beside(answer.text, field)
    assert db.session.scalar(select(func.count()).select_from(PolicyChange)) == 1


def test_calm_is_told_of_in_english_and_spanish_only(client_as):
    version, client = make_draft(), client_as(Role.OFFICE_STAFF)
    calm = PHRASE_FORM | {"tells_of": "safe:calm", "language": "ko"}

    answer = client.post(f"/policy/versions/{version.id}/phrases/new", data=calm)

    assert "In this language only dangers and doubts are looked for." in answer.text


MINUTES = {"call_back_minutes": "5", "arrive_minutes": "30"}
FORMS = [
    ("natures/noise", {"lanes": ["mediation"], "settle": ["weapons"], **MINUTES}),
    ("limits", {"narrative_words": "4", "evidence": "3", "evidence_unasked": "3"}),
    ("call-types/new", {"word": "zorple", "nature": "danger"}),
    ("phrases/en_gun_held.1/retire", {}),
]


@pytest.mark.parametrize(("part", "data"), FORMS)
def test_every_kind_of_change_is_made_on_a_page_and_taken_back(client_as, part, data):
    version, client = make_draft(), client_as(Role.OFFICE_STAFF)
    address = f"/policy/versions/{version.id}"
    assert client.get(f"{address}/{part}").status_code == 200

    client.post(f"{address}/{part}", data=data | WHY)

    [_, change] = version_queries.list_changes(the_version())
    assert change.why == WHY["why"]
    client.post(f"{address}/changes/{change.id}/take-back")
    assert "taken back" in client.get(address).text


@pytest.mark.parametrize(
    ("part", "data"),
    [
        ("natures/noise", {"call_back_minutes": "-1", "arrive_minutes": "30"}),
        ("natures/noise", {"call_back_minutes": "5", "arrive_minutes": "many"}),
        ("natures/partner", {"lanes": ["mediation"], "call_back_minutes": "5", "arrive_minutes": "30"}),
        ("limits", {"narrative_words": "0", "evidence": "2", "evidence_unasked": "2"}),
        ("limits", {"narrative_words": "3", "evidence": "3", "evidence_unasked": "2"}),
        ("call-types/new", {"word": "two words", "nature": "danger"}),
        ("call-types/new", {"word": "zorple", "nature": "weather"}),
    ],
)
def test_figures_that_cannot_be_are_refused(client_as, part, data):
    version, client = make_draft(), client_as(Role.OFFICE_STAFF)

    answer = client.post(f"/policy/versions/{version.id}/{part}", data=data | WHY)

    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.text or 'class="error"' in answer.text
    assert len(version_queries.list_changes(the_version())) == 1


def test_two_who_change_one_draft_lose_nothing(client_as):
    version = make_draft()
    ana, ben = client_as(Role.OFFICE_STAFF, name="Ana"), client_as(Role.COORDINATOR, name="Ben")
    address = f"/policy/versions/{version.id}/call-types/new"

    ana.post(address, data={"word": "zorple", "nature": "danger"} | WHY)
    ben.post(address, data={"word": "blarg", "nature": "danger"} | WHY)

    assert [one.by.name for one in version_queries.list_changes(the_version())][1:] == ["Ana", "Ben"]


def test_phrases_are_searched_and_come_in_pages(client_as):
    client = client_as(Role.ANALYST)

    first = client.get("/policy/phrases?kind=danger&language=en").text
    assert "Next page" in first
    found = client.get("/policy/phrases?q=zorple").text
    assert "No phrase like that" in found
    assert "en_gun_held.1" in client.get("/policy/phrases?q=en_gun_held.1&page=1").text
    assert client.get("/policy/phrases?kind=nothing&page=x").status_code == 200


def test_newer_rules_of_the_program_are_offered_and_come_in_force_only_by_two(client_as):
    client = client_as(Role.OFFICE_STAFF)
    active = make_active(ZORPLE)
    assert "Newer rules came with the program" not in client.get("/policy/").text
    active.shipped = "2025-01.1"
    db.session.commit()
    page = client.get("/policy/").text
    now = shipped_policy().version
    assert f"The program has version {now} by now, and the one in force stems from 2025-01.1." in page

    client.post("/policy/versions/", data={"from_program": "1"})

    version = the_version()
    assert (version.state, version.base_id) == (VersionState.DRAFT, None)
    assert "zorple" not in str(version_queries.document_of(version))
    assert "zorple" in str(version_queries.document_of(version_queries.find_active()))


def test_what_is_tried_is_kept_nowhere(client_as, app):
    client = client_as(Role.OFFICE_STAFF)

    said = client.post("/policy/try", data={"narrative": "He has a gun by the red fence."}).text

    assert "The words name a weapon." in said
    for table in db.metadata.sorted_tables:
        rows = db.session.execute(select(table)).all()
        assert "red fence" not in str(rows), table.name


@pytest.mark.parametrize("address", ["/policy/versions/nothing", "/policy/try?version=nothing"])
def test_what_is_not_there_is_not_found(client_as, address):
    assert client_as(Role.OFFICE_STAFF).get(address).status_code == 404


def test_the_worker_rings_for_replays():
    assert TIMER_HANDLERS[replays.REPLAY_TIMER] is replays.go_on


def test_a_replay_that_was_overtaken_ends(app):
    version = make_draft()
    version_actions.to_shadow(version, actor=somebody())
    replay = version_queries.latest_replay(version)
    version_actions.write_again(version, actor=somebody())

    replays.go_on(replay.id, clock.now())

    assert replay.finished_at is not None
    assert replay.result == {}


@pytest.mark.browser
def test_the_policys_pages_have_no_barrier(page_as, app):
    tried, written = make_shadow(), make_draft()
    for phone in (False, True):
        page = page_as(Role.OFFICE_STAFF, phone=phone)
        for part in (
            *("", "phrases", "try", "versions/"),
            *(f"versions/{tried.id}", f"versions/{tried.id}/flips", f"versions/{written.id}"),
            *(f"versions/{written.id}/{form}" for form in ("phrases/new", "natures/noise", "limits")),
        ):
            page.goto(f"/policy/{part}")
            check_axe(page)
