"""What is not yours is refused in the time in which what is not there is: nobody learns it by a watch.

One record that is there and one that is not are asked for in turn in one process, 1,000 times each, and
the two distributions of time are compared by Kolmogorov and Smirnov's test; nothing is dropped. Each
address stays the same for a run: one that is new is read slower by Python itself, which remembers those
it has taken apart, and comparing new ones with an old one would measure that memory.

Where nothing is different a run says otherwise by chance once in a hundred, on a busy machine more
often; what the program does otherwise is there in every run. So three runs in a row have to show a
difference. A run sees two distributions that lie 0.073 apart anywhere. A thousandth of a second moves
them much further: the test below has to see it in each of three runs, with 300 times each.

The page that says it is left out, in this file alone: one text stands for it. It takes most of the time
of a refusal and would hide what we look for; that it is the same, byte for byte, is proven in
test_nothing_here.py.
"""

import math
import time
from bisect import bisect_right
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

import pytest
from flask import Flask

from app.accounts.permissions import Role
from app.cases.models import ConflictCase
from app.foundation.db import db, only_reads
from app.foundation.errors import NotFound
from app.foundation.ids import new_id
from tests.support.matrix import Relation, make_world
from tests.support.people import ClientAs

pytestmark = [
    pytest.mark.one_database,  # PostgreSQL is asked over a socket, whose own time is larger by far
    pytest.mark.slow,
]

PAIRS = 1_000
WARM_UP = 50
FEWER_PAIRS = 300
LEAST_P = 0.01
MOST_RUNS = 3
DOORS = {
    "a case": (Role.MEDIATOR, "/cases/{case_id}"),
    "a call": (Role.PROVIDER_LEAD, "/board/{referral_id}"),
    "a service referral": (Role.MEDIATOR, "/service-referrals/{handoff_id}"),
}
Times = tuple[list[float], list[float]]


def p_of(ours: list[float], others: list[float]) -> float:
    """How likely two samples of one distribution lie as far apart as these, or further.

    The two-sample test of Kolmogorov and Smirnov, by the limit that holds for samples as large as ours.
    """
    ours, others = sorted(ours), sorted(others)
    apart = max(
        abs(bisect_right(ours, one) / len(ours) - bisect_right(others, one) / len(others))
        for one in (*ours, *others)
    )
    far = apart * math.sqrt(len(ours) * len(others) / (len(ours) + len(others)))
    if far < 0.3:  # the series does not settle there, and the answer is 1
        return 1.0
    return min(1.0, 2 * sum((-1) ** (k - 1) * math.exp(-2 * (k * far) ** 2) for k in range(1, 101)))


@pytest.fixture(autouse=True)
def no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.foundation.http.render_template", lambda *_, **__: "Nothing here.")


@pytest.fixture
def times_at(app: Flask, client_as: ClientAs) -> Callable[[str, int], Times]:
    """How long so many answers take at a door: for a record that is there, and for one that is not."""

    world_of = cache(make_world)  # one for all runs of a test: its areas have their names once

    def take(door: str, pairs: int) -> Times:
        role, address = DOORS[door]
        world = world_of(role)
        there = world.ids[Relation.OTHER_ORGANIZATION]
        client = client_as(world.account)
        environ = client._request_from_builder_args(("/",), {}).environ
        client._add_cookies_to_wsgi(environ)
        times: Times = ([], [])
        chance = Random(pairs)  # noqa: S311 - an order, no secret
        missing = {name: new_id() for name in there}
        db.session.commit()
        for number in range(pairs + WARM_UP):
            in_turn = [(address.format(**there), times[0]), (address.format(**missing), times[1])]
            chance.shuffle(in_turn)
            for path, taken in in_turn:
                took = seconds(app, {**environ, "PATH_INFO": path})
                if number >= WARM_UP:
                    taken.append(took)
        return times

    return take


def seconds(app: Flask, environ: dict[str, Any]) -> float:
    """How long one refusal takes, from the request to its last byte."""
    said: list[str] = []
    with app.app_context():
        begin = time.perf_counter()
        answer = app.wsgi_app(environ, lambda status, _: said.append(status))
        b"".join(answer)
        took = time.perf_counter() - begin
        answer.close()
    only_reads.set(False)
    assert said == ["404 NOT FOUND"]
    return took


@pytest.mark.parametrize("door", DOORS)
def test_a_refusal_takes_as_long_as_nothing(times_at, door):
    tried = []
    while len(tried) < MOST_RUNS:
        tried.append(p_of(*times_at(door, PAIRS)))
        if tried[-1] > LEAST_P:
            print(f"{door}: p = {tried}")  # noqa: T201 - how many runs it took, for who reads on
            return
    pytest.fail(f"{door}: p = {tried}")


def test_a_thousandth_of_a_second_more_is_seen(times_at, monkeypatch):
    def slower(case_id: str, *_: object) -> None:
        if db.session.get(ConflictCase, case_id):
            time.sleep(0.001)
        raise NotFound

    monkeypatch.setattr("app.cases.queries._load", slower)

    assert all(p_of(*times_at("a case", FEWER_PAIRS)) < LEAST_P for _ in range(MOST_RUNS))


@pytest.mark.parametrize(("apart", "is_one"), [(0.0, True), (0.05, True), (0.2, False)])
def test_samples_of_one_distribution_are_told_from_others(apart, is_one):
    chance = Random(1)  # noqa: S311 - numbers to compare, no secret
    ours = [chance.gauss() for _ in range(PAIRS)]
    others = [chance.gauss() + apart for _ in range(PAIRS)]

    assert (p_of(ours, others) > LEAST_P) is is_one
