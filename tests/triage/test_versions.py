"""A version of the policy: written, tried in shadow, approved by two, in force, and gone back from."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from app.accounts.permissions import Role
from app.audit.models import AuditEntry
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.referrals.natures import Nature
from app.triage import version_actions, version_queries
from app.triage.policies import active_policy, forget_policy, shipped_policy
from app.triage.policy_changes import AddPhrase, AddTypeWord
from app.triage.policy_examples import failing_rules
from app.triage.policy_files import hash_of, shipped_document, unpacked
from app.triage.rules import Decision
from app.triage.screening import read_call_type, screen_or_return
from app.triage.version_models import PolicyChange, PolicyStep, StepKind, VersionState
from app.triage.version_rules import (
    ApprovedAlready,
    Lack,
    NothingChanged,
    NotReady,
    VersionMoved,
)
from tests.support.policies import (
    ZORPLE,
    make_active,
    make_draft,
    make_shadow,
    replay_to_the_end,
    somebody,
)
from tests.support.screening import SAFE

TOLD = f"{SAFE.narrative} He has a zorple."
pytestmark = pytest.mark.usefixtures("few_labelled")


def decision(narrative=TOLD):
    return screen_or_return(replace(SAFE, narrative=narrative)).decision


def test_before_the_office_has_written_any_the_shipped_policy_is_in_force(app):
    assert active_policy() is shipped_policy()
    assert decision() is Decision.OFFER


def test_a_phrase_of_the_office_is_in_force_after_two_people_have_approved_it(app):
    version = make_active()

    assert active_policy().version == version.name == f"{shipped_policy().version}+1"
    assert decision() is Decision.RETURN
    assert screen_or_return(SAFE).policy_version == version.name


def test_a_draft_and_a_shadow_change_nothing_for_calls(app):
    version = make_shadow()
    db.session.commit()
    forget_policy()

    assert version.state is VersionState.SHADOW
    assert active_policy() is shipped_policy()


def test_what_was_approved_is_what_is_in_force_byte_for_byte(app):
    version = make_active()

    assert version.document is not None
    assert hash_of(unpacked(version.document)) == version.sha256
    given = [step.sha256 for step in version_queries.list_steps(version) if step.kind is StepKind.APPROVED]
    assert given == [version.sha256] * 2


def test_one_person_cannot_approve_twice(app):
    version, actor = make_shadow(), somebody()
    version_actions.approve(version, actor=actor)

    with pytest.raises(ApprovedAlready):
        version_actions.approve(version, actor=actor)
    with pytest.raises(NotReady) as refusal:
        version_actions.activate(version, actor=actor)

    assert str(refusal.value).startswith("One person has approved it.")
    assert version_queries.lacks_of(version, version_queries.find_active()) == [Lack.SECOND_APPROVAL]


def test_without_a_replay_it_cannot_be_put_in_force(app):
    version = make_draft()
    version_actions.to_shadow(version, actor=somebody())
    for _ in range(2):
        version_actions.approve(version, actor=somebody())

    with pytest.raises(NotReady):
        version_actions.activate(version, actor=somebody())
    assert version_queries.lacks_of(version, version_queries.find_active()) == [Lack.NOT_REPLAYED]


def test_a_replay_beside_another_policy_does_not_count(app):
    other, version = make_shadow(), make_shadow()
    for one in (other, version):
        for _ in range(2):
            version_actions.approve(one, actor=somebody())
    version_actions.activate(other, actor=somebody())
    db.session.commit()

    with pytest.raises(NotReady):
        version_actions.activate(version, actor=somebody())
    assert version_queries.lacks_of(version, version_queries.find_active()) == [Lack.REPLAY_OLD]
    version_actions.begin_replay(version, actor=somebody())
    replay_to_the_end(version)
    version_actions.activate(version, actor=somebody())
    assert (other.state, version.state) == (VersionState.RETIRED, VersionState.ACTIVE)


def test_a_phrase_that_breaks_the_example_of_another_stands_in_the_way(app, monkeypatch):
    """An explanation that is too wide would hide what a danger phrase finds."""
    monkeypatch.setattr("app.triage.replays.failing_rules", failing_rules)
    hides = AddPhrase("benign", "harmless", "en", "he has a gun", "He has a gun.", "He has a cold.")
    version = make_shadow(hides)
    for _ in range(2):
        version_actions.approve(version, actor=somebody())

    assert version_queries.lacks_of(version, version_queries.find_active()) == [Lack.EXAMPLES_FAIL]
    with pytest.raises(NotReady):
        version_actions.activate(version, actor=somebody())


def test_an_approval_of_another_text_does_not_count(app):
    version = make_shadow()
    for _ in range(2):
        version_actions.approve(version, actor=somebody())
    version_actions.write_again(version, actor=somebody())
    version_actions.add_change(version, AddTypeWord("zorple", "danger"), "Why not.", actor=somebody())
    version_actions.to_shadow(version, actor=somebody())
    replay_to_the_end(version)

    assert version_queries.lacks_of(version, version_queries.find_active()) == [Lack.FIRST_APPROVAL]


def test_the_same_text_again_has_to_be_approved_again(app):
    version = make_shadow()
    for _ in range(2):
        version_actions.approve(version, actor=somebody())
    version_actions.write_again(version, actor=somebody())
    version_actions.to_shadow(version, actor=somebody())
    replay_to_the_end(version)

    assert version_queries.lacks_of(version, version_queries.find_active()) == [Lack.FIRST_APPROVAL]


def test_one_person_goes_back_to_a_version_that_was_in_force(app):
    first = make_active()
    second = make_active(AddTypeWord("zorple", "danger"))
    assert (first.state, second.state) == (VersionState.RETIRED, VersionState.ACTIVE)

    version_actions.go_back_to(first, "It returned too much.", actor=somebody())
    db.session.commit()

    assert active_policy().version == first.name
    assert second.state is VersionState.RETIRED


def test_one_person_goes_back_to_what_came_with_the_program(app):
    version = make_active()

    version_actions.go_back_to(None, "It returned too much.", actor=somebody())
    db.session.commit()

    assert active_policy() is shipped_policy()
    assert version.state is VersionState.RETIRED
    assert decision() is Decision.OFFER


def test_nobody_goes_back_to_what_was_never_in_force(app):
    with pytest.raises(VersionMoved):
        version_actions.go_back_to(make_shadow(), "Now.", actor=somebody())
    with pytest.raises(VersionMoved):
        version_actions.go_back_to(None, "Now.", actor=somebody())


def test_a_version_begun_from_another_has_its_changes_too(app):
    make_active()
    make_active(AddTypeWord("zorple", "danger"))

    assert decision() is Decision.RETURN
    assert read_call_type("ZORPLE").nature is Nature.DANGER


ACTS = {
    "add": lambda version: version_actions.add_change(version, ZORPLE, "Why.", actor=somebody()),
    "take back": lambda version: version_actions.take_back(version, "1", actor=somebody()),
    "to shadow": lambda version: version_actions.to_shadow(version, actor=somebody()),
    "write again": lambda version: version_actions.write_again(version, actor=somebody()),
    "drop": lambda version: version_actions.drop(version, actor=somebody()),
    "approve": lambda version: version_actions.approve(version, actor=somebody()),
    "activate": lambda version: version_actions.activate(version, actor=somebody()),
    "replay": lambda version: version_actions.begin_replay(version, actor=somebody()),
}


def is_refused(act, version) -> bool:
    try:
        act(version)
    except VersionMoved:
        return True
    return False


def test_a_version_in_force_is_never_changed(app):
    version = make_active()
    before = (version.sha256, version.state)

    for name, act in ACTS.items():
        assert is_refused(act, version), name
        assert (version.sha256, version.state) == before, name


def test_a_change_that_is_taken_back_stays_on_record_and_no_longer_counts(app):
    version = make_draft()
    [change] = version_queries.list_changes(version)

    version_actions.take_back(version, change.id, actor=somebody())

    assert version_queries.document_of(version)["concepts"] == shipped_document()["concepts"]
    assert db.session.scalar(select(func.count()).select_from(PolicyChange)) == 1
    with pytest.raises(VersionMoved):
        version_actions.take_back(version, change.id, actor=somebody())
    with pytest.raises(NotFound):
        version_actions.take_back(version, "nothing", actor=somebody())
    with pytest.raises(NothingChanged):
        version_actions.to_shadow(version, actor=somebody())


def test_every_step_is_on_the_trail_without_anybodys_words(app):
    make_active()

    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.subject_type == "policy")).all()
    assert {entry.what for entry in entries} >= {
        "policy.begun",
        "policy.changed",
        "policy.moved",
        "policy.replayed",
        "policy.approved",
        "policy.put_in_force",
    }
    assert "zorple" not in str([entry.facts for entry in entries])


def test_steps_are_rows_with_a_moment_and_a_person(app):
    version = make_active()

    steps = db.session.scalars(select(PolicyStep).where(PolicyStep.version_id == version.id)).all()
    assert [step.kind for step in sorted(steps, key=lambda one: one.id)] == [
        StepKind.BEGUN,
        StepKind.SHADOWED,
        StepKind.APPROVED,
        StepKind.APPROVED,
        StepKind.ACTIVATED,
    ]
    assert all(step.by_id and step.at <= clock.now() for step in steps)
    assert {step.by.role for step in steps} == {Role.OFFICE_STAFF, Role.COORDINATOR}
