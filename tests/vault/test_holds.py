"""Legal holds: two people, exact records, an end; and the sweep leaves out those and nothing else."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Account
from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.cases.models import ConflictCase
from app.foundation import clock
from app.foundation.db import db
from app.vault import hold_actions, sweep
from app.vault.hold_models import HoldReason, HoldState, LegalHold, Subject
from app.vault.hold_rules import HoldRefused, SecondPersonNeeded
from app.vault.models import DataKey
from app.vault.upcoming import look_ahead
from tests.support.cases import make_case
from tests.support.people import ClientAs, make_account
from tests.support.retention import are_alive, make_everything

BEGAN = clock.now() - timedelta(days=400)


@pytest.fixture
def two(app: Flask) -> list[Account]:
    return [make_account(Role.OFFICE_STAFF), make_account(Role.OFFICE_STAFF)]


def propose(by: Account, subject: Subject, *ids: str, **fields: Any) -> LegalHold:
    wanted = {
        "reason": HoldReason.SUBPOENA,
        "register_number": "LR 2026-7",
        "ends_at": clock.now() + timedelta(days=180),
        **fields,
    }
    return hold_actions.propose(subject, ids, actor=actor_of(by), **wanted)


def hold(two: list[Account], subject: Subject, *ids: str, **fields: Any) -> LegalHold:
    held = propose(two[0], subject, *ids, **fields)
    hold_actions.move(held, HoldState.HELD, actor=actor_of(two[1]))
    db.session.commit()
    return held


@pytest.mark.parametrize(
    ("subject", "name", "key"),
    [
        (Subject.REFERRAL, "call", "call"),
        (Subject.CASE, "case", "case"),
        (Subject.HANDOFF, "handoff", "handoff"),
        (Subject.INPUT, "answered", "answered"),
    ],
)
def test_the_sweep_leaves_out_exactly_what_is_held(
    app: Flask, two: list[Account], subject: Subject, name: str, key: str
) -> None:
    kept = make_everything(BEGAN)
    hold(two, subject, getattr(kept, name).id)
    sweep.sweep(clock.now())

    assert are_alive(kept.key_ids) == {key}


def test_a_hold_on_a_case_keeps_the_words_of_its_contacts_too(app: Flask, two: list[Account]) -> None:
    kept = make_everything(BEGAN)
    field_log = db.session.scalars(select(DataKey.id).where(DataKey.purpose == "contact")).one()
    hold(two, Subject.CASE, kept.field_case.id)
    sweep.sweep(clock.now())

    assert are_alive({"log": field_log}) == {"log"}


def test_a_proposal_alone_holds_nothing(app: Flask, two: list[Account]) -> None:
    kept = make_everything(BEGAN)
    propose(two[0], Subject.CASE, kept.case.id)
    db.session.commit()
    sweep.sweep(clock.now())

    assert are_alive(kept.key_ids) == set()


def test_nobody_confirms_or_releases_alone(app: Flask, two: list[Account]) -> None:
    kept = make_everything(BEGAN)
    held = propose(two[0], Subject.CASE, kept.case.id)
    with pytest.raises(SecondPersonNeeded):
        hold_actions.move(held, HoldState.HELD, actor=actor_of(two[0]))
    hold_actions.move(held, HoldState.HELD, actor=actor_of(two[1]))
    hold_actions.move(held, HoldState.RELEASE_PROPOSED, actor=actor_of(two[1]))
    with pytest.raises(SecondPersonNeeded):
        hold_actions.move(held, HoldState.RELEASED, actor=actor_of(two[1]))
    hold_actions.move(held, HoldState.RELEASED, actor=actor_of(two[0]))

    assert [step.state for step in held.steps] == [
        HoldState.PROPOSED,
        HoldState.HELD,
        HoldState.RELEASE_PROPOSED,
        HoldState.RELEASED,
    ]
    said = db.session.scalars(select(AuditEntry.what).where(AuditEntry.subject_id == held.id)).all()
    assert set(said) == {
        What.HOLD_PROPOSED,
        What.HOLD_CONFIRMED,
        What.HOLD_RELEASE_PROPOSED,
        What.HOLD_RELEASED,
    }


def test_a_proposed_release_still_holds_and_a_done_one_does_not(app: Flask, two: list[Account]) -> None:
    kept = make_everything(BEGAN)
    held = hold(two, Subject.CASE, kept.case.id)
    hold_actions.move(held, HoldState.RELEASE_PROPOSED, actor=actor_of(two[0]))
    db.session.commit()
    sweep.sweep(clock.now())
    assert are_alive(kept.key_ids) == {"case"}
    hold_actions.move(held, HoldState.RELEASED, actor=actor_of(two[1]))
    db.session.commit()
    sweep.sweep(clock.now())
    assert are_alive(kept.key_ids) == set()


def test_a_hold_ends_by_itself(app: Flask, two: list[Account]) -> None:
    kept = make_everything(BEGAN)
    hold(two, Subject.CASE, kept.case.id, ends_at=clock.now() + timedelta(days=10))
    sweep.sweep(clock.now() + timedelta(days=9))
    assert are_alive(kept.key_ids) == {"case"}
    sweep.sweep(clock.now() + timedelta(days=11))
    assert are_alive(kept.key_ids) == set()


def test_what_is_destroyed_or_never_was_cannot_be_held(app: Flask, two: list[Account]) -> None:
    kept = make_everything(BEGAN)
    waiting = propose(two[0], Subject.CASE, kept.case.id)
    db.session.commit()
    sweep.sweep(clock.now())
    for subject, one in (
        (Subject.CASE, kept.case.id),
        (Subject.CASE, "0" * 26),
        (Subject.CASE, kept.call.id),
        (Subject.INPUT, two[0].id),
    ):
        with pytest.raises(HoldRefused):
            propose(two[0], subject, one)
    with pytest.raises(HoldRefused):
        hold_actions.move(waiting, HoldState.HELD, actor=actor_of(two[1]))


def test_the_page_counts_what_is_held(app: Flask, two: list[Account]) -> None:
    kept = make_everything(BEGAN)
    hold(two, Subject.CASE, kept.case.id)

    ahead = {one.kind.value: one for one in look_ahead(clock.now())}
    assert (ahead["case"].held, ahead["case"].overdue) == (1, 0)
    assert (ahead["handoff"].held, ahead["handoff"].overdue) == (0, 1)


def _form(case: ConflictCase) -> dict[str, str]:
    until = (clock.now() + timedelta(days=90)).date().isoformat()
    return {
        "subject": "case",
        "ids": case.id,
        "reason": "subpoena",
        "register_number": "LR 2026-7",
        "ends_on": until,
    }


def test_two_people_hold_and_release_by_the_pages(app: Flask, client_as: ClientAs) -> None:
    kept = make_everything(BEGAN)
    ana, ben = client_as(Role.OFFICE_STAFF), client_as(Role.OFFICE_STAFF)
    assert ana.post("/retention/holds/new", data=_form(kept.case)).status_code == 302
    held = db.session.scalars(select(LegalHold)).one()
    address = f"/retention/holds/{held.id}"

    def state_after(who: Any, act: str) -> HoldState:
        assert who.post(f"{address}/{act}").status_code == 302
        db.session.expire_all()
        return db.session.get_one(LegalHold, held.id).state

    assert state_after(ana, "confirm") is HoldState.PROPOSED
    assert "second person" in ana.get("/retention/holds").text
    assert state_after(ben, "confirm") is HoldState.HELD
    page = ben.get("/retention/holds").text
    assert kept.case.id in page
    assert re.search(r"Propose to release it", page)
    assert state_after(ben, "propose-release") is HoldState.RELEASE_PROPOSED
    assert state_after(ben, "release") is HoldState.RELEASE_PROPOSED
    assert state_after(ana, "release") is HoldState.RELEASED


WITHOUT_LIMITS = (
    {"ids": "*"},
    {"ids": "everything of Ana"},
    {"subject": "account"},
    {"ends_on": "2199-01-01"},
    {"ends_on": "2020-01-01"},
    {"register_number": ""},
    {"reason": "because"},
)


@pytest.mark.one_database
def test_a_hold_without_limits_is_refused_on_the_page(app: Flask, client_as: ClientAs) -> None:
    """And with them it is not: what is refused is what was changed."""
    form, client = _form(make_case()), client_as(Role.OFFICE_STAFF)

    for changes in WITHOUT_LIMITS:
        answer = client.post("/retention/holds/new", data=form | changes)
        assert answer.status_code == 422, changes
        assert db.session.scalars(select(LegalHold)).all() == [], changes
    assert client.post("/retention/holds/new", data=form).status_code == 302


@pytest.mark.one_database
def test_an_auditor_reads_and_does_not_hold(app: Flask, client_as: ClientAs) -> None:
    auditor = client_as(Role.AUDITOR)
    assert auditor.get("/retention").status_code == 200
    assert auditor.get("/retention/holds").status_code == 200
    assert auditor.get("/retention/holds/new").status_code == 403
    assert client_as(Role.COORDINATOR).get("/retention").status_code == 403


@pytest.mark.one_database
def test_a_proposal_can_be_dropped(app: Flask, client_as: ClientAs) -> None:
    kept = make_everything(BEGAN)
    ana = client_as(Role.OFFICE_STAFF)
    ana.post("/retention/holds/new", data=_form(kept.case))
    held = db.session.scalars(select(LegalHold)).one()
    ana.post(f"/retention/holds/{held.id}/drop")
    db.session.expire_all()
    assert db.session.get_one(LegalHold, held.id).state is HoldState.DROPPED
