"""Whether we can take a call now is told truthfully, and what we could not keep is refused honestly."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.delivery.models import WorkerBeat
from app.foundation import clock, copies, disk
from app.foundation.db import db
from app.referrals.models import IntakeCanary, Referral
from app.roster.models import Shift
from tests.support.databases import away, refusing_to_write
from tests.support.places import make_area
from tests.support.referrals import Dispatch, call, make_covering_team

HEALTH = "/intake-health"


@pytest.fixture
def dispatch(app: Flask) -> Dispatch:
    make_area()
    make_covering_team()
    beat(0)
    return Dispatch(app)


def beat(seconds_ago: float) -> None:
    db.session.merge(WorkerBeat(worker="one", at=clock.now() - timedelta(seconds=seconds_ago)))
    db.session.commit()


def failing(answer) -> set[str]:
    return {name for name, holds in answer.json["checks"].items() if not holds}


def test_all_is_well(dispatch: Dispatch) -> None:
    answer = dispatch.look(HEALTH)

    assert (answer.status_code, failing(answer)) == (200, set())
    assert db.session.scalar(select(func.count()).select_from(IntakeCanary)) == 1


def test_a_canary_is_written_again_only_when_it_is_old(dispatch: Dispatch) -> None:
    first = dispatch.look(HEALTH).json["canary_at"]
    assert dispatch.look(HEALTH).json["canary_at"] == first
    db.session.execute(IntakeCanary.__table__.update().values(at=clock.now() - timedelta(hours=2)))
    db.session.commit()

    assert dispatch.look(HEALTH).json["canary_at"] > first
    assert db.session.scalar(select(func.count()).select_from(IntakeCanary)) == 1  # old ones are not kept


def test_clocks_that_stand_still_are_told(dispatch: Dispatch) -> None:
    beat(6)
    answer = dispatch.look(HEALTH)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert (failing(answer), answer.json["custody"]) == ({"clocks"}, "dispatch")


def test_a_beat_of_the_future_is_no_sign_of_life(dispatch: Dispatch) -> None:
    """Its worker is dead, or its clock cannot be trusted with anybody's seconds."""
    beat(-3_600)

    assert failing(dispatch.look(HEALTH)) == {"clocks"}


def test_another_workers_beat_counts_beside_one_of_the_future(dispatch: Dispatch) -> None:
    db.session.add(WorkerBeat(worker="dead", at=clock.now() + timedelta(hours=1)))

    assert dispatch.look(HEALTH).status_code == 200


def test_a_workers_clock_may_be_a_second_ahead_of_ours(dispatch: Dispatch) -> None:
    beat(-1)

    assert dispatch.look(HEALTH).status_code == 200


def test_a_canary_of_the_future_is_not_believed(dispatch: Dispatch) -> None:
    """Our clock was put back: what was written before says nothing of whether we can write now."""
    dispatch.look(HEALTH)
    ahead = clock.now() + timedelta(hours=1)
    db.session.execute(IntakeCanary.__table__.update().values(at=ahead))

    answer = dispatch.look(HEALTH)

    assert answer.status_code == 200
    assert answer.json["canary_at"] < ahead.isoformat()
    assert db.session.scalar(select(func.count()).select_from(IntakeCanary)) == 2


def test_nobody_on_shift_is_told(dispatch: Dispatch) -> None:
    db.session.execute(Shift.__table__.update().values(ends_at=clock.now() - timedelta(seconds=1)))
    answer = dispatch.look(HEALTH)

    assert (answer.status_code, failing(answer)) == (503, {"on_shift"})


def test_a_disk_that_fills_is_told_and_then_refuses_calls(
    dispatch: Dispatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "free_share", lambda _: 0.05)
    assert failing(dispatch.look(HEALTH)) == {"disk"}
    assert dispatch.offer().status_code == 201

    monkeypatch.setattr(disk, "ENOUGH_FOR_CALLS", 0.06)
    refused = dispatch.offer()
    assert (refused.status_code, refused.json["custody"], refused.headers["Retry-After"]) == (
        503,
        "dispatch",
        "2",
    )
    assert db.session.scalar(select(func.count()).select_from(Referral)) == 1


def test_a_pause_is_told_at_once_and_refuses_calls_half_a_minute_later(
    dispatch: Dispatch, app: Flask
) -> None:
    pause = app.test_cli_runner().invoke
    known = dispatch.offer(call(), message_id="known")
    assert pause(args=["referrals", "pause"]).exit_code == 0
    assert failing(dispatch.look(HEALTH)) == {"not_paused"}
    copies.forget_all()
    assert dispatch.offer().status_code == 201

    db.session.execute(
        db.text("UPDATE intake_pauses SET since = :t"), {"t": clock.now() - timedelta(minutes=1)}
    )
    db.session.commit()
    copies.forget_all()
    refused = dispatch.offer()
    assert (refused.status_code, refused.json["custody"]) == (503, "dispatch")
    assert dispatch.tell(known.json["id"], "cancel").status_code == 200  # what is here goes on

    assert pause(args=["referrals", "resume"]).exit_code == 0
    copies.forget_all()
    assert dispatch.offer().status_code == 201
    assert dispatch.look(HEALTH).status_code == 200


@pytest.mark.one_database
def test_a_store_that_refuses_to_write_is_not_well(dispatch: Dispatch) -> None:
    with refusing_to_write():
        answer = dispatch.look(HEALTH)

    assert (answer.status_code, answer.json["custody"]) == (503, "dispatch")


def test_without_a_database_we_are_not_well(dispatch: Dispatch) -> None:
    with away():
        answer = dispatch.look(HEALTH)

    assert (answer.status_code, answer.json["type"].rpartition("/")[2]) == (503, "not-accepted")


@pytest.mark.parametrize(
    ("late", "status"), [(-1.0, 504), (5.0, 201), ("soon", 201)], ids=["passed", "ahead", "not a moment"]
)
def test_after_dispatchs_own_deadline_nothing_is_begun(
    dispatch: Dispatch, late: float | str, status: int
) -> None:
    moment = late if isinstance(late, str) else f"{clock.now().timestamp() + late:.3f}"
    answer = dispatch.offer(**{"request-deadline": moment})

    assert answer.status_code == status
    assert answer.json["custody"] == "dispatch"
    assert db.session.scalar(select(func.count()).select_from(Referral)) == (status == 201)


def test_only_a_known_client_asks(app: Flask) -> None:
    answer = app.test_client().get("/api/v1/intake-health")

    assert (answer.status_code, answer.json["custody"]) == (401, "dispatch")
