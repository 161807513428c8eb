"""A second reader: the words of a narrative weighed together. It may only raise.

A table of words and pairs of neighboring words with their weights, made from the labelled calls by
`script/train-second-reader`. A word that is not in the table weighs nothing, so names and places,
which the table never holds, cannot move it.
"""

import math
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from app.triage.policy_files import FOLDER, read_yaml
from app.triage.words import Word

TABLE = Path(__file__).parent / "second_reader.tsv"
MOST_TELLING = 3
LEAST_LETTERS = 5
"""Of what is shown: "the" may weigh, and tells nobody anything."""
BEGINNING = 4
"""So many letters of two neighbors count as a pair too: "grabbed her" and "grabs hers" are alike."""
USUAL_LENGTH = 55
"""So many known words make a narrative in which a word weighs what the table says."""
FADING = 0.7
"""How much less a word weighs in a longer one (0: nothing less, 1: half in twice as long a one)."""
FEWEST = 5
"""Added to every length: in three words none weighs out of all measure."""
READABLE_SHARE = 0.6
"""Of the words that are neither names nor numbers, so many must be known for a language to be readable."""


@dataclass(frozen=True)
class Opinion:
    """What the second reader makes of a narrative: how likely it is that it needs a person, 0 to 1."""

    doubt: float
    is_doubtful: bool
    needs_care: bool
    """Too doubtful for a narrative with something in it that nothing explains."""
    can_read: bool
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class SecondReader:
    """The table, with the value above which the reader asks for a person."""

    threshold: float
    care_threshold: float
    asked_threshold: float
    intercept: float
    weights: dict[str, float]

    def read(self, words: Sequence[Word], *, is_asked: bool = False) -> Opinion:
        """Weigh the words of a narrative.

        `is_asked`: dispatch asked every question of danger and heard "no". A short text then says
        less against an offer, so that much more must speak for doubt.
        """
        folded = [word.folded for word in words]
        features = features_of(folded, self.weights)
        weighed = {name: self.weights[name] for name in features if name in self.weights}
        share = share_of_a_word(sum(word in self.weights for word in folded))
        doubt = 1 / (1 + math.exp(-self.intercept - share * sum(weighed.values())))
        is_doubtful = doubt >= (self.asked_threshold if is_asked else self.threshold)
        spans = tuple(self._most_telling(words, weighed)) if is_doubtful else ()
        return Opinion(
            doubt,
            is_doubtful,
            doubt >= (self.threshold if is_asked else self.care_threshold),
            self._can_read(words),
            spans,
        )

    def knows(self, word: str) -> bool:
        """Whether a word was ever seen, or is a name, a place or a people."""
        return word in self.weights or word in never_heard()

    def _can_read(self, words: Sequence[Word]) -> bool:
        """Whether enough of the words are ones that were ever seen."""
        told = [word.folded for word in words if _is_word(word.folded) and word.folded not in never_heard()]
        return not told or sum(word in self.weights for word in told) >= READABLE_SHARE * len(told)

    def _most_telling(self, words: Sequence[Word], weighed: dict[str, float]) -> Iterator[tuple[int, int]]:
        """Where the words stand that spoke most for doubt."""
        telling = (name for name in weighed if weighed[name] > 0 and len(name) >= LEAST_LETTERS)
        heaviest = sorted(telling, key=lambda name: -weighed[name])
        for name in heaviest[:MOST_TELLING]:
            size = name.count(" ") + 1
            for first in range(len(words) - size + 1):
                if name in features_of([word.folded for word in words[first : first + size]], self.weights):
                    yield words[first].start, words[first + size - 1].end
                    break


def features_of(words: Sequence[str], known: Container[str]) -> set[str]:
    """What is weighed of a narrative: its known words, and each two that stand side by side, whole and
    by their first letters."""
    heard = [word if word in known else None for word in words]
    features = {word for word in heard if word}
    for one, other in pairwise(heard):
        if one and other:
            features |= {f"{one} {other}", f"{one[:BEGINNING]}~ {other[:BEGINNING]}~"}
    return features


def share_of_a_word(known_count: int) -> float:
    """How much each word counts in a narrative of so many known words, repeated ones too.

    Long narratives would else be sure of everything: their weights add up, and calm ones have as
    many words as dangerous ones.
    """
    return math.pow((known_count + FEWEST) / (USUAL_LENGTH + FEWEST), -FADING)


def _is_word(word: str) -> bool:
    """More than a letter or a figure; a single sign of Chinese is one."""
    return word.isalpha() and (len(word) > 1 or not word.isascii())


@cache
def never_heard() -> frozenset[str]:
    """The words that may not weigh: who people are, what they are called, where they live."""
    kinds: dict[str, str] = read_yaml((FOLDER / "unheard.yaml").read_text(encoding="utf-8"))
    return frozenset(word for words in kinds.values() for word in words.split())


_SETTINGS = ("#threshold", "#care_threshold", "#asked_threshold", "#intercept")


@cache
def shipped_reader() -> SecondReader:
    """The second reader of this version."""
    settings: dict[str, float] = {}
    weights: dict[str, float] = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition("\t")
        if name.startswith("#"):
            settings[name] = float(value) if name in _SETTINGS else 0.0
        else:
            weights[name] = float(value)
    threshold, care_threshold, asked_threshold, intercept = (settings[name] for name in _SETTINGS)
    return SecondReader(threshold, care_threshold, asked_threshold, intercept, weights)
