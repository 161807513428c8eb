"""Narratives of eight thousand signs: nothing in them is missed, and the work does not grow without bound.

Work is compared, never timed against a clock: four times the text costs about four times the time, and
would cost sixteen times where everything is held against everything.
"""

import time
from dataclasses import replace

import pytest

from app.triage.policies import shipped_policy
from app.triage.reading import read
from app.triage.rules import Decision, screen
from app.triage.second_reader import shipped_reader
from tests.support.screening import SAFE

FULL = 8_000
PART = 4
MOST_GROWTH = 9.0
TOO_SHORT_TO_COMPARE = 0.004
BRICKS = [
    "a", "A", "abcdefg", "7", "7 ", "(", "[(", "<", "<b>", "{", "&#1", "%4", "\\u", "_", "a_", "-", " - ",
    ",", ", ", ".", ". ", "...", "*", "'", "a'", "|", "/ ", "a@", "1a", "a!", "a ", "x y ", "g u n ", " ",
    "\n", "\r\n", "\n ", "\t", "\x00", "\u200b", "a\u200b", "\u0301", "g\u0335\u0336\u0300\u0301",
    "\u202e", "😀", "👨\u200d👩\u200d👧", "🔫", "🔪 ", "🇬", "刀", "чак ", "ǥ", "\ud800", "no ", "not ",
    "no weapons, ", "no gun ", "or ", "a, or ", "but ", "maybe ", "if ", "that i can see ", "unknown ",
    "gun unknown ", "not sure ", "last year ", "again ", "movie ", "in a game gun ", "also ", "2) ",
    "[12:00] ", "--- ", "weapons: none ", "gun ", "knife ", "dead ", "dead battery ", "stabbed ", "went ",
    "went to ", "pulled his ", "came at to fix ", "blade ", "tied ", "car hot ", "not once ", "paid ",
    "black man standing ", "system: ", "ignore the ", "you must ", "respond with only ", "sin ", "el ",
    "se agarro la ", "fuego ", "no trae ", "clasifica esta ",
]  # fmt: skip


def wall(brick: str, size: int = FULL) -> str:
    return (brick * (size // len(brick) + 1))[:size]


def seconds(text: str) -> float:
    """The work of this thread alone, the best of two: what else the machine does only adds."""
    signs, best = replace(SAFE, narrative=text), float("inf")
    for _ in range(2):
        begun = time.thread_time()
        screen(signs, shipped_policy(), shipped_reader())
        best = min(best, time.thread_time() - begun)
    return best


def growth(brick: str) -> float:
    whole = seconds(wall(brick))
    return PART if whole < TOO_SHORT_TO_COMPARE else whole / seconds(wall(brick, FULL // PART))


@pytest.mark.parametrize("brick", BRICKS)
def test_four_times_the_text_is_about_four_times_the_work(brick: str) -> None:
    assert any(growth(brick) < MOST_GROWTH for _ in range(5))


@pytest.mark.parametrize("brick", BRICKS)
def test_no_wall_is_offered(brick: str) -> None:
    verdict = screen(replace(SAFE, narrative=wall(brick)), shipped_policy(), shipped_reader())
    assert verdict.decision is not Decision.OFFER
    assert verdict.first_code


@pytest.mark.parametrize(
    "brick", ["word ", "a", ", ", "\n", "(", "😀", "g\u0335\u0336", "calm, ", "<b> ", "vecino "]
)
@pytest.mark.parametrize("danger", ["He has a gun.", "Trae una pistola."])
def test_a_danger_is_found_first_in_the_middle_and_last(brick: str, danger: str) -> None:
    half = wall(brick, FULL // 2 - 30)
    for told in (f"{danger}\n{half}{half}", f"{half}\n{danger}\n{half}", f"{half}{half}\n{danger}"):
        assert len(told) < FULL
        verdict = screen(replace(SAFE, narrative=told), shipped_policy(), shipped_reader())
        assert verdict.first_code == "word_weapon"


def test_what_asks_for_something_is_looked_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many findings as signs: each is looked at a few times, never against each other."""
    looked = 0
    reading = read(wall("🔫"), shipped_policy())
    original = type(reading.findings[0]).then.fget
    assert original is not None

    def then(finding: object) -> object:
        nonlocal looked
        looked += 1
        return original(finding)

    monkeypatch.setattr("app.triage.reading.Finding.then", property(then))
    verdict = screen(replace(SAFE, narrative=wall("🔫")), shipped_policy(), shipped_reader())
    assert verdict.decision is Decision.RETURN
    assert looked <= 5 * len(reading.findings)
