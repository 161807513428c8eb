"""The worker's part: replaying calls by a version of the policy, a piece at a time.

First every phrase with its own examples, then the labelled calls that come with the program, then
the stored calls. Words are opened for the screening alone and kept nowhere. A piece takes up to a second,
the first one some more, as both policies are made ready. It is read before anything is written, so that
no call waits for it to be kept; and with the rights of who asked for the replay.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from app.accounts.behalf import on_behalf_of
from app.accounts.permissions import Permission
from app.audit.catalogue import What
from app.audit.trail import SYSTEM, record
from app.delivery.timers import LEASE, TimerHandler, cancel_timers, set_timer
from app.foundation.db import db, reading
from app.triage import call_files, stored_calls
from app.triage.policies import in_force_by
from app.triage.policy import Policy
from app.triage.policy_examples import failing_rules
from app.triage.shadow import Replay, ShadowCall
from app.triage.version_actions import REPLAY_TIMER
from app.triage.version_models import PolicyReplay, ReplayStage, VersionState
from app.triage.version_queries import find_active, get_version, is_running, latest_replay, name_of, trial_of

LABELLED_AT_ONCE = 50
PHRASES_AT_ONCE = 100
Place = tuple[ReplayStage, int | None, int, str]
Found = dict[str, Any]
"""Columns of a replay, and what they become."""
OVERTAKEN: Found = {}


def who_asked(replay_id: str) -> str | None:
    """Who had the calls replayed; nobody known of a replay from before that was kept."""
    return db.session.get_one(PolicyReplay, replay_id).asked_by_id


def stop(replay_id: str, now: datetime) -> None:
    """Stop a replay for good: it shows nothing that a version could be put in force by."""
    replay = db.session.get_one(PolicyReplay, replay_id)
    if is_running(replay):
        replay.stopped_at = now
        record(
            What.POLICY_REPLAY_STOPPED,
            actor=SYSTEM,
            subject_type="policy",
            subject_id=replay.version_id,
            calls=replay.done_count,
        )


@on_behalf_of(
    Permission.POLICY_WRITE,
    who_asked=who_asked,
    stop=stop,
    why="a person has calls read by a version of the policy that they write",
)
def go_on(replay_id: str, now: datetime) -> None:
    """Read the next piece of a replay, keep what came of it, and set the clock for the one after it.

    The clock is set before, for another worker should this one die meanwhile.
    """
    replay = db.session.get_one(PolicyReplay, replay_id)
    if not is_running(replay):
        return
    set_timer(REPLAY_TIMER, replay_id, now + LEASE)
    db.session.commit()
    with reading():
        place, found = _read_piece(replay_id)
    _keep(replay_id, place, found, now)


def _read_piece(replay_id: str) -> tuple[Place, Found]:
    """The next piece, read: from which place on, and what is to be kept of it."""
    replay = db.session.get_one(PolicyReplay, replay_id)
    version, active = get_version(replay.version_id), find_active()
    newest = latest_replay(version)
    is_same = version.sha256 == replay.sha256 and replay.against == name_of(active)
    if version.state is not VersionState.SHADOW or not is_same or newest is not replay:
        return place_of(replay), OVERTAKEN
    in_force, trial = in_force_by(active), trial_of(version)
    if not replay.result:
        return place_of(replay), _first(replay, in_force, trial)
    return place_of(replay), _PIECES[replay.stage](replay, in_force, trial)


def _keep(replay_id: str, place: Place, found: Found, now: datetime) -> None:
    """Keep a piece, unless another worker has, or the replay was stopped while it was read."""
    replay = db.session.get_one(PolicyReplay, replay_id, with_for_update=True, populate_existing=True)
    if not is_running(replay) or place_of(replay) != place:
        return
    cancel_timers(replay_id, REPLAY_TIMER)
    for name, value in found.items():
        setattr(replay, name, value)
    if found is OVERTAKEN or replay.stage is ReplayStage.DONE:
        replay.finished_at = now
    else:
        set_timer(REPLAY_TIMER, replay.id, now)


def place_of(replay: PolicyReplay) -> Place:
    """How far a replay has come."""
    return replay.stage, replay.result.get("phrases"), replay.done_count, replay.at_call


def _first(replay: PolicyReplay, in_force: Policy, trial: Policy) -> Found:
    """The first piece: both policies are made ready, and everything is counted."""
    for policy in (in_force, trial):
        policy.make_ready()
    with call_files.LABELLED.open(encoding="utf-8") as lines:
        labelled_count = sum(1 for _ in lines)
    empty = Replay(in_force.version, trial.version).values()
    labelled, stored = ReplayStage.LABELLED.value, ReplayStage.STORED.value
    return {
        "call_count": labelled_count + stored_calls.count_since(replay.since),
        "result": {"failing_rules": [], "phrases": 0, labelled: empty, stored: empty},
    }


def _examples(replay: PolicyReplay, in_force: Policy, trial: Policy) -> Found:
    """Every phrase of the new version must still find its own example."""
    at = replay.result["phrases"]
    some = trial.phrases[at : at + PHRASES_AT_ONCE]
    if not some:
        return {"stage": ReplayStage.LABELLED}
    failing = [*replay.result["failing_rules"], *failing_rules(trial, some)]
    return {"result": replay.result | {"failing_rules": failing, "phrases": at + len(some)}}


def _labelled(replay: PolicyReplay, in_force: Policy, trial: Policy) -> Found:
    """Calls that people have decided."""
    at = replay.done_count
    with call_files.LABELLED.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in islice(lines, at, at + LABELLED_AT_ONCE)]
    if not rows:
        return {"stage": ReplayStage.STORED}
    taken = _taken(replay, [call_files.shadow_call(row) for row in rows], in_force, trial)
    return {"result": taken, "done_count": at + len(rows)}


def _stored(replay: PolicyReplay, in_force: Policy, trial: Policy) -> Found:
    """Calls that dispatch offered us, as far as their words are still kept."""
    referrals = stored_calls.calls_after(replay.at_received, replay.at_call)
    if not referrals:
        return {"stage": ReplayStage.DONE}
    return {
        "result": _taken(replay, stored_calls.made_ready(referrals), in_force, trial),
        "done_count": replay.done_count + len(referrals),
        "at_received": referrals[-1].received_at,
        "at_call": referrals[-1].id,
    }


def _taken(
    replay: PolicyReplay, calls: Sequence[ShadowCall], in_force: Policy, trial: Policy
) -> dict[str, Any]:
    result = Replay.of(replay.result[replay.stage.value])
    for call in calls:
        result.take(call, in_force, trial)
    return replay.result | {replay.stage.value: result.values()}


_PIECES: dict[ReplayStage, Callable[[PolicyReplay, Policy, Policy], Found]] = {
    ReplayStage.EXAMPLES: _examples,
    ReplayStage.LABELLED: _labelled,
    ReplayStage.STORED: _stored,
}
TIMER_HANDLERS: dict[str, TimerHandler] = {REPLAY_TIMER: go_on}
