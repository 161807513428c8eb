"""Reading the office's versions of the policy, and what is known of each."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.paging import Page, page_of
from app.triage.policies import policy_of, policy_of_document, shipped_policy
from app.triage.policy import Policy
from app.triage.policy_changes import BadChange, Change, change_of, with_changes
from app.triage.policy_documents import BadPolicy
from app.triage.policy_files import hash_of, shipped_document, unpacked
from app.triage.version_models import (
    PolicyChange,
    PolicyReplay,
    PolicyStep,
    PolicyVersion,
    ReplayStage,
    StepKind,
    VersionState,
)
from app.triage.version_rules import BaseChanged, DoesNotHold, Lack, ReplayTold, lacks

OPEN_SHOWN = 10


def page_of_versions(number: int) -> Page[PolicyVersion]:
    """The versions, newest first."""
    newest = select(PolicyVersion).order_by(PolicyVersion.number.desc())
    return page_of(newest.options(joinedload(PolicyVersion.base)), number)


def get_version(version_id: str) -> PolicyVersion:
    """One version; `NotFound` for what is none."""
    wanted = select(PolicyVersion).where(PolicyVersion.id == version_id)
    found = db.session.scalars(wanted.options(joinedload(PolicyVersion.base))).one_or_none()
    if found is None:
        raise NotFound
    return found


def find_version(name: str) -> PolicyVersion | None:
    """The version that screenings call by this name."""
    wanted = select(PolicyVersion).where(PolicyVersion.name == name).order_by(PolicyVersion.number.desc())
    return db.session.scalars(wanted.limit(1)).first()


def find_active() -> PolicyVersion | None:
    """The version in force; None while the shipped one is."""
    return db.session.scalars(
        select(PolicyVersion).where(PolicyVersion.state == VersionState.ACTIVE)
    ).one_or_none()


def list_open() -> Sequence[PolicyVersion]:
    """Versions that are written or tried now, newest first: a handful (one query)."""
    is_open = PolicyVersion.state.in_([VersionState.DRAFT, VersionState.SHADOW])
    newest = select(PolicyVersion).where(is_open).order_by(PolicyVersion.number.desc())
    return db.session.scalars(newest.limit(OPEN_SHOWN)).all()


def list_replaced() -> Sequence[PolicyVersion]:
    """Versions that were in force before, the one that was so last first (one query)."""
    retired_at = (
        select(func.max(PolicyStep.at))
        .where(PolicyStep.version_id == PolicyVersion.id, PolicyStep.kind == StepKind.RETIRED)
        .scalar_subquery()
    )
    was = select(PolicyVersion).where(PolicyVersion.state == VersionState.RETIRED)
    latest_first = was.order_by(retired_at.desc(), PolicyVersion.number.desc())
    return db.session.scalars(latest_first.limit(OPEN_SHOWN)).all()


def next_number() -> int:
    return (db.session.scalar(select(func.max(PolicyVersion.number))) or 0) + 1


def list_changes(version: PolicyVersion) -> Sequence[PolicyChange]:
    """Its changes, first ones first, those taken back among them (one query)."""
    changes = select(PolicyChange).where(PolicyChange.version_id == version.id)
    ordered = changes.order_by(PolicyChange.at, PolicyChange.id).options(joinedload(PolicyChange.by))
    return db.session.scalars(ordered).all()


def standing(rows: Sequence[PolicyChange]) -> list[Change]:
    """The changes that count: those not taken back."""
    return [change_of(row.values) for row in rows if row.taken_back_at is None]


def list_steps(version: PolicyVersion) -> Sequence[PolicyStep]:
    """Its steps, newest first (one query)."""
    steps = select(PolicyStep).where(PolicyStep.version_id == version.id)
    ordered = steps.order_by(PolicyStep.at.desc(), PolicyStep.id.desc()).options(joinedload(PolicyStep.by))
    return db.session.scalars(ordered).all()


def approvers(version: PolicyVersion) -> list[str]:
    """Who approved exactly the document that this version has now."""
    given = select(PolicyStep.by_id).where(
        PolicyStep.version_id == version.id,
        PolicyStep.kind == StepKind.APPROVED,
        PolicyStep.sha256 == version.sha256,
        PolicyStep.at >= _shadowed_at(version),
    )
    return list(db.session.scalars(given))


def _shadowed_at(version: PolicyVersion) -> Any:
    """When it last left the draft: an approval from before was of another text."""
    return (
        select(func.max(PolicyStep.at))
        .where(PolicyStep.version_id == version.id, PolicyStep.kind == StepKind.SHADOWED)
        .scalar_subquery()
    )


def latest_replay(version: PolicyVersion) -> PolicyReplay | None:
    """Its newest replay (one query)."""
    replays = select(PolicyReplay).where(PolicyReplay.version_id == version.id)
    return db.session.scalars(
        replays.order_by(PolicyReplay.begun_at.desc(), PolicyReplay.id.desc()).limit(1)
    ).first()


def is_running(replay: PolicyReplay | None) -> bool:
    """Whether the worker still has something of a replay to do."""
    return replay is not None and replay.finished_at is None and replay.stopped_at is None


def lacks_of(version: PolicyVersion, active: PolicyVersion | None) -> list[Lack]:
    """What a version in shadow lacks before it may be put in force instead of `active`.

    The version in force is passed in, as the database has it: the copy a process reads calls by
    may be seconds old, and a replay against the policy of a moment ago is none.
    """
    replay = latest_replay(version)
    told = replay and ReplayTold(
        is_finished=replay.finished_at is not None and replay.stage is ReplayStage.DONE,
        sha256=replay.sha256,
        against=replay.against,
        shipped=replay.shipped,
        begun_at=replay.begun_at,
        failing_rules=replay.result.get("failing_rules", ()),
    )
    return lacks(
        sha256=version.sha256,
        in_force=name_of(active),
        shipped=shipped_policy().version,
        now=clock.now(),
        replay=told or None,
        approvers=approvers(version),
    )


def name_of(active: PolicyVersion | None) -> str:
    """How screenings name the policy in force; None is the one that came with the program."""
    return active.name if active else shipped_policy().version


def is_behind(version: PolicyVersion) -> bool:
    """Whether the program has brought another policy than the one that a version stems from."""
    return version.shipped != shipped_policy().version


def document_of(version: PolicyVersion | None) -> dict[str, Any]:
    """The document of a version, of a draft with its changes so far; of None, what came with the program.

    Raises `BaseChanged` for a draft that was begun from rules which are not there any more.
    """
    if version is None:
        return shipped_document()
    if version.document is not None:
        return unpacked(version.document)
    try:
        changed = with_changes(_base_of(version), standing(list_changes(version)))
    except BadChange as bad:
        raise BaseChanged from bad
    return changed | {"version": version.name}


def has_base(version: PolicyVersion) -> bool:
    """Whether the rules that a version was begun from are still there as they were."""
    try:
        _base_of(version)
    except BaseChanged:
        return False
    return True


def _base_of(version: PolicyVersion) -> dict[str, Any]:
    """The document that a version was begun from, exactly: its changes name phrases by their number."""
    base = document_of(version.base)
    if version.base_sha256 is None:  # from before that was kept
        is_there = version.base is not None or base["version"] == version.shipped
    else:
        is_there = hash_of(base) == version.base_sha256
    if not is_there:
        raise BaseChanged
    return base


def trial_of(version: PolicyVersion, *more: Change) -> Policy:
    """The policy that a version is or would be, with one change more. Raises `DoesNotHold`."""
    if version.document is not None and not more:
        return policy_of(version)
    try:
        return policy_of_document(with_changes(document_of(version), more))
    except (BadPolicy, BadChange) as bad:
        raise DoesNotHold(more[0].name if more else "") from bad
