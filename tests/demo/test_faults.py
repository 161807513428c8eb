"""The dice of the line: shares that hold, throws that do not disturb each other, settings that are read."""

from dataclasses import replace

import pytest

from app.demo.calls import new_dice
from app.demo.faults import NAMED, SHARES, Fate, Faults, read_faults, roll

MARKS = {
    "lose": lambda fate: fate.is_lost,
    "lose_answer": lambda fate: fate.is_answer_lost,
    "delay": lambda fate: fate.delay_seconds > 0,
    "duplicate": lambda fate: fate.copy_after is not None,
    "reorder": lambda fate: fate.is_held,
}


def fates(faults, count=4000):
    dice = new_dice(11)
    return [roll(faults, dice) for _ in range(count)]


def test_a_calm_line_does_nothing():
    assert set(fates(NAMED["none"], 500)) == {Fate()}
    assert NAMED["none"].is_calm
    assert not NAMED["rough"].is_calm


@pytest.mark.parametrize("name", SHARES)
@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
def test_a_share_is_a_share_and_touches_nothing_else(name, share):
    rolled = fates(Faults(**{name: share}))
    counted = {one: sum(mark(fate) for fate in rolled) / len(rolled) for one, mark in MARKS.items()}

    assert counted.pop(name) == pytest.approx(share, abs=0.03 if 0 < share < 1 else 0)
    assert set(counted.values()) == {0}


@pytest.mark.parametrize("name", [name for name in SHARES if name != "lose"])
def test_changing_one_share_leaves_the_dice_of_the_others_alone(name):
    one, other = fates(NAMED["rough"], 800), fates(replace(NAMED["rough"], **{name: 1.0}), 800)
    marks = [mark for kept, mark in MARKS.items() if kept != name]

    assert [[mark(fate) for mark in marks] for fate in one] == [
        [mark(fate) for mark in marks] for fate in other
    ]


def test_what_is_lost_is_neither_late_nor_doubled():
    assert set(fates(Faults(lose=1.0, delay=1.0, duplicate=1.0, reorder=1.0), 300)) == {Fate(is_lost=True)}


def test_waits_lie_where_they_should_and_copies_come_at_once_or_later():
    faults = Faults(delay=1.0, duplicate=1.0, delay_seconds=(0.1, 0.2), later_seconds=(3.0, 4.0))
    rolled = fates(faults, 500)
    copies = {fate.copy_after for fate in rolled}

    assert all(0.1 <= fate.delay_seconds <= 0.2 for fate in rolled)
    assert 0.0 in copies
    assert all(3.0 <= after <= 4.0 for after in copies - {0.0})


def test_the_same_dice_throw_the_same_faults():
    assert fates(NAMED["brutal"], 200) == fates(NAMED["brutal"], 200)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("none", Faults()),
        ("", Faults()),
        ("rough", NAMED["rough"]),
        ("lose=0.5", Faults(lose=0.5)),
        ("rough, lose=0.5", replace(NAMED["rough"], lose=0.5)),
        ("delay=1,reorder=0.25", Faults(delay=1.0, reorder=0.25)),
    ],
)
def test_settings_are_names_and_shares(text, faults):
    assert read_faults(text) == faults


@pytest.mark.parametrize("text", ["rude", "lose", "lose=2", "lose=-1", "lose=much", "loss=0.1", "lose=nan"])
def test_a_setting_that_says_nothing_is_refused(text):
    with pytest.raises(ValueError, match=r"is none of|is a share"):
        read_faults(text)
