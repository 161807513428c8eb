"""Steps, clocks and timers of a service referral, and who may be referred."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.permissions import Permission
from app.audit.models import AuditEntry
from app.delivery.models import DueTimer
from app.delivery.timers import fire_next
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.handoffs import actions, queries, rules
from app.handoffs.actions import NobodyAnswers
from app.handoffs.models import Handoff, HandoffState, How, RefusalReason, SaidBy
from app.handoffs.rules import NotNow, Turn
from app.handoffs.timers import TIMER_HANDLERS
from app.vault import erasures
from tests.support.cases import make_case, make_party
from tests.support.directory import make_service
from tests.support.handoffs import NEED, PACKET, make_world, terms


@pytest.fixture
def world(app):
    return make_world()


def waiting_timers() -> list[tuple[str, str]]:
    rows = db.session.scalars(
        select(DueTimer).where(DueTimer.cancelled_at.is_(None), DueTimer.done_at.is_(None))
    )
    return [(row.kind, row.subject_id) for row in rows]


def test_sending_starts_the_partners_clock_and_an_answer_stops_it(world):
    handoff = world.sent()
    assert waiting_timers() == [("handoff.answer_due", handoff.id)]

    actions.accept(handoff, actor=world.answerer)
    assert waiting_timers() == [("handoff.contact_due", handoff.id)]

    actions.note_first_contact(handoff, actor=world.answerer)
    assert waiting_timers() == []


def test_a_partner_who_does_not_answer_is_late_and_it_is_kept(world, time_machine):
    handoff = world.sent()
    db.session.commit()
    time_machine.move_to(clock.now() + timedelta(days=5), tick=True)

    assert fire_next(TIMER_HANDLERS, clock.now())

    last = queries.list_states(handoff.id)[-1]
    assert (last.state, last.reason) == (HandoffState.SENT, rules.CLOCK_RAN_OUT)
    assert queries.count_turns(world.mediator, clock.now())[Turn.RAN_OUT] == 1


def test_a_clock_that_rings_after_the_answer_changes_nothing(world):
    handoff = world.sent()
    actions.accept(handoff, actor=world.answerer)

    actions.clock_ran_out(handoff.id, clock.now())

    assert queries.list_states(handoff.id)[-1].reason is None


def test_a_refusal_comes_back_to_us_with_its_reason_and_is_rerouted(world):
    first = world.sent()
    day = rules.day_of(clock.now()) + timedelta(days=20)
    actions.refuse(first, RefusalReason.NO_ROOM, actor=world.answerer, room_again_on=day)
    assert queries.count_turns(world.mediator, clock.now())[Turn.OURS] == 1

    second = actions.draft(
        world.case, world.party, world.service, PACKET, actor=world.mediator, previous=first
    )

    assert (first.state, second.previous_id) == (HandoffState.CLOSED, first.id)
    with pytest.raises(rules.NoConsent):  # another partner is asked for anew
        actions.send(second, actor=world.mediator)


def test_what_a_partner_leaves_lying_may_be_closed_but_not_before(world, time_machine):
    handoff = world.sent()
    with pytest.raises(NotNow):
        actions.close(handoff, actor=world.mediator)
    time_machine.move_to(clock.now() + timedelta(days=5), tick=True)

    actions.close(handoff, actor=world.mediator)

    last = queries.list_states(handoff.id)[-1]
    assert (last.state, last.reason) == (HandoffState.CLOSED, rules.CLOCK_RAN_OUT)


def test_of_two_answers_the_second_is_told(world):
    handoff = world.sent()
    actions.accept(handoff, actor=world.answerer)

    with pytest.raises(NotNow):
        actions.put_on_waitlist(handoff, actor=world.answerer)


def test_an_answer_given_meanwhile_by_another_is_not_overwritten(world):
    """Another transaction moved the row after we read it: the conditional update sees it."""
    handoff = world.sent()
    table = type(handoff).__table__
    db.session.execute(table.update().where(table.c.id == handoff.id).values(state=HandoffState.ACCEPTED))
    assert handoff.state is HandoffState.SENT

    with pytest.raises(NotNow):
        actions.refuse(handoff, RefusalReason.OTHER, actor=world.answerer)


def test_a_service_nobody_answers_for_cannot_be_sent_to(world):
    with pytest.raises(NobodyAnswers):
        actions.draft(world.case, world.party, make_service("Alone"), PACKET, actor=world.mediator)


def test_a_person_of_another_case_cannot_be_referred(world):
    elsewhere = make_case(keeper=world.keeper)
    stranger = make_party(elsewhere, world.keeper)

    with pytest.raises(NotFound):
        actions.draft(world.case, stranger, world.service, PACKET, actor=world.mediator)


def test_what_is_closed_takes_no_more_words(world):
    handoff = world.draft()
    actions.close(handoff, actor=world.mediator)

    with pytest.raises(NotNow):
        actions.give_consent(handoff, terms(*PACKET), actor=world.mediator)
    with pytest.raises(NotNow):
        actions.withdraw_consent(handoff, said_by=SaidBy.PERSON, how=How.ALOUD, actor=world.mediator)


def test_the_trail_says_each_act_and_none_of_the_words(world):
    handoff = world.sent()
    actions.look_at(handoff, Permission.HANDOFF_ANSWER, actor=world.answerer)
    db.session.flush()

    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.subject_id == handoff.id)).all()

    assert {entry.what.value for entry in entries} == {
        "handoff.drafted",
        "handoff.consent_given",
        "handoff.moved",
        "handoff.read",
    }
    assert all(NEED not in str(entry.facts) for entry in entries)


def test_a_yes_is_taken_back_though_the_partner_answers_at_the_same_moment(app, world):
    """The person's word is never refused because somebody else was faster."""
    handoff = world.sent()
    handoff_id, mediator, answerer = handoff.id, world.mediator, world.answerer
    db.session.commit()
    if db.engine.dialect.name == "sqlite":
        pytest.skip("One writes at a time there: nobody answers in between.")
    stale = db.session.get_one(Handoff, handoff_id)
    assert stale.state is HandoffState.SENT

    def answer() -> None:
        with app.app_context():
            actions.accept(queries.get_for_partner(handoff_id, answerer), actor=answerer)
            db.session.commit()
            db.session.remove()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(answer).result()
    actions.withdraw_consent(stale, said_by=SaidBy.PERSON, how=How.ALOUD, actor=mediator)

    assert stale.state is HandoffState.CLOSED
    assert not erasures.is_alive(stale.key_id)
