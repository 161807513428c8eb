"""The version in force: seen by every process within seconds, one at a time, and safe when broken."""

from threading import Barrier, Thread
from time import monotonic

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.foundation.db import db
from app.triage import policies, version_actions, version_queries
from app.triage.policies import active_policy, forget_policy, shipped_policy
from app.triage.policy_changes import AddTypeWord
from app.triage.rules import Decision
from app.triage.screening import screen_or_return
from app.triage.version_models import PolicyVersion, VersionState
from app.triage.version_rules import NotReady, VersionMoved
from tests.support.policies import make_active, make_shadow, somebody
from tests.support.screening import SAFE

pytestmark = pytest.mark.usefixtures("few_labelled")


def test_a_version_that_cannot_be_read_returns_every_call(app):
    version = make_active()
    version.document, version.sha256 = b"nothing that was ever packed", "0" * 64
    db.session.commit()
    forget_policy()

    verdict = screen_or_return(SAFE)

    assert verdict.decision is Decision.RETURN
    assert verdict.first_code == "policy_not_loaded"


def test_a_process_sees_another_version_within_seconds(app, monkeypatch):
    """Nobody tells the other processes: their copy ages."""
    assert active_policy() is shipped_policy()
    monkeypatch.setattr("app.triage.version_actions.forget_policy_when_kept", lambda: None)
    version = make_active()
    assert active_policy() is shipped_policy()
    assert policies.SECONDS_OLD <= 10

    monkeypatch.setattr("app.foundation.copies.monotonic", lambda: monotonic() + 10)

    assert active_policy().version == version.name


def test_a_replay_against_the_policy_of_a_moment_ago_does_not_count(app, monkeypatch):
    """This process may still read calls by the one before; what is put in force goes by the database."""
    second = make_shadow(AddTypeWord("zorple", "danger"))
    for _ in range(2):
        version_actions.approve(second, actor=somebody())
    assert active_policy() is shipped_policy()
    monkeypatch.setattr("app.triage.version_actions.forget_policy_when_kept", lambda: None)
    make_active()
    db.session.commit()

    with pytest.raises(NotReady):
        version_actions.activate(second, actor=somebody())


def test_the_database_keeps_two_from_being_in_force(app):
    make_active()
    second = make_shadow(AddTypeWord("zorple", "danger"))
    db.session.commit()
    second.state = VersionState.ACTIVE

    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_of_two_who_put_versions_in_force_at_once_one_is_told_that_it_has_moved(app):
    versions = [make_shadow(), make_shadow(AddTypeWord("zorple", "danger"))]
    for version in versions:
        for _ in range(2):
            version_actions.approve(version, actor=somebody())
    ids, actor = [version.id for version in versions], somebody()
    db.session.commit()
    both, said = Barrier(2), []

    def put(version_id):
        with app.app_context():
            try:
                both.wait()
                version_actions.activate(version_queries.get_version(version_id), actor=actor)
                db.session.commit()
                said.append("in force")
            except (VersionMoved, NotReady) as refusal:
                db.session.rollback()
                said.append(type(refusal).__name__)
            finally:
                db.session.remove()

    threads = [Thread(target=put, args=(one,)) for one in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    db.session.expire_all()
    in_force = select(func.count()).where(PolicyVersion.state == VersionState.ACTIVE)
    assert db.session.scalar(in_force) == 1
    assert sorted(said) in (["NotReady", "in force"], ["VersionMoved", "in force"])
