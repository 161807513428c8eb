"""The page for makers of dispatch systems: picture and tables are the code's own, examples run."""

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask import Flask
from sqlalchemy import select

from app import journey
from app.accounts.commands import accounts_group
from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.delivery.models import WorkerBeat
from app.delivery.signatures import check
from app.developers.drawing import draw
from app.developers.scripts import EXAMPLE_SECONDS, EXAMPLE_SIGNATURE, SCRIPTS
from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import first_id_at
from app.referrals.callbacks import CALLBACKS, CONVEYED
from app.referrals.contract import OPERATIONS
from app.referrals.models import CallKind, Custody, Referral, ReferralStateRow, Source, State
from app.referrals.problems import PROBLEMS
from app.referrals.rules import DEFAULTS, MARGIN_SECONDS
from app.referrals.transitions import TRANSITIONS, By, Event, Transition, owner_in
from tests.support.board import make_call
from tests.support.browser import check_axe
from tests.support.people import PersonClient, make_account
from tests.support.places import make_area
from tests.support.referrals import Dispatch, make_covering_team

pytestmark = pytest.mark.one_database

PAGE = "/developers/hook"
TOOLS = ("bash", "curl", "openssl", "awk", "sed")


@pytest.fixture
def page(public_client: PersonClient) -> Element:
    answer = public_client.get(PAGE)
    assert answer.status_code == 200
    parsed = html5lib.parse(answer.text, namespaceHTMLElements=False)
    for one in parsed.iter():
        if isinstance(one.tag, str):
            one.tag = one.tag.rpartition("}")[2]
    return parsed


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def test_every_state_and_every_arrow_is_in_the_picture(page: Element) -> None:
    svg = next(one for one in page.iter("svg") if one.find("title") is not None and one.find("g") is not None)
    states = [one.get("data-state") for one in svg.iter("g") if one.get("data-state")]
    arrows = [
        (one.get("data-event"), one.get("data-since", "").split(" "), one.get("data-to"))
        for one in svg.iter("g")
        if one.get("data-event")
    ]

    assert sorted(states) == sorted(State)
    assert arrows == [(one.event, list(one.since), one.to) for one in TRANSITIONS]
    assert (svg.find("title") is not None, svg.find("desc") is not None) == (True, True)
    for one, drawn in zip(TRANSITIONS, (g for g in svg.iter("g") if g.get("data-event")), strict=True):
        dots = {circle.get("cx") for circle in drawn.iter("circle") if circle.get("class") == "flow__dot"}
        assert dots == {str(middle_of(svg, state)) for state in one.since if state is not one.to}
        tips = [path.get("d", "") for path in drawn.iter("path")]
        assert all(tip.startswith(f"M{middle_of(svg, one.to)},") for tip in tips)
        assert tips or one.since == (one.to,)


def middle_of(svg: Element, state: State) -> str | None:
    box = next(one for one in svg.iter("g") if one.get("data-state") == state)
    return next(box.iter("line")).get("x1")


def test_a_changed_table_changes_the_picture() -> None:
    more = Transition(Event.CLOSED, (State.HANDED_BACK,), State.CLOSED, (By.PERSON,))

    assert draw((*TRANSITIONS, more)) != draw()
    assert draw(TRANSITIONS[1:]) != draw()
    assert draw((replace(TRANSITIONS[0], to=State.CLOSED), *TRANSITIONS[1:])) != draw()
    assert [one.transition for one in draw((more,)).arrows] == [more]


def test_between_dispatch_and_the_office_a_call_always_passes_through_both() -> None:
    """The page says so."""
    owners = [
        {owner_in(state, Source.DISPATCH), owner_in(one.to, Source.DISPATCH)}
        for one in TRANSITIONS
        for state in one.since
    ]

    assert {Custody.DISPATCH, Custody.OFFICE} not in owners


def test_the_same_stands_in_a_table(page: Element) -> None:
    table = next(one for one in page.iter("table") if "leads from one state" in words(one))
    rows = [[words(cell) for cell in row] for row in table.iter("tr")][1:]

    assert [(row[2], row[3]) for row in rows] == [(", ".join(one.since), one.to) for one in TRANSITIONS]


def test_every_message_problem_and_callback_is_on_the_page(page: Element) -> None:
    ids = {one.get("id") for one in page.iter()}

    assert {one.id for one in OPERATIONS} <= ids
    assert {f"problem-{slug}" for slug in PROBLEMS} <= ids
    assert all(one.type in words(page) for one in CALLBACKS)
    assert all(one.about.replace("`", "") in words(page) for one in CONVEYED)
    links = {one.get("href", "") for one in page.iter("a")}
    assert {link.removeprefix("#") for link in links if link.startswith("#")} <= ids


