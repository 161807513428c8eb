"""A replay keeps nobody from writing, is one at a time, grows old, and shows no half of it as the whole."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.permissions import Role
from app.delivery.models import DueTimer
from app.delivery.timers import is_waiting
from app.foundation import clock
from app.foundation.db import db, only_reads
from app.triage import replays, shadow, version_actions, version_queries
from app.triage.policies import active_policy, forget_policy, shipped_policy
from app.triage.rules import Decision
from app.triage.shadow import Flip, Replay
from app.triage.version_models import PolicyReplay, ReplayStage
from app.triage.version_rules import Lack, ReplayRuns
from tests.support.policies import (
    PHRASE_FORM,
    make_active,
    make_draft,
    make_shadow,
    replay_to_the_end,
    somebody,
)

pytestmark = pytest.mark.usefixtures("few_labelled")


def begun():
    version = make_draft()
    version_actions.to_shadow(version, actor=somebody())
    db.session.commit()
    return version, version_queries.latest_replay(version)


@pytest.fixture
def seen(monkeypatch):
    """For each policy that is made and each that is read by: whether others could write meanwhile."""
    found = []

    def watch(module, name):
        real = getattr(module, name)

        def watched(*args, **kwargs):
            found.append(only_reads.get())
            return real(*args, **kwargs)

        monkeypatch.setattr(module, name, watched)

    watch(replays, "failing_rules")
    watch(version_actions, "failing_rules")
    watch(shadow, "screen_by")
    return found


def test_no_piece_of_a_replay_keeps_others_from_writing(app, seen):
    version, _ = begun()
    seen.clear()
    replay_to_the_end(version)

    assert seen
    assert all(seen)


def test_a_phrase_is_tried_before_the_writing_begins(client_as, seen):
    version, client = make_draft(), client_as(Role.OFFICE_STAFF)
    seen.clear()
    told = PHRASE_FORM | {"text": "a blarg", "example": "He has a blarg.", "counter_example": "No blarg."}

    client.post(f"/policy/versions/{version.id}/phrases/new", data=told)

    assert len(version_queries.list_changes(version)) == 2
    assert seen[0] is True


def test_the_commands_keep_nobody_from_writing(app, few_labelled, seen, tmp_path):
    run = app.test_cli_runner().invoke
    version = make_draft()
    db.session.commit()
    seen.clear()

    for arguments in (
        ["shadow", str(few_labelled), "--policy", version.name],
        ["shadow", "--last-days", "1", "--policy", version.name],
    ):
        assert run(args=["triage", *arguments]).exit_code == 0

    assert seen
    assert all(seen)


def test_a_worker_that_dies_in_a_piece_leaves_a_clock_for_another(app, monkeypatch):
    _, replay = begun()
    monkeypatch.setattr(replays, "_read_piece", lambda _: (_ for _ in ()).throw(RuntimeError))
    with pytest.raises(RuntimeError):
        replays.go_on(replay.id, clock.now())
    db.session.rollback()

    due = select(DueTimer.next_attempt_at).where(DueTimer.subject_id == replay.id, *is_waiting())
    assert max(db.session.scalars(due)) > clock.now() + timedelta(seconds=20)


def test_a_piece_that_another_worker_has_kept_is_not_kept_twice(app):
    _, replay = begun()
    place, found = replays._read_piece(replay.id)
    replays.go_on(replay.id, clock.now())
    stage = replays.place_of(replay)

    replays._keep(replay.id, place, found, clock.now())

    assert replays.place_of(replay) == stage


def test_one_replay_runs_at_a_time_and_only_the_newest_goes_on(app, client_as):
    version, first = begun()
    client = client_as(Role.OFFICE_STAFF)
    address = f"/policy/versions/{version.id}"
    assert "Replay calls again" not in client.get(address).text
    with pytest.raises(ReplayRuns):
        version_actions.begin_replay(version, actor=somebody())
    client.post(f"{address}/replay")
    assert db.session.scalar(select(func.count()).select_from(PolicyReplay)) == 1

    version_actions.write_again(version, actor=somebody())
    version_actions.to_shadow(version, actor=somebody())
    db.session.commit()
    replays.go_on(first.id, clock.now())

    assert first.finished_at is not None
    assert first.stage is not ReplayStage.DONE
    replay_to_the_end(version)
    assert "Replay calls again" in client.get(address).text


def test_a_copy_of_a_moment_ago_ends_no_replay(app, monkeypatch):
    """This process may still read calls by the policy before; the replay goes by the database."""
    assert active_policy() is shipped_policy()
    monkeypatch.setattr(version_actions, "forget_policy_when_kept", lambda: None)
    make_active()
    version, replay = begun()

    replays.go_on(replay.id, clock.now())

    assert replay.against == version_queries.find_active().name
    assert replay.finished_at is None
    assert version.sha256 == replay.sha256


def test_an_ended_replay_does_not_look_like_a_whole_one(app, client_as):
    version, replay = begun()
    for _ in range(2):
        replays.go_on(replay.id, clock.now())
    client, address = client_as(Role.COORDINATOR), f"/policy/versions/{version.id}"
    assert "What is read so far, and not all:" in client.get(address).text

    replay.finished_at = clock.now()
    db.session.commit()

    page = client.get(address).text
    assert "Ended before every call was read" in page
    assert "read by both" not in page
    assert "each holds" not in page


def test_a_replay_grows_old_by_time_and_by_another_program(app):
    version = make_shadow()
    for _ in range(2):
        version_actions.approve(version, actor=somebody())
    replay = version_queries.latest_replay(version)
    assert version_queries.lacks_of(version, None) == []

    replay.shipped = "2025-01.1"
    assert version_queries.lacks_of(version, None) == [Lack.REPLAY_OLD]
    replay.shipped = None
    assert version_queries.lacks_of(version, None) == [], "not known of those from before"
    replay.begun_at -= timedelta(days=7, minutes=1)
    assert version_queries.lacks_of(version, None) == [Lack.REPLAY_OLD]


def test_no_thread_reads_by_the_old_version_after_it_was_forgotten(app, monkeypatch):
    """Forgotten before the commit, another thread would fetch the old one and keep it."""
    forgotten = []
    monkeypatch.setattr("app.triage.policies._in_force.forget", lambda: forgotten.append(True))
    version = make_shadow()
    for _ in range(2):
        version_actions.approve(version, actor=somebody())
    version_actions.activate(version, actor=somebody())
    assert forgotten == []

    db.session.commit()

    assert forgotten
    monkeypatch.undo()
    forget_policy()


def flip(number, after):
    return Flip(f"c{number}", Decision.REVIEW, "no_evidence", after, "", "noise", {})


def test_every_call_that_would_be_offered_is_kept_by_its_id(monkeypatch):
    monkeypatch.setattr(shadow, "KEPT_FLIPS", 2)
    result = Replay(
        "1", "2", flips=[flip(0, Decision.RETURN), *(flip(one, Decision.OFFER) for one in (1, 2, 3))]
    )

    again = Replay.of(result.values())
    again.flips.append(flip(4, Decision.OFFER))

    kept = again.values()
    assert [one["call_id"] for one in kept["flips"]] == ["c1", "c2"]
    assert kept["more_offered"] == ["c3", "c4"]


def test_the_page_says_how_many_of_all_it_shows(app, client_as):
    version = make_shadow()
    replay = version_queries.latest_replay(version)
    groups = {"area": "", "hour": "07", "language": "es-MX"}
    told = [
        one._replace(groups=groups)._asdict() for one in (flip(1, Decision.OFFER), flip(2, Decision.OFFER))
    ]
    stored = replay.result["stored"] | {"changed": 5, "flips": told, "more_offered": ["c9"]}
    labelled = replay.result["labelled"] | {"changed": 0, "flips": []}
    replay.result = replay.result | {"stored": stored, "labelled": labelled}
    db.session.commit()

    page = client_as(Role.COORDINATOR).get(f"/policy/versions/{version.id}/flips").text

    assert "2 of 5 are shown here." in page
    assert "/board/c9" in page
    assert "in no area" in page
    assert "Spanish" in page
