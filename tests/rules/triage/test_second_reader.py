"""The second reader: it may only raise, knows no names or places, and its table can be made again."""

import ast
import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.triage import training
from app.triage.call_files import LABELLED
from app.triage.policies import shipped_policy
from app.triage.policy_files import FOLDER, read_yaml
from app.triage.questions import signs_from
from app.triage.rules import Decision, more_careful, screen
from app.triage.second_reader import (
    TABLE,
    USUAL_LENGTH,
    Opinion,
    SecondReader,
    features_of,
    never_heard,
    share_of_a_word,
    shipped_reader,
)
from app.triage.signs import Signs
from app.triage.words import words_of

TUNE = Path(__file__).parents[2] / "triage" / "corpora" / "tune.jsonl"
CALLS = 60
LARGEST_BYTES = 5_000_000
SILENT = replace(shipped_reader(), threshold=2.0, care_threshold=2.0, asked_threshold=2.0)
SMALL = SecondReader(
    threshold=0.5,
    care_threshold=0.3,
    asked_threshold=0.8,
    intercept=-1.0,
    weights={"waits": 0.15, "holding": 0.4, "fence": -0.4, "holding fence": 0.2, "hold~ fenc~": 0.1},
)


def opinion(text: str, reader: SecondReader | None = None) -> Opinion:
    return (reader or shipped_reader()).read(words_of(text))


def words_never_heard() -> set[str]:
    groups: dict[str, str] = read_yaml((FOLDER / "unheard.yaml").read_text(encoding="utf-8"))
    return {word for group in groups.values() for word in group.split()}


@cache
def signs_of_calls() -> list[Signs]:
    lines = TUNE.read_text(encoding="utf-8").splitlines()[:CALLS]
    return [signs_of(json.loads(line)) for line in lines]


def signs_of(call: dict[str, Any]) -> Signs:
    return signs_from(
        {name: str(call["modifiers"].get(name) or "") for name in ("weapons", "injuries", "threats")},
        call_type=shipped_policy().call_types.read(call["call_type"]["code"], call["call_type"]["text"]),
        nature=None,
        narrative=call["narrative"],
        language=call["modifiers"]["language"],
        priority=call["priority"],
        has_place=True,
        is_in_area=True,
    )


def test_the_table_is_small_and_holds_what_it_is_read_by() -> None:
    text = TABLE.read_text(encoding="utf-8")
    settings = dict(line.split("\t") for line in text.splitlines() if line.startswith("#"))

    assert len(text.encode()) < LARGEST_BYTES
    assert float(settings["#threshold"]) == shipped_reader().threshold
    assert float(settings["#care_threshold"]) == shipped_reader().care_threshold
    assert float(settings["#asked_threshold"]) == shipped_reader().asked_threshold
    assert 0 < shipped_reader().care_threshold < shipped_reader().threshold
    assert shipped_reader().threshold < shipped_reader().asked_threshold < 1
    assert len(shipped_reader().weights) > 1_000


def test_no_name_place_or_people_is_in_the_table() -> None:
    held = {word for name in shipped_reader().weights for word in name.split()}
    assert {"maria", "koreatown", "black", "mb"} <= words_never_heard()
    assert held & words_never_heard() == set()


@pytest.mark.parametrize(
    ("text", "doubtful", "doubtful_where_asked"),
    [("waits fence", False, False), ("holding", True, False), ("holding waits", True, True)],
)
def test_where_every_danger_was_asked_after_more_must_speak_for_doubt(
    text: str, doubtful: bool, doubtful_where_asked: bool
) -> None:
    assert SMALL.read(words_of(text)).is_doubtful is doubtful
    assert SMALL.read(words_of(text), is_asked=True).is_doubtful is doubtful_where_asked


@given(words=st.lists(st.sampled_from(sorted(words_never_heard())), max_size=4))
def test_words_that_it_does_not_know_change_no_doubt(words: list[str]) -> None:
    told = "Two neighbors argue about a fence"
    assert opinion(" ".join([told, *words])).doubt == opinion(told).doubt


@given(word=st.sampled_from(sorted(words_never_heard())))
def test_it_does_not_matter_which_unknown_word_stands_somewhere(word: str) -> None:
    def doubt(name: str) -> float:
        return opinion(f"the lady {name} next door plays loud music and {name} is calm").doubt

    assert doubt(word) == doubt("zqzq")


@pytest.mark.parametrize("narrative", ["", " ", "...", "\u200b", "5150", "zqzq"])
def test_nothing_told_is_doubtful(narrative: str) -> None:
    assert opinion(narrative).is_doubtful
    for signs in signs_of_calls():
        verdict = screen(replace(signs, narrative=narrative), shipped_policy(), shipped_reader())
        assert verdict.decision is not Decision.OFFER


def test_it_may_only_raise() -> None:
    for signs in signs_of_calls():
        without = screen(signs, shipped_policy(), SILENT).decision
        decision = screen(signs, shipped_policy(), shipped_reader()).decision
        assert more_careful(without, decision) is decision, signs.narrative


