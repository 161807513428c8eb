"""Two at once: one form sent twice, and two people deciding on one input."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.audit.trail import RESIDENT
from app.foundation.db import db
from app.foundation.errors import DomainError
from app.inputs import actions
from app.inputs.models import Input, InputState, InputStateRow, PublishedText
from app.places.models import Area
from tests.support.inputs import count, make_input, new_input
from tests.support.people import make_account


def at_once(app: Flask, *acts: Callable[[], object]) -> list[object]:
    """Do these at the same moment, each in its own transaction; a refusal is its answer."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        with app.app_context():
            start.wait()
            try:
                answer = act()
                db.session.commit()
            except DomainError as refusal:
                db.session.rollback()
                return type(refusal)
            return answer

    db.session.commit()
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.guarded_rows
@pytest.mark.parametrize("turn", range(3))
def test_a_form_sent_twice_at_once_is_one_input_with_one_receipt(app: Flask, area: Area, turn: int) -> None:
    new = new_input(area)
    receipts = at_once(
        app, *[lambda: actions.send_input(new, is_flood=False, actor=RESIDENT) for _ in range(4)]
    )

    assert len(set(receipts)) == 1
    assert count(Input) == 1
    assert count(InputStateRow) == 1


def test_two_who_decide_at_once_are_one_decision(app: Flask, area: Area) -> None:
    sent_id = make_input(area).id
    staff = actor_of(make_account(Role.OFFICE_STAFF))

    def load() -> Input:
        return db.session.scalars(select(Input).where(Input.id == sent_id)).one()

    answers = at_once(
        app,
        lambda: actions.publish(load(), "The light is out.", seen=1, actor=staff),
        lambda: actions.publish(load(), "A light is out.", seen=1, actor=staff),
    )

    assert sorted(map(str, answers)) != ["None", "None"]
    assert count(PublishedText) == 1
    assert db.session.scalars(select(Input.state)).one() is InputState.PUBLISHED
