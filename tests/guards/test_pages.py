"""The check of every page, and the check for forgotten commits, see what they are there for."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.accounts.models import Account
from app.accounts.permissions import Role
from app.delivery.models import DueTimer
from app.delivery.timers import timer_values
from app.foundation import clock
from app.foundation.db import db
from app.foundation.many_inserts import insert_together
from tests.support import writes
from tests.support.pages import check_page, problems_of, sketch_of
from tests.support.people import PersonClient, make_account

PAGE = """<!doctype html><html lang="en" dir="ltr"><head><title>A page</title></head><body>{}</body></html>"""
FINE = "<h1>Here</h1><label for='a'>Name</label><input id='a' name='a'><label>Age <input name='b'></label>"


def test_a_fine_page_is_let_be():
    assert problems_of(PAGE.format(FINE)) == []


@pytest.mark.parametrize(
    "body",
    [
        "<p>No heading</p>",
        "<h1></h1>",
        "<h1>One</h1><h1>Two</h1>",
        "<h1>Here</h1><input name='a'>",
        "<h1>Here</h1><textarea name='a'></textarea>",
        "<h1>Here</h1><label for='a'></label><input id='a'>",
        "<h1>Here</h1><img src='/static/a.png'>",
        "<h1>Here</h1><script>alert(1)</script>",
        "<h1>Here</h1><p style='color: red'>red</p>",
        "<h1>Here</h1><p onclick='x()'>press</p>",
        "<h1>Here</h1><script src='https://cdn.example/x.js'></script>",
        "<h1>Here</h1><img alt='' src='//cdn.example/x.png'>",
        "<h1>Here</h1><p id='a'>one</p><p id='a'>two</p>",
        "<h1>Here</h1><a href='javascript:x()'>go</a>",
        "<h1>Here</h1></section><p>",
    ],
)
def test_a_bad_page_is_seen(body):
    with pytest.raises(AssertionError):
        check_page(PAGE.format(body), "/here")


@pytest.mark.parametrize(
    ("fine", "bad"),
    [
        (
            "<p id='case-01AB'>one</p><p id='case-02AB'>two</p>",
            "<p id='case-01AB'>one</p><p id='case-01AB'>two</p>",
        ),
        ("<label for='a12'>A</label><input id='a12'>", "<label for='a12'>A</label><input id='a13'>"),
        ("<p>It&#39;s 12</p>", "<p>It&#0;s 12</p>"),
        ("<p id='a12'>one</p>", "<p id='a12'>one</h2>"),
        ("<p id='a12'>one</p>", "<p id='on12' onclick='x'>one</p>"),
    ],
)
def test_a_bad_page_is_seen_after_a_fine_one_like_it(fine, bad):
    """A page whose like was fine is not taken apart again; one that differs in more than names is."""
    before = PAGE.format("<h1>Here</h1>" + fine)
    check_page(before, "/here")
    with pytest.raises(AssertionError):
        check_page(PAGE.format("<h1>Here</h1>" + bad), "/here")


def test_pages_that_differ_in_names_alone_are_alike():
    one, other = "<p id='a12'>14:05</p><a href='#a12'>3</a>", "<p id='b77'>09:31</p><a href='#b77'>5</a>"
    assert sketch_of(one) == sketch_of(other)
    assert sketch_of(one) != sketch_of(one.replace("#a12", "#a13"))


@pytest.mark.parametrize(
    "page",
    [
        PAGE.format(FINE).replace(' lang="en"', ""),
        PAGE.format(FINE).replace(' dir="ltr"', ""),
        PAGE.format(FINE).replace("<title>A page</title>", ""),
        PAGE.format(FINE).replace("A page", ""),
        PAGE.format(FINE).replace("</title>", "</title><style>p {}</style>"),
    ],
)
def test_a_bad_head_is_seen(page):
    assert problems_of(page) != []


@pytest.fixture
def forgetful(app: Flask) -> Iterator[PersonClient]:
    """A client of an app on the same database that looks like ours but whose views forget things."""
    twin = Flask("forgetful")
    twin.config.update(SECRET_KEY="x" * 32, SQLALCHEMY_DATABASE_URI=app.config["SQLALCHEMY_DATABASE_URI"])
    db.init_app(twin)

    @twin.get("/added")
    def added() -> str:
        db.session.add(Account(role=Role.ADMIN))
        return "added, not flushed"

    @twin.get("/flushed")
    def flushed() -> str:
        make_account(Role.ADMIN)
        return "flushed, not committed"

    @twin.get("/updated")
    def updated() -> str:
        db.session.execute(update(Account).values(name="Nobody"))
        return "written past the session, not committed"

    @twin.get("/inserted")
    def inserted() -> str:
        insert_together(db.session(), [(DueTimer, timer_values("test", "subject", clock.now()))])
        return "written on the driver's cursor, not committed"

    @twin.get("/committed")
    def committed() -> dict[str, str]:
        make_account(Role.ADMIN)
        db.session.commit()
        return {"state": "committed"}

    with twin.app_context():
        writes.watch(db.engine)
        yield PersonClient(twin, twin.response_class)
        db.session.remove()
        writes.forget(db.engine)
        db.engine.dispose()


@pytest.mark.parametrize("path", ["/added", "/flushed", "/updated", "/inserted"])
def test_a_forgotten_commit_is_seen(forgetful, path):
    if path == "/inserted" and db.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite counts what its driver has written")
    with pytest.raises(AssertionError, match="left uncommitted"):
        forgetful.get(path)


def test_a_commit_is_let_be(forgetful):
    forgetful.get("/committed")

    assert db.session.scalar(select(Account.role)) is Role.ADMIN
