"""Real calls against the real hook: every one is kept, and the same table again changes nothing."""

import csv

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from app.accounts.actions import create_client
from app.audit.trail import SYSTEM
from app.foundation.db import db
from app.referrals.commands import referrals_group
from app.referrals.models import Referral, ReferralMessage, State
from app.referrals.replay import NEEDED
from tests.support.places import make_area

INSIDE = {
    "city": "Los Angeles CA",
    "call_type": "620 NEIGHBOR",
    "lat": "33.94",
    "lon": "-118.25",
    "priority": "3",
}
ROWS = [
    {"id": "1", **INSIDE},
    {"id": "2", **INSIDE, "call_type": "SHOTS FIRED"},
    {"id": "3", **INSIDE, "lat": "42.98", "lon": "-87.95"},
    {"id": "4", **INSIDE, "lat": "", "lon": "", "location": "100 05TH AVE"},
    {"id": "5", **INSIDE, "lat": "", "lon": "", "district": "523"},
    {"id": "6", **INSIDE, "lat": "", "lon": ""},
]


@pytest.fixture
def replay(app, live_url, tmp_path):
    """Replays ROWS with the key of a new client; gives what the command said."""
    make_area()
    made = create_client(agency="psap.example.gov", purpose="dispatch", callback_url=None, actor=SYSTEM)
    key = ["--client-id", made.client.id, "--secret", made.secret]
    db.session.commit()
    table = tmp_path / "calls.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, NEEDED, restval="")
        writer.writeheader()
        writer.writerows(ROWS)
    arguments = ["replay", str(table), "--url", live_url, *key, "--concurrency", "3"]
    return lambda: CliRunner().invoke(referrals_group, arguments)


def test_every_call_is_answered_and_kept_and_a_second_run_is_all_repeats(replay):
    first = replay()

    assert first.exit_code == 0, first.output
    assert "6  HTTP" not in first.output  # one has neither place nor callback
    assert "5  HTTP 201" in first.output
    assert "1  HTTP 422" in first.output
    assert "not-actionable" in first.output
    assert db.session.scalar(select(func.count()).select_from(Referral)) == 5
    offered = select(Referral.id).where(Referral.state.in_((State.OFFERED, State.ACCEPTED)))
    assert db.session.scalars(offered).all() == []
    db.session.rollback()

    second = replay()

    assert second.exit_code == 0, second.output
    assert "5  repeats of an earlier message" in second.output
    assert db.session.scalar(select(func.count()).select_from(ReferralMessage)) == 5
