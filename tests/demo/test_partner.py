"""The centre as a test partner: it blames an office that lies, by name, and never one that does not."""

import json
import socket
from dataclasses import replace

import pytest

from app.delivery.signatures import new_secret
from app.demo import simulator
from app.demo.agenda import Agenda
from app.demo.calls import Spot
from app.demo.contract import Lie
from app.demo.faults import NAMED
from app.demo.habits import BUSY
from app.demo.keys import DispatchKeys
from tests.support.stand_in import standing_in

BRISK = {
    "confirm_seconds": (0.0, 0.2),
    "late_seconds": 0.6,
    "take_back_seconds": (0.0, 0.2),
    "later_seconds": (0.1, 1.2),
    "look_seconds": 0.3,
    "again_seconds": 0.3,
    "health_seconds": 0.2,
    "reconcile_seconds": 0.5,
    "page_size": 7,
    "list_seconds": 0.8,
}
QUICK = replace(BUSY, **BRISK)
SECRET = new_secret()


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def run(lie="", *, faults="none", seconds=1.5, close_seconds=8.0, habits=QUICK, seed=3, **more):
    port, out = free_port(), NAMED[faults]
    keys = DispatchKeys("client", SECRET, SECRET, port, (Spot(33.94, -118.25),))
    plan = simulator.Run(
        calls_per_minute=1200,
        seed=seed,
        habits=habits,
        out=out,
        back=out,
        patience_seconds=0.5,
        seconds=seconds,
        close_seconds=close_seconds,
        **more,
    )
    with standing_in(f"http://127.0.0.1:{port}/", SECRET, lie) as (url, _):
        return simulator.run(keys, url, Agenda(simulator.MANY_HANDS), plan)


def lies_of(centre):
    return {lie for held in centre.ledger.list_all() for lie in held.lies}


@pytest.mark.parametrize("faults", ["none", "rough", pytest.param("brutal", marks=pytest.mark.slow)])
def test_an_honest_office_is_never_blamed_whatever_the_line_does(faults, tmp_path):
    report = tmp_path / "report.json"
    centre = run(faults=faults, seconds=4, close_seconds=15, report_path=report)
    said = json.loads(report.read_text())

    assert said["unexplained"] == []
    assert said["calls"] > 20
    assert "open" not in said["ends"], said["ends"]
    assert "handed back" in said["ends"], said["ends"]
    acts = {act for held in centre.ledger.list_ours() for act in held.said.values()}
    assert {"create", "updates", "confirm", "cancel", "handback-ack"} <= acts  # whatever came of each
    assert said["list_of_changes"]["rows"] > 0
    assert (centre.line is None) == (faults == "none")


FORGETFUL = replace(QUICK, no_confirm_share=1.0, callback_confirm_share=0.0, grace_seconds=0.3)
LIES = [
    ("office_without_confirm", Lie.NOT_CONFIRMED, QUICK),
    ("handed_back_in_one_step", Lie.ONE_STEP, replace(QUICK, callback_confirm_share=0.0)),
    ("nobody_owns", Lie.NOBODY, QUICK),
    ("forgotten", Lie.FORGOTTEN, QUICK),
    ("forgotten_in_the_list", Lie.FORGOTTEN, QUICK),
    ("no_custody", Lie.NO_CUSTODY, QUICK),
    ("wrong_owner", Lie.WRONG_OWNER, QUICK),
    ("no_such_arrow", Lie.NO_ARROW, QUICK),
    ("no_answer", Lie.NO_ANSWER, QUICK),
    ("unknown_call", Lie.UNKNOWN_CALL, QUICK),
    ("unannounced_change", Lie.UNANNOUNCED, FORGETFUL),
    ("two_referrals", Lie.TWO_REFERRALS, replace(QUICK, twice_share=1.0)),
    ("wrong_call", Lie.WRONG_CALL, QUICK),
    ("refused", Lie.REFUSED, QUICK),
    ("books_differ", Lie.BOOKS_DIFFER, QUICK),
]


@pytest.mark.parametrize(("lie", "name", "habits"), LIES, ids=[lie for lie, *_ in LIES])
def test_an_office_that_breaks_the_contract_is_caught_by_name(lie, name, habits, tmp_path):
    report = tmp_path / "report.json"
    centre = run(lie, habits=habits, seconds=2.0, close_seconds=2.0, report_path=report)
    said = json.loads(report.read_text())

    assert name in lies_of(centre), said["unexplained_by_kind"]
    blamed = [one for one in said["unexplained"] if name in {lie["lie"] for lie in one["unexplained"]}]
    assert blamed[0]["time_line"], "the time line tells how it came to that"


def test_every_kind_of_lie_is_told_by_a_stand_in():
    assert {name for _, name, _ in LIES} == set(Lie)


@pytest.mark.parametrize("lie", ["office_without_confirm", "nobody_owns", "no_custody", "forgotten"])
def test_a_bad_line_hides_no_lie(lie):
    centre = run(lie, faults="rough", seconds=2.0, close_seconds=2.0)

    assert {name for told, name, _ in LIES if told == lie} <= lies_of(centre)