def test_the_clocks_on_the_page_are_the_usual_ones_and_it_says_who_sets_others(page: Element) -> None:
    said, live = words(page), DEFAULTS[CallKind.LIVE]
    own = next(one for one in page.iter("p") if one.get("id") == "your-clocks")
    named = re.findall(r"flask accounts (\S+)", words(next(own.iter("code"))))

    assert f"usually {live.dead_man_seconds} s live" in said
    assert f"within {live.accept_seconds} s while you hold the caller" in said
    assert f"end {MARGIN_SECONDS} seconds before it" in words(own)
    assert [name in accounts_group.commands for name in named] == [True]


@pytest.mark.parametrize("slug", PROBLEMS)
def test_every_problem_has_its_page(public_client: PersonClient, slug: str) -> None:
    answer = public_client.get(f"/problems/{slug}")

    assert answer.status_code == 200
    shown = words(html5lib.parse(answer.text, namespaceHTMLElements=False))
    for said in (PROBLEMS[slug].meaning, PROBLEMS[slug].owner, PROBLEMS[slug].next_step):
        assert said.replace("`", "") in shown


def test_an_unknown_problem_is_not_there(public_client: PersonClient) -> None:
    assert public_client.get("/problems/no-such").status_code == 404


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True])
def test_on_a_phone_only_the_picture_scrolls_sideways(public_page, *, dark: bool) -> None:
    page = public_page(phone=True, dark=dark)
    page.goto(PAGE)

    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("document.querySelector('.flow').scrollWidth > window.innerWidth")
    check_axe(page)


# --- the examples ---------------------------------------------------------------------------


@pytest.fixture
def coordinator(app: Flask, live_url: str) -> Iterator[None]:
    """Somebody here who says yes to what is offered."""
    account = make_account(Role.COORDINATOR)
    actor, stop = actor_of(account), threading.Event()
    db.session.commit()

    def accept_all() -> None:
        with app.app_context():
            while not stop.wait(0.2):
                for one in db.session.scalars(select(Referral).where(Referral.state == State.OFFERED)).all():
                    journey.accept(one, actor=actor)
                db.session.commit()
                db.session.remove()

    thread = threading.Thread(target=accept_all)
    thread.start()
    yield
    stop.set()
    thread.join()


def lines_of(page: Element) -> str:
    """All that is to be pasted, from the page itself; each part says its name first."""
    figures = [one for one in page.iter("figure") if (one.get("id") or "").startswith("try-")]
    parts = {one.get("id", ""): "".join(next(one.iter("code")).itertext()) for one in figures}
    assert parts == {f"try-{name}": one.lines for name, one in SCRIPTS.items()}
    order = [one.get("id", "") for one in figures]
    return "\n".join(f"echo '== {name}'\n{parts[name]}" for name in order)


def test_every_example_of_the_page_runs_and_answers_as_it_says(
    app: Flask, page: Element, live_url: str, coordinator: None, tmp_path: Path
) -> None:
    if missing := [tool for tool in TOOLS if not shutil.which(tool)]:
        pytest.skip(f"not on this machine: {', '.join(missing)}")
    make_area()
    make_covering_team()
    dispatch = Dispatch(app)
    changed_long_ago(dispatch)
    db.session.merge(WorkerBeat(worker="one", at=clock.now()))
    db.session.commit()

    ran = subprocess.run(
        ["bash", "-c", lines_of(page)],
        env={
            "PATH": "/usr/bin:/bin",
            "HOOK": live_url,
            "CLIENT": dispatch.client_id,
            "SECRET": dispatch.secret,
        },
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=110,
        check=False,
    )

    assert (ran.returncode, ran.stderr) == (0, "")
    printed = dict(re.findall(r"== try-(\S+)\n(.*?)(?=\n?== |\Z)", ran.stdout, re.S))
    assert set(printed) == set(SCRIPTS)
    for name, one in SCRIPTS.items():
        statuses = re.findall(r"^(\d{3})$", printed[name], re.M)
        claimed = [answer.split(" or ") for answer in one.answers]
        assert len(statuses) == len(claimed), (name, printed[name])
        assert all(got in said for got, said in zip(statuses, claimed, strict=True)), (name, printed[name])
    assert '"custody":"office"' in printed["confirm"]
    assert '"state":"cancelled"' in printed["early"].splitlines()[-2]
    ours, theirs = printed["reconcile"].split()[-2:]
    assert ours == theirs
    assert '"count":3' in printed["reconcile"]
    assert printed["vector"].strip() == EXAMPLE_SIGNATURE
    public_key, signature = printed["public-key"].split()
    at = datetime.fromtimestamp(EXAMPLE_SECONDS, UTC)
    said = {"message_id": "msg_1", "timestamp": str(EXAMPLE_SECONDS), "body": b'{"test": 1}', "now": at}
    assert check(public_key, signatures=signature, **said) is None


def changed_long_ago(dispatch: Dispatch) -> None:
    """Three changes that both books have settled."""
    for minutes in (3, 2, 1):
        at = clock.now() - timedelta(minutes=minutes)
        referral = make_call(State.HANDED_BACK, client_id=dispatch.client_id, moved_at=at)
        row = db.session.scalars(select(ReferralStateRow).filter_by(referral_id=referral.id)).one()
        row.id = first_id_at(at)