def test_it_raises_calls_that_nothing_else_does() -> None:
    doubtful = replace(shipped_reader(), threshold=0.0, asked_threshold=0.0)
    offered = [
        one for one in signs_of_calls() if screen(one, shipped_policy(), SILENT).decision is Decision.OFFER
    ]

    assert offered
    assert {screen(one, shipped_policy(), doubtful).decision for one in offered} == {Decision.REVIEW}


@pytest.mark.parametrize(
    "narrative",
    [
        "Երկու հարևան վիճում են պարսպի շուրջ",
        "두 이웃이 울타리 때문에 다투고 있습니다",
        "دو همسایه بر سر حصار دعوا می کنند",
        "Hai người hàng xóm cãi nhau về hàng rào",
        "Zwei Nachbarn streiten sich über den Zaun",
        "Dalawang magkapitbahay ang nagtatalo tungkol sa bakod",
    ],
)
def test_a_language_that_it_never_saw_cannot_be_read(narrative: str) -> None:
    assert not opinion(narrative).can_read


@pytest.mark.parametrize(
    "narrative", ["Two neighbors argue about a fence", "Dos vecinos discuten por la cerca", "", "5150 620"]
)
def test_english_and_spanish_and_bare_numbers_can_be_read(narrative: str) -> None:
    assert opinion(narrative).can_read


def test_a_language_that_it_cannot_read_is_for_a_person() -> None:
    told = signs_of_calls()[0]
    mixed = replace(told, narrative=f"{told.narrative} {'hàng xóm của chúng tôi nhau ' * 40}")
    codes = {reason.code for reason in screen(mixed, shipped_policy(), SILENT).reasons}
    assert "language_not_read" in codes


@pytest.mark.parametrize(
    ("narrative", "weight", "known"),
    [
        ("", 0.0, 0),
        ("waits", 0.15, 1),
        ("waits waits", 0.15, 2),
        ("holding zqzq fence", 0.0, 2),
        ("holding fence", 0.3, 2),
        ("zqzq", 0.0, 0),
    ],
)
def test_words_and_neighbors_are_weighed_once_each(narrative: str, weight: float, known: int) -> None:
    plain = replace(SMALL, intercept=-weight * share_of_a_word(known), threshold=0.5)
    assert opinion(narrative, plain).doubt == pytest.approx(0.5)


def test_a_word_weighs_less_in_a_longer_narrative_and_never_the_other_way() -> None:
    shares = [share_of_a_word(count) for count in range(400)]
    assert shares == sorted(shares, reverse=True)
    assert share_of_a_word(USUAL_LENGTH) == 1
    assert shares[0] < 6, "in no words at all one may not weigh out of all measure"
    assert shares[-1] > 0.2, "in the longest text a word still counts"


def test_it_shows_the_words_that_spoke_most_for_doubt() -> None:
    text = "He waits there holding a pipe"
    found = opinion(text, SMALL)

    assert found.is_doubtful
    assert [text[start:end] for start, end in found.spans] == ["holding", "waits"]
    assert opinion("He waits", SMALL).spans == ()


def test_what_is_known_of_neighbors_is_whole_and_by_first_letters() -> None:
    known = {"grabbed", "her", "arm"}
    assert features_of(["grabbed", "her", "zqzq", "arm"], known) == {*known, "grabbed her", "grab~ her~"}


def test_the_same_calls_make_the_same_table() -> None:
    """Learned anew from a part of the calls; what the whole was made from is told by its digest."""
    kept = TABLE.read_text(encoding="utf-8")
    proofs = training.proofs(LABELLED.read_text(encoding="utf-8").splitlines())
    table = "".join(kept.splitlines(keepends=True)[len(proofs) + 1 :])

    assert kept == training.proven(table, proofs), "script/train-second-reader makes it anew"


def test_whatever_decides_what_is_learned_is_part_of_the_proof() -> None:
    """The words that may not weigh and the calls are there themselves, whoever reads them."""
    read_for_it = {"call_files": LABELLED, "policy_files": never_heard()}
    named = {path.stem for path in training.CODE} | read_for_it.keys()

    assert {name for path in training.CODE for name in own_imports(path)} <= named
    assert {"training", "second_reader", "words"} <= named


@pytest.mark.parametrize(
    "change", [lambda all_lines: all_lines[:-1], lambda all_lines: [*all_lines[:-1], all_lines[-1] + " "]]
)
def test_another_call_asks_for_another_table(change: Callable[[list[str]], list[str]]) -> None:
    lines = LABELLED.read_text(encoding="utf-8").splitlines()
    assert training.made_from(change(lines)) != training.made_from(lines)


def test_other_code_asks_for_another_table(monkeypatch: pytest.MonkeyPatch) -> None:
    before = training.made_from([])
    monkeypatch.setattr(training, "CODE", training.CODE[:-1])
    assert training.made_from([]) != before


def own_imports(path: Path) -> set[str]:
    """The modules of the app that this one imports, by their last name."""
    found = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    froms = {node.module or "" for node in found if isinstance(node, ast.ImportFrom)}
    plain = {alias.name for node in found if isinstance(node, ast.Import) for alias in node.names}
    return {name.rpartition(".")[2] for name in froms | plain if name.split(".")[0] == "app"}
