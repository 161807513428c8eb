"""Writing a version of the policy, having it approved, and putting it in force."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.audit.catalogue import What
from app.audit.trail import Actor, record
from app.delivery.timers import set_timer
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.ids import new_id
from app.triage import version_queries as queries
from app.triage import version_rules as rules
from app.triage.policies import forget_policy_when_kept, policy_of, shipped_policy
from app.triage.policy import Policy
from app.triage.policy_changes import AddPhrase, Change, RetirePhrase, phrase_at
from app.triage.policy_examples import failing_rules
from app.triage.policy_files import hash_of, packed, shipped_document
from app.triage.version_models import (
    PolicyChange,
    PolicyReplay,
    PolicyStep,
    PolicyVersion,
    ReplayStage,
    StepKind,
    VersionState,
)

REPLAY_TIMER = "policy.replay"


def begin_version(*, actor: Actor, from_program: bool = False) -> PolicyVersion:
    """Begin a draft from the policy in force, or from the one that came with the program."""
    number = queries.next_number()
    base = None if from_program else queries.find_active()
    shipped = base.shipped if base else shipped_policy().version
    version = PolicyVersion(
        id=new_id(),
        number=number,
        name=f"{shipped}+{number}",
        base_id=base.id if base else None,
        base_sha256=base.sha256 if base else hash_of(shipped_document()),
        shipped=shipped,
        state=VersionState.DRAFT,
        begun_at=clock.now(),
    )
    _alone(lambda: db.session.add(version))
    _note_step(version, StepKind.BEGUN, actor)
    _record(What.POLICY_BEGUN, version, actor)
    return version


def add_change(version: PolicyVersion, change: Change, why: str, *, actor: Actor) -> PolicyChange:
    """Change a draft. Refused (`DoesNotHold`) when no calls could be read by what would come of it."""
    lock(version)
    _require_draft(version)
    before = try_change(version, change)
    row = PolicyChange(
        id=new_id(),
        version_id=version.id,
        at=clock.now(),
        by_id=actor.id,
        why=why,
        values=change.values(),
        is_less_careful=change.is_less_careful(before),
    )
    db.session.add(row)
    db.session.flush()
    _record(What.POLICY_CHANGED, version, actor, change=change.name, less_careful=row.is_less_careful)
    return row


def try_change(version: PolicyVersion, change: Change) -> dict[str, Any]:
    """Try a change of a draft, which takes a second; gives the document before it. Raises `DoesNotHold`."""
    before = queries.document_of(version)
    trial = queries.trial_of(version, change)
    if isinstance(change, AddPhrase):
        _require_examples(trial, change.rule(before))
    return before


def take_back(version: PolicyVersion, change_id: str, *, actor: Actor) -> None:
    """Take a change of a draft back; it stays on record. Refused when the others cannot stand without it."""
    lock(version)
    _require_draft(version)
    row = next((one for one in queries.list_changes(version) if one.id == change_id), None)
    if row is None:
        raise NotFound
    if row.taken_back_at is not None:
        raise rules.VersionMoved
    before = queries.document_of(version)
    row.taken_back_at, row.taken_back_by_id = clock.now(), actor.id
    db.session.flush()
    _require_holds_without(version, before)
    _record(What.POLICY_CHANGED, version, actor, change="taken_back")


def to_shadow(version: PolicyVersion, *, actor: Actor) -> None:
    """End the draft: the document is made as it will be, and calls are replayed by it."""
    lock(version)
    rules.require_next(version.state, VersionState.SHADOW)
    if not queries.standing(queries.list_changes(version)):
        raise rules.NothingChanged
    queries.trial_of(version)
    document = queries.document_of(version)
    version.document, version.sha256 = packed(document), hash_of(document)
    _move(version, VersionState.SHADOW, StepKind.SHADOWED, actor)
    _begin_replay(version, actor)


def write_again(version: PolicyVersion, *, actor: Actor) -> None:
    """Back to the draft. Approvals so far were of another text, and no longer count."""
    lock(version)
    rules.require_next(version.state, VersionState.DRAFT)
    version.document = version.sha256 = None
    _move(version, VersionState.DRAFT, StepKind.WRITTEN_AGAIN, actor)


def drop(version: PolicyVersion, *, actor: Actor) -> None:
    """Give a version up. It stays on record."""
    lock(version)
    rules.require_next(version.state, VersionState.DROPPED)
    _move(version, VersionState.DROPPED, StepKind.DROPPED, actor)


def begin_replay(version: PolicyVersion, *, actor: Actor) -> PolicyReplay:
    """Have the worker read the calls of the last 30 days by this version, beside the policy in force."""
    lock(version)
    if version.state is not VersionState.SHADOW:
        raise rules.VersionMoved
    if queries.is_running(queries.latest_replay(version)):
        raise rules.ReplayRuns
    return _begin_replay(version, actor)


def _begin_replay(version: PolicyVersion, actor: Actor) -> PolicyReplay:
    """One that still runs ends by itself, as it is the newest no more."""
    now = clock.now()
    since = now - timedelta(days=rules.REPLAYED_DAYS)
    replay = PolicyReplay(
        id=new_id(),
        version_id=version.id,
        sha256=version.sha256 or "",
        against=queries.name_of(queries.find_active()),
        shipped=shipped_policy().version,
        begun_at=now,
        asked_by_id=actor.id,
        since=since,
        at_received=since,
        stage=ReplayStage.EXAMPLES,
        result={},
    )
    db.session.add(replay)
    db.session.flush()
    set_timer(REPLAY_TIMER, replay.id, now)
    _record(What.POLICY_REPLAYED, version, actor, days=rules.REPLAYED_DAYS)
    return replay


def approve(version: PolicyVersion, *, actor: Actor) -> None:
    """Say yes to exactly this document. Two different people have to."""
    lock(version)
    rules.require_next(version.state, VersionState.ACTIVE)
    if version.state is not VersionState.SHADOW:
        raise rules.VersionMoved
    if actor.id in queries.approvers(version):
        raise rules.ApprovedAlready
    _note_step(version, StepKind.APPROVED, actor)
    _record(What.POLICY_APPROVED, version, actor, sha256=version.sha256)


def activate(version: PolicyVersion, *, actor: Actor) -> None:
    """Read calls by this version from now on. Refused while anything lacks."""
    lock(version)
    if version.state is not VersionState.SHADOW:
        raise rules.VersionMoved
    active = queries.find_active()
    if lacking := queries.lacks_of(version, active):
        raise rules.NotReady(lacking)
    _put_in_force(version, active, StepKind.ACTIVATED, actor)


def go_back_to(version: PolicyVersion | None, reason: str, *, actor: Actor) -> None:
    """Read calls by a version that was in force before, at once; None: by what came with the program.

    One person is enough: two approved it once.
    """
    active = queries.find_active()
    if version is not None:
        lock(version)
        if version.state is not VersionState.RETIRED:
            raise rules.VersionMoved
        _put_in_force(version, active, StepKind.GONE_BACK_TO, actor, reason)
        return
    if active is None:
        raise rules.VersionMoved
    require_readable(None)
    lock(active)
    _move(active, VersionState.RETIRED, StepKind.RETIRED, actor, reason)
    _record(What.POLICY_PUT_IN_FORCE, active, actor, in_force=shipped_policy().version)
    forget_policy_when_kept()


def require_readable(version: PolicyVersion | None) -> None:
    """Make a version ready to read calls by; None: the one of the program. Raises `Unreadable`."""
    try:
        (policy_of(version) if version else shipped_policy()).make_ready()
    except Exception as problem:  # whatever is wrong with it, it must not give every call back
        raise rules.Unreadable from problem


def lock(version: PolicyVersion) -> None:
    """Hold a version until this transaction ends: whoever acts on it next sees what we did."""
    db.session.execute(select(PolicyVersion.id).where(PolicyVersion.id == version.id).with_for_update())
    db.session.refresh(version)


def _put_in_force(
    version: PolicyVersion, active: PolicyVersion | None, kind: StepKind, actor: Actor, reason: str = ""
) -> None:
    """Retire `active`, which was looked at, and no other: whoever was faster makes this `VersionMoved`."""
    require_readable(version)
    if active is not None:
        lock(active)
        _move(active, VersionState.RETIRED, StepKind.RETIRED, actor)
    _alone(lambda: _move(version, VersionState.ACTIVE, kind, actor, reason))
    _record(What.POLICY_PUT_IN_FORCE, version, actor, sha256=version.sha256)
    forget_policy_when_kept()


def _alone(act: Callable[[], None]) -> None:
    """Do what the database lets one do at a time; `VersionMoved` when somebody was faster."""
    try:
        with db.session.begin_nested():
            act()
            db.session.flush()
    except IntegrityError:
        raise rules.VersionMoved from None


def _move(version: PolicyVersion, to: VersionState, kind: StepKind, actor: Actor, reason: str = "") -> None:
    rules.require_next(version.state, to)
    version.state = to
    db.session.flush()
    _note_step(version, kind, actor, reason)
    _record(What.POLICY_MOVED, version, actor, state=to.value)


def _note_step(version: PolicyVersion, kind: StepKind, actor: Actor, reason: str = "") -> None:
    db.session.add(
        PolicyStep(
            id=new_id(),
            version_id=version.id,
            kind=kind,
            at=clock.now(),
            by_id=actor.id,
            reason=reason,
            sha256=version.sha256,
        )
    )
    db.session.flush()


def _require_examples(trial: Policy, rule: str) -> None:
    if failing_rules(trial, [one for one in trial.phrases if one.rule == rule]):
        raise rules.ExampleFails


def _require_holds_without(version: PolicyVersion, before: Mapping[str, Any]) -> None:
    """A change is taken back: the others still stand, and what they take out by its number is the same."""
    try:
        after = queries.document_of(version)
    except rules.BaseChanged as problem:
        raise rules.DoesNotHold from problem
    queries.trial_of(version)
    changes = queries.standing(queries.list_changes(version))
    retired = [one.rule for one in changes if isinstance(one, RetirePhrase)]
    if any(phrase_at(before, rule) != phrase_at(after, rule) for rule in retired):
        raise rules.DoesNotHold


def _require_draft(version: PolicyVersion) -> None:
    if version.state is not VersionState.DRAFT:
        raise rules.VersionMoved


def _record(what: What, version: PolicyVersion, actor: Actor, **facts: Any) -> None:
    record(
        what,
        actor=actor,
        subject_type="policy",
        subject_id=version.id,
        version=version.name,
        **facts,
    )
