"""The worker's part: replaying calls by a version of the policy, a piece at a time.

First every phrase with its own examples, then the labelled calls that come with the program, then
the stored calls. Words are opened for the screening alone and kept nowhere; a piece takes a fraction of a
second, so that no clock waits for it. Each piece is done with the rights of who asked for the replay.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import islice

from app.accounts.behalf import on_behalf_of
from app.accounts.permissions import Permission
from app.audit.catalogue import What
from app.audit.trail import SYSTEM, record
from app.delivery.timers import TimerHandler, set_timer
from app.foundation.db import db
from app.triage import call_files, stored_calls
from app.triage.policies import active_policy
from app.triage.policy import Policy
from app.triage.policy_examples import failing_rules
from app.triage.shadow import Replay, ShadowCall
from app.triage.version_actions import REPLAY_TIMER
from app.triage.version_models import PolicyReplay, ReplayStage, VersionState
from app.triage.version_queries import get_version, trial_of

LABELLED_AT_ONCE = 100
PHRASES_AT_ONCE = 400


def who_asked(replay_id: str) -> str | None:
    """Who had the calls replayed; nobody known of a replay from before that was kept."""
    return db.session.get_one(PolicyReplay, replay_id).asked_by_id


def stop(replay_id: str, now: datetime) -> None:
    """Stop a replay for good: it shows nothing that a version could be put in force by."""
    replay = db.session.get_one(PolicyReplay, replay_id)
    if replay.finished_at is None and replay.stopped_at is None:
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
    """Do the next piece of a replay, and set the clock for the one after it."""
    replay = db.session.get_one(PolicyReplay, replay_id)
    if replay.stopped_at is not None:
        return
    version, in_force = get_version(replay.version_id), active_policy()
    is_overtaken = version.sha256 != replay.sha256 or in_force.version != replay.against
    if version.state is not VersionState.SHADOW or is_overtaken:
        replay.finished_at = now
        return
    trial = trial_of(version)
    if not replay.result:
        _begin(replay, in_force, trial)
    _PIECES[replay.stage](replay, in_force, trial)
    if replay.stage is ReplayStage.DONE:
        replay.finished_at = now
    else:
        set_timer(REPLAY_TIMER, replay.id, now)


def _begin(replay: PolicyReplay, in_force: Policy, trial: Policy) -> None:
    with call_files.LABELLED.open(encoding="utf-8") as lines:
        labelled_count = sum(1 for _ in lines)
    replay.call_count = labelled_count + stored_calls.count_since(replay.since)
    empty = Replay(in_force.version, trial.version).values()
    replay.result = {
        "failing_rules": [],
        "phrases": 0,
        ReplayStage.LABELLED.value: empty,
        ReplayStage.STORED.value: empty,
    }


def _examples(replay: PolicyReplay, in_force: Policy, trial: Policy) -> None:
    """Every phrase of the new version must still find its own example."""
    at = replay.result["phrases"]
    some = trial.phrases[at : at + PHRASES_AT_ONCE]
    failing = [*replay.result["failing_rules"], *failing_rules(trial, some)]
    replay.result = replay.result | {"failing_rules": failing, "phrases": at + len(some)}
    if not some:
        replay.stage = ReplayStage.LABELLED


def _labelled(replay: PolicyReplay, in_force: Policy, trial: Policy) -> None:
    """Calls that people have decided."""
    with call_files.LABELLED.open(encoding="utf-8") as lines:
        rows = [
            json.loads(line)
            for line in islice(lines, replay.done_count, replay.done_count + LABELLED_AT_ONCE)
        ]
    _take(replay, [call_files.shadow_call(row) for row in rows], in_force, trial)
    replay.done_count += len(rows)
    if not rows:
        replay.stage = ReplayStage.STORED


def _stored(replay: PolicyReplay, in_force: Policy, trial: Policy) -> None:
    """Calls that dispatch offered us, as far as their words are still kept."""
    referrals = stored_calls.calls_after(replay.at_received, replay.at_call)
    _take(replay, stored_calls.made_ready(referrals), in_force, trial)
    replay.done_count += len(referrals)
    if referrals:
        replay.at_received, replay.at_call = referrals[-1].received_at, referrals[-1].id
    else:
        replay.stage = ReplayStage.DONE


def _take(replay: PolicyReplay, calls: Sequence[ShadowCall], in_force: Policy, trial: Policy) -> None:
    result = Replay.of(replay.result[replay.stage.value])
    for call in calls:
        result.take(call, in_force, trial)
    replay.result = replay.result | {replay.stage.value: result.values()}


_PIECES: dict[ReplayStage, Callable[[PolicyReplay, Policy, Policy], None]] = {
    ReplayStage.EXAMPLES: _examples,
    ReplayStage.LABELLED: _labelled,
    ReplayStage.STORED: _stored,
}
TIMER_HANDLERS: dict[str, TimerHandler] = {REPLAY_TIMER: go_on}
