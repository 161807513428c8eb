"""Which policy is in force: the office's active version, and while there is none, the shipped one."""

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

import structlog
from flask import has_app_context
from sqlalchemy import event, select
from sqlalchemy.orm import Session, undefer

from app.foundation.copies import Copy
from app.foundation.db import db
from app.referrals.natures import Nature
from app.roster.lanes import Lane
from app.triage.policy import Policy
from app.triage.policy_documents import policy_from
from app.triage.policy_files import shipped_document, text_of, unpacked
from app.triage.version_models import PolicyVersion, VersionState

log = structlog.get_logger()

SECONDS_OLD = 5.0
"""A process may read by the version before for so long, after another was put in force."""


@cache
def shipped_policy() -> Policy:
    """The policy that comes with this version of the program."""
    return policy_from(shipped_document())


def lanes_for(nature: Nature) -> tuple[Lane, ...]:
    """The lanes that may answer a nature of call, the fitting one first; none while no policy can be read."""
    policy = policy_if_readable()
    return policy.natures[nature].lanes if policy else ()


def active_policy() -> Policy:
    """The policy that calls are screened by now; without a database the shipped one.

    Raises `BadPolicy` when the version in force cannot be read.
    """
    return _in_force.get()[1] if has_app_context() else shipped_policy()


def policy_if_readable() -> Policy | None:
    """The policy in force; None when it cannot be read, whatever is wrong with it.

    A call is kept and given back then: it is never lost because our rules are broken.
    """
    try:
        return active_policy()
    except Exception:  # a damaged document raises whatever its parts do
        log.exception("policy_not_loaded")
        return None


def forget_policy() -> None:
    """Another version is in force: this process reads by it from its next question on."""
    _in_force.forget()


def forget_policy_when_kept() -> None:
    """The same as soon as what was changed is committed: earlier, another thread would keep the old one."""
    session = db.session()
    if not event.contains(session, "after_commit", _forget_when_kept):
        event.listen(session, "after_commit", _forget_when_kept)


def _forget_when_kept(session: Session) -> None:
    if not session.in_nested_transaction():
        forget_policy()


def in_force_by(active: PolicyVersion | None) -> Policy:
    """The policy of the version in force as the database has it. Raises `BadPolicy`."""
    return policy_of(active) if active else shipped_policy()


def policy_of_document(document: Mapping[str, Any]) -> Policy:
    """The policy of a document, made once while it is the same. Raises `BadPolicy`."""
    return _read_text(text_of(document))


def policy_of(version: PolicyVersion) -> Policy:
    """The policy of a version that is no draft. Raises `BadPolicy`."""
    if version.document is None or version.sha256 is None:
        raise ValueError("A draft has no document yet.")
    return _read(version.sha256, version.document)


@lru_cache(maxsize=2)
def _read_text(text: str) -> Policy:
    return policy_from(json.loads(text))


@lru_cache(maxsize=4)
def _read(sha256: str, document: bytes) -> Policy:
    return policy_from(unpacked(document))


def _load(kept: tuple[str | None, Policy] | None) -> tuple[str | None, Policy]:
    """The version in force and its policy; what was kept, while it is the same."""
    active = select(PolicyVersion.sha256).where(PolicyVersion.state == VersionState.ACTIVE)
    sha256 = db.session.scalar(active)
    if kept and kept[0] == sha256:
        return kept
    if sha256 is None:
        return None, shipped_policy()
    version = select(PolicyVersion).where(PolicyVersion.sha256 == sha256).limit(1)
    policy = policy_of(db.session.scalars(version.options(undefer(PolicyVersion.document))).one())
    policy.make_ready()  # by this thread alone, while the others read by the one before
    return sha256, policy


_in_force: Copy[tuple[str | None, Policy]] = Copy(_load, seconds=SECONDS_OLD)
