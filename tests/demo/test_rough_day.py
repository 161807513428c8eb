"""A rough day with the real office: a bad line both ways, and nobody owns a call unexplained."""

import json
import threading
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import journey
from app.demo import simulator
from app.demo.agenda import Agenda
from app.demo.faults import NAMED
from app.demo.held import Owner
from app.foundation.db import db
from app.referrals import reconciliation, rules
from app.referrals.models import CallKind, Custody, Referral, State
from app.worker import Worker
from tests.demo.test_partner import QUICK
from tests.demo.test_simulator import Office, keys, referrals_in  # noqa: F401 - fixtures

DAY = replace(
    QUICK,
    confirm_seconds=(0.1, 1.0),
    late_seconds=5.0,
    take_back_seconds=(0.1, 0.6),
    later_seconds=(0.3, 6.0),
    look_seconds=1.5,
    again_seconds=1.0,
    health_seconds=1.0,
    reconcile_seconds=3.0,
    page_size=20,
    dead_man_seconds=(12.0, 14.0),
    list_seconds=10.0,
)


@pytest.fixture
def short_clocks(monkeypatch):
    """The office's clocks in seconds instead of minutes; still it gives up before dispatch does."""
    for kind in CallKind:
        short = replace(rules.DEFAULTS[kind], accept_seconds=5, review_seconds=3, confirm_seconds=4)
        monkeypatch.setitem(rules.DEFAULTS, kind, short)
    monkeypatch.setattr(reconciliation, "SETTLED", timedelta(seconds=2))


class BusyOffice(Office):
    """People who say yes to most, give some back, agree to cancels; and the worker beside them."""

    def work(self):
        for referral in referrals_in(State.ACCEPTED):
            if referral.id[-1] in "0123456789":  # about one in three
                self.act(journey.give_back, referral, "danger_on_scene")
        worker = Worker(self.sender)
        while worker.work_once():
            pass
        super().work()


def play(keys, url, office, plan):  # noqa: F811
    agenda, made = Agenda(simulator.MANY_HANDS), []
    thread = threading.Thread(target=lambda: made.append(simulator.run(keys, url, agenda, plan)), daemon=True)
    thread.start()
    while thread.is_alive():
        office.work()
        time.sleep(0.05)
    assert made, "the centre did not end well"
    return made[0]


@pytest.mark.slow
def test_a_rough_day_ends_with_every_call_explained(keys, app, live_url, short_clocks, tmp_path):  # noqa: F811
    office, report = BusyOffice(), tmp_path / "report.json"
    plan = simulator.Run(
        calls_per_minute=240,
        seed=11,
        habits=DAY,
        out=NAMED["rough"],
        back=NAMED["rough"],
        patience_seconds=1.0,
        seconds=14,
        close_seconds=12,
        report_path=report,
    )
    centre = play(keys, live_url, office, plan)
    office.sender.close()
    said = json.loads(report.read_text())
    db.session.expire_all()
    states = Counter(db.session.scalars(select(Referral.state)))

    assert said["unexplained"] == []
    assert said["calls"] > 20
    assert "open" not in said["ends"], said["ends"]
    assert {"message lost", "answer lost", "message doubled"} <= set(said["line"]), said["line"]
    assert said["list_of_changes"]["rows"] > 20
    assert said["takes_incident_numbers"]
    assert states[State.HANDED_BACK] > 0, states
    for held in centre.ledger.list_ours():
        if held.owner is Owner.OFFICE:
            assert db.session.get_one(Referral, held.referral_id).custody is not Custody.DISPATCH
