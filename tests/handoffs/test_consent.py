"""Nothing leaves and nothing is read without the person's yes: the safety of this room."""

import inspect
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.permissions import Role
from app.accounts.sign_in import actor_of
from app.foundation import clock
from app.foundation.errors import NotFound
from app.handoffs import actions, picture_queries, queries, rules
from app.handoffs.models import HandoffState, How, Met, RefusalReason, SaidBy, Share
from app.handoffs.rules import LiveConsent, NoConsent
from app.vault.access import Use
from app.vault.sealing import KeyDestroyed
from tests.support.directory import make_partner
from tests.support.handoffs import CALL_THEM, NEED, REACH_THEM, make_world, terms
from tests.support.people import make_account
from tests.support.photos import make_photo


@pytest.fixture
def world(app):
    return make_world()


def test_a_draft_without_a_yes_cannot_be_sent(world):
    handoff = world.draft()

    with pytest.raises(NoConsent):
        actions.send(handoff, actor=world.mediator)

    assert (handoff.state, handoff.sent_at) == (HandoffState.DRAFTED, None)


def test_a_yes_whose_day_has_passed_sends_nothing(world, time_machine):
    handoff = world.consented(days=1)
    time_machine.move_to(clock.now() + timedelta(days=3), tick=True)

    with pytest.raises(NoConsent):
        actions.send(handoff, actor=world.mediator)


def test_the_partner_reads_only_what_was_agreed(world):
    handoff = world.sent(Share.NEED, Share.NAME)

    opened = queries.get_for_partner(handoff.id, world.answerer)

    assert queries.open_for_partner(opened, Use.INTEGRITY, clock.now()) == {
        Share.NEED: NEED,
        Share.NAME: CALL_THEM,
    }


def test_a_narrower_yes_narrows_what_the_partner_reads(world):
    handoff = world.sent()
    actions.give_consent(handoff, terms(Share.NEED), actor=world.mediator)

    assert queries.open_for_partner(handoff, Use.INTEGRITY, clock.now()) == {Share.NEED: NEED}


def test_a_yes_taken_back_is_gone_at_the_next_opening_and_destroyed(world):
    handoff = world.sent()
    actions.withdraw_consent(handoff, said_by=SaidBy.PERSON, how=How.ALOUD, actor=world.mediator)

    with pytest.raises(NotFound):
        queries.get_for_partner(handoff.id, world.answerer)
    with pytest.raises(NoConsent):
        queries.open_for_partner(handoff, Use.INTEGRITY, clock.now())
    with pytest.raises(KeyDestroyed):
        queries.open_packet(handoff, Use.INTEGRITY)
    assert queries.list_inbox(world.answerer, 1).items == []


def test_a_yes_that_ran_out_shuts_the_inbox(world, time_machine):
    handoff = world.sent(days=2)
    time_machine.move_to(clock.now() + timedelta(days=4), tick=True)

    with pytest.raises(NotFound):
        queries.get_for_partner(handoff.id, world.answerer)
    assert queries.list_inbox(world.answerer, 1).items == []


@pytest.mark.parametrize(
    "act",
    [
        lambda h, a: actions.accept(h, actor=a),
        lambda h, a: actions.put_on_waitlist(h, actor=a),
        lambda h, a: actions.refuse(h, RefusalReason.NO_ROOM, actor=a),
    ],
)
def test_a_partner_cannot_act_on_a_yes_that_ran_out(world, time_machine, act):
    handoff = world.sent(days=2)
    time_machine.move_to(clock.now() + timedelta(days=4), tick=True)

    with pytest.raises(NoConsent):
        act(handoff, world.answerer)


def test_a_partner_of_another_organization_finds_nothing(world, client_as):
    handoff = world.sent()
    other = make_account(Role.COUNTY_PARTNER, organization_id=make_partner().id)
    nobody = make_account(Role.COUNTY_PARTNER, organization_id=None)

    for stranger in (other, nobody):
        client = client_as(stranger)
        assert queries.list_inbox(actor_of(stranger), 1).items == []
        assert client.get(f"/service-referrals/inbox/{handoff.id}").status_code == 404
        for act in ("accept", "waitlist", "first-contact", "refuse", "outcome"):
            assert client.post(f"/service-referrals/inbox/{handoff.id}/{act}").status_code == 404
    assert handoff.state is HandoffState.SENT


@pytest.mark.parametrize(
    ("ends", "is_with_them"),
    [
        ([lambda h, w: actions.refuse(h, RefusalReason.NO_ROOM, actor=w.answerer)], False),
        ([lambda h, w: actions.accept(h, actor=w.answerer)], True),
        (
            [
                lambda h, w: actions.accept(h, actor=w.answerer),
                lambda h, w: actions.note_outcome(h, Met.MET, actor=w.answerer),
            ],
            True,
        ),
        (
            [
                lambda h, w: actions.accept(h, actor=w.answerer),
                lambda h, w: actions.note_outcome(h, Met.MET, actor=w.answerer),
                lambda h, w: actions.close(h, actor=w.mediator),
            ],
            False,
        ),
    ],
    ids=["said no", "took it", "told the outcome", "closed"],
)
def test_a_partner_reads_only_while_it_is_with_them(world, client_as, ends, is_with_them):
    """The yes holds on, and yet: who said no, or has nothing more to do, has no need to know."""
    handoff = world.sent_with(make_photo(world.case, world.keeper))
    [photo] = picture_queries.list_shared(handoff, clock.now())
    for end in ends:
        end(handoff, world)
    partner = client_as(world.partner)

    expected = 200 if is_with_them else 404
    assert partner.get(f"/service-referrals/inbox/{handoff.id}").status_code == expected
    assert partner.get(f"/service-referrals/inbox/{handoff.id}/photos/{photo.id}").status_code == expected


def test_a_draft_is_not_in_the_inbox(world, client_as):
    handoff = world.consented()

    page = client_as(world.partner).get("/service-referrals/inbox")

    assert world.party.bird not in page.text
    assert client_as(world.partner).get(f"/service-referrals/inbox/{handoff.id}").status_code == 404


def test_no_act_takes_an_override():
    names = {
        name
        for _, act in inspect.getmembers(actions, inspect.isfunction)
        for name in inspect.signature(act).parameters
    }

    assert not {name for name in names if "override" in name or "force" in name}


def test_what_is_shared_stands_nowhere_in_the_clear(world, app):
    handoff = world.sent()

    for words in (NEED, CALL_THEM, REACH_THEM):
        assert words.encode() not in handoff.packet_sealed


SHARES = st.sets(st.sampled_from(list(Share)))


@given(packet=st.dictionaries(st.sampled_from(list(Share)), st.text(max_size=5)), shares=SHARES)
def test_a_packet_is_never_more_than_the_yes(packet, shares):
    today = rules.day_of(clock.now())

    assert set(rules.packet_for(packet, LiveConsent(frozenset(shares), today))) <= shares


def test_the_loop_is_closed_in_order_with_a_row_for_each_step(world):
    handoff = world.sent()
    actions.accept(handoff, actor=world.answerer)
    actions.note_first_contact(handoff, actor=world.answerer)
    actions.note_outcome(handoff, Met.MET, actor=world.answerer)
    actions.close(handoff, actor=world.mediator)

    states = [row.state.value for row in queries.list_states(handoff.id)]
    assert states == ["drafted", "sent", "accepted", "first_contact", "outcome", "closed"]
    assert handoff.met is Met.MET
