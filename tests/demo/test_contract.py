"""What the centre knows of the contract: owners, arrows, and the names of what breaks it. Tables."""

import pytest

from app.demo.contract import ENDED, OWNER_IN, Lie, View, can_become, lies_in, name_of

ALL = ("create", "updates", "cancel", "confirm", "handback-ack")


@pytest.mark.parametrize("state", OWNER_IN)
@pytest.mark.parametrize("custody", ["dispatch", "office", "both"])
def test_a_state_has_one_owner(state, custody):
    assert lies_in(View(state, custody)) == ([] if OWNER_IN[state] == custody else [Lie.WRONG_OWNER])


@pytest.mark.parametrize(
    ("view", "lie"),
    [
        (View("offered", ""), Lie.NO_CUSTODY),
        (View("offered", "nobody"), Lie.NO_CUSTODY),
        (View("dozing", "dispatch"), Lie.NO_ARROW),
    ],
)
def test_a_word_without_an_owner_or_of_no_known_state_is_named(view, lie):
    assert lies_in(view) == [lie]


@pytest.mark.parametrize("ended", sorted(ENDED))
def test_nothing_comes_after_the_end(ended):
    assert [state for state in OWNER_IN if can_become(ended, state, ALL)] == [ended]


@pytest.mark.parametrize(
    ("before", "after", "needs"),
    [
        ("", "offered", "create"),
        ("", "parked", "updates"),
        ("", "cancelled", "cancel"),
        ("parked", "offered", "create"),
        ("offered", "cancelled", "cancel"),
        ("offered", "accepted", "confirm"),
        ("accept_pending", "accepted", "confirm"),
        ("accept_pending", "handed_back", "handback-ack"),
        ("accepted", "handed_back", "handback-ack"),
        ("accepted", "cancelled", "cancel"),
        ("handing_back", "handed_back", "handback-ack"),
    ],
)
def test_a_way_that_needs_our_word_is_closed_without_it(before, after, needs):
    others = {act for act in ALL if act not in (needs, "cancel")}

    assert can_become(before, after, {needs})
    assert not can_become(before, after, others)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("in_review", "offered"),
        ("offered", "in_review"),
        ("offered", "handed_back"),
        ("offered", "handing_back"),
        ("accepted", "closed"),
        ("cancel_requested", "cancelled"),
        ("parked", "handed_back"),
    ],
)
def test_a_way_that_is_the_offices_own_needs_no_word(before, after):
    assert can_become(before, after, ())


def test_every_state_can_be_reached():
    assert all(can_become("", state, ALL) for state in OWNER_IN)


@pytest.mark.parametrize(
    ("before", "view", "said", "lie"),
    [
        ("offered", View("accepted", "office"), (), Lie.NOT_CONFIRMED),
        ("accept_pending", View("handed_back", "dispatch"), ("confirm",), Lie.ONE_STEP),
        ("accepted", View("handed_back", "dispatch"), ("confirm",), Lie.ONE_STEP),
        ("offered", View("cancelled", "dispatch"), (), Lie.NO_ARROW),
        ("handed_back", View("accept_pending", "both"), ALL, Lie.NO_ARROW),
    ],
)
def test_a_change_without_a_way_has_a_name(before, view, said, lie):
    assert not can_become(before, view.state, said)
    assert name_of(before, view, said) is lie


@pytest.mark.parametrize("lie", Lie)
def test_every_lie_is_told_in_words(lie):
    assert len(lie.words) > 20
