"""Dispatch compares its own book with ours: every change once, in order, none passed over."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask

from app.foundation import clock
from app.foundation.db import db
from app.foundation.ids import first_id_at
from app.referrals.models import ReferralStateRow, State
from tests.support.board import make_call
from tests.support.referrals import Dispatch, call


def make_changes(dispatch: Dispatch, count: int, seconds_ago: float = 60) -> list[str]:
    """So many changes of one call, a second apart, the last so long ago; their cursors."""
    cursors = []
    for number in range(count):
        at = clock.now() - timedelta(seconds=seconds_ago + count - number)
        referral = make_call(State.OFFERED, client_id=dispatch.client_id, moved_at=at)
        row = db.session.query(ReferralStateRow).filter_by(referral_id=referral.id).one()
        row.id = first_id_at(at)
        cursors.append(row.id)
    db.session.commit()
    return cursors


def pages(dispatch: Dispatch, limit: int, since: str | None = None) -> Iterator[dict[str, Any]]:
    while True:
        more = f"&since={since}" if since else ""
        page = dispatch.look(f"/referrals?limit={limit}{more}").json
        yield page
        since = page["next"]
        if not page["has_more"]:
            return


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 500])
def test_every_change_comes_once_and_in_order_whatever_the_page(dispatch: Dispatch, limit: int) -> None:
    cursors = make_changes(dispatch, 7)

    listed = [row["cursor"] for page in pages(dispatch, limit) for row in page["changes"]]

    assert listed == cursors


def test_a_change_says_who_owned_the_call_and_since_when(dispatch: Dispatch) -> None:
    make_changes(dispatch, 1)
    ((change,),) = [page["changes"] for page in pages(dispatch, 10)]

    assert set(change) == {"cursor", "id", "incident_id", "version", "state", "custody", "reason", "at"}
    assert (change["state"], change["custody"]) == ("offered", "dispatch")


def test_what_is_not_settled_yet_comes_with_the_next_question(dispatch: Dispatch) -> None:
    """A change written a moment ago may have a sister that is committed later under an earlier id."""
    dispatch.offer(call())
    page = dispatch.look("/referrals").json
    assert page["changes"] == []

    for row in db.session.query(ReferralStateRow):
        row.id = first_id_at(clock.now() - timedelta(seconds=11))
    db.session.commit()
    page["next"] = min(page["next"], first_id_at(clock.now() - timedelta(seconds=12)))
    assert len(dispatch.look(f"/referrals?since={page['next']}").json["changes"]) == 1


def test_nobody_sees_the_calls_of_another_centre(dispatch: Dispatch, app: Flask) -> None:
    make_changes(dispatch, 3)
    stranger = Dispatch(app)

    assert [page["changes"] for page in pages(stranger, 10)] == [[]]
    assert stranger.look("/referrals/digest").json["count"] == 0


def test_who_watches_sees_the_book_of_all_its_agencys_systems(dispatch: Dispatch, app: Flask) -> None:
    other_system, watcher = Dispatch(app), Dispatch(app, purpose="monitoring")
    theirs = make_changes(other_system, 2, seconds_ago=80) + make_changes(dispatch, 3)

    listed = [row["cursor"] for page in pages(watcher, 2) for row in page["changes"]]

    assert listed == theirs
    assert watcher.look("/referrals/digest").json["count"] == 5


def test_who_watches_for_another_agency_sees_an_empty_book(dispatch: Dispatch, app: Flask) -> None:
    make_changes(dispatch, 3)
    stranger = Dispatch(app, agency="other.example.gov", purpose="monitoring")

    assert [page["changes"] for page in pages(stranger, 10)] == [[]]
    assert stranger.look("/referrals/digest").json["count"] == 0


def test_equal_books_have_equal_digests(dispatch: Dispatch) -> None:
    make_changes(dispatch, 5)
    rows = [row for page in pages(dispatch, 2) for row in page["changes"]]
    told = dispatch.look("/referrals/digest").json
    lines = "".join(f"{row['cursor']} {row['id']} {row['state']} {row['custody']}\n" for row in rows)

    assert (told["count"], told["digest"]) == (5, sha256(lines.encode()).hexdigest())
    later = dispatch.look(f"/referrals/digest?since={rows[1]['cursor']}").json
    assert later["count"] == 3


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ("since=x", "since"),
        ("since=" + "A" * 26, "since"),
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=-1", "limit"),
        ("limit=x", "limit"),
        ("limit=%D9%A3", "limit"),
        ("limit=99999999999999999999", "limit"),
    ],
)
def test_a_question_that_cannot_be_read_names_its_part(dispatch: Dispatch, asked: str, pointer: str) -> None:
    name, _, value = asked.partition("=")
    answer = dispatch.look(f"/referrals?{name}={value}" if "%" not in value else "/referrals?limit=٣")

    assert answer.status_code == 400
    assert answer.json["errors"][0]["pointer"] == pointer
    assert answer.json["custody"] == "dispatch"
