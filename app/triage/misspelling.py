"""Misspelt words, read toward danger only (triage.md 7.1).

A word that nothing knows may be a word of danger as a thumb or an ear wrote it: "pistla", "cuchiyo",
"bleding". It is read as the nearest word of the policy's phrases of danger, alarm and doubt, unless a
harmless word is as near. So read it may only add a finding of these kinds: it never speaks for calm,
explains nothing and denies nothing.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

from app.triage.clauses import Marks, sentences
from app.triage.phrases import Phrase
from app.triage.policy_files import FOLDER, read_yaml
from app.triage.second_reader import never_heard, shipped_reader
from app.triage.words import Word

LEAST_LETTERS, MOST_LETTERS = 4, 25
LONG = 7
"""From so many letters on, two of them may be wrong."""
_LETTERS = re.compile(rf"[a-z]{{{LEAST_LETTERS},{MOST_LETTERS}}}")
_VOWELS = str.maketrans("", "", "aeiouy")
_ANY_VOWEL = str.maketrans("eiou", "aaaa")
# What sounds alike, to a Spanish ear above all; each is heard in what those before it left.
_SOUNDS = tuple(
    (re.compile(letters), sound)
    for letters, sound in (
        (r"^(?:kn|gn)", "n"),
        (r"^wr", "r"),
        (r"ph", "f"),
        (r"ck", "k"),
        (r"[cs]h", "x"),
        (r"qu(?=[ei])", "k"),
        (r"gu(?=[ei])", "g"),
        (r"g(?=[ei])", "j"),
        (r"c(?=[eiy])", "s"),
        (r"[cq]", "k"),
        (r"z", "s"),
        (r"v", "b"),
        (r"ll", "y"),
        (r"h", ""),
        (r"(.)\1+", r"\1"),
    )
)


class Spelling(NamedTuple):
    """A word as it is compared: as written, by its sound, and by its first sound and its consonants."""

    word: str
    sound: str
    bones: str
    letters: int
    """Which letters the sound has, as bits: a quick look that spares most comparisons."""


class Distance(NamedTuple):
    """How far apart two words are; the smaller the nearer."""

    letters: int
    """Wrong as written or by the sound, whichever is less."""
    in_both: int
    consonants: int
    written: int


def spelling_of(word: str) -> Spelling:
    """A folded word as it is compared: "cuchillo" and "kuchiyo" sound alike."""
    sound = word
    for letters, heard in _SOUNDS:
        sound = letters.sub(heard, sound)
    bones = sound[:1] + sound[1:].translate(_VOWELS)
    return Spelling(word, sound, bones, sum(1 << ord(letter) - ord("a") for letter in set(sound)))


def distance(one: Spelling, other: Spelling, most: int) -> Distance | None:
    """How far apart two words are; nothing if more than `most` letters are wrong."""
    if (one.letters ^ other.letters).bit_count() > 2 * most:
        return None
    heard, written = edits(one.sound, other.sound, most), edits(one.word, other.word, most)
    letters = min(heard, written)
    if letters > most:
        return None
    return Distance(letters, heard + written, edits(one.bones, other.bones, most), written)


def edits(one: str, other: str, most: int) -> int:
    """How many letters are missing, too many, wrong or swapped; `most` + 1 where it is more than that."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    first, last, shorter = 0, 0, min(len(one), len(other))
    while first < shorter and one[first] == other[first]:
        first += 1
    while last < shorter - first and one[-1 - last] == other[-1 - last]:
        last += 1
    one, other = one[first : len(one) - last], other[first : len(other) - last]
    if not one or not other:
        return len(one) + len(other)
    is_swapped = one[:2] == other[1::-1]
    if most == 1:
        return 1 if len(one) == len(other) == (2 if is_swapped else 1) else 2
    ways = [(one[1:], other[1:]), (one[1:], other), (one, other[1:])]
    if is_swapped:
        ways.append((one[2:], other[2:]))
    return 1 + min(edits(*way, most - 1) for way in ways)


class Index:
    """Words by what is left of them without one letter, so that a misspelt one is compared with few."""

    def __init__(self, words: Iterable[str]) -> None:
        by_key: dict[str, list[Spelling]] = defaultdict(list)
        for spelling in map(spelling_of, filter(_LETTERS.fullmatch, words)):
            for key in _keys(spelling):
                by_key[key].append(spelling)
        self._by_key = dict(by_key)

    def alike(self, spelling: Spelling) -> set[Spelling]:
        """The words that a word has to be compared with."""
        return {one for key in _keys(spelling) for one in self._by_key.get(key, ())}


def _keys(spelling: Spelling) -> Iterator[str]:
    """By its sound, as written where the first letter sounds otherwise, and by a long one's consonants."""
    word, sound, bones, _ = spelling
    yield from _shortened(sound)
    if word[:1] != sound[:1]:
        yield from _shortened(word)
    if len(word) >= LONG:
        yield from (f"-{one}" for one in _shortened(bones))


def _shortened(text: str) -> set[str]:
    """A text, and what is left without one letter. Few slips touch the first; there, vowels are alike."""
    head, rest = text[:1].translate(_ANY_VOWEL), text[1:]
    return {head + rest, *(head + rest[:at] + rest[at + 1 :] for at in range(len(rest)))}


@dataclass(frozen=True)
class Speller:
    """Reads the words that nothing knows as words of a policy's dangers."""

    known: frozenset[str]
    dangers: frozenset[str]
    alone: frozenset[str]
    """Dangers in one word. Of two words as near, one of these is meant."""
    index: Index
    harmless: Index
    short: Mapping[str, str]

    def meant_in(self, text: str, words: Sequence[Word], marks: Marks) -> dict[int, str]:
        """What the misspelt words of a narrative mean, by their numbers."""
        found = {number: meant for number, word in enumerate(words) if (meant := self.meant(word.folded))}
        names = names_in(text, words, marks) if found else frozenset()
        return {number: meant for number, meant in found.items() if number not in names}

    def meant(self, word: str) -> str | None:
        """What a folded word means, if it is no known one and no harmless one is as near."""
        if word in self.short:
            return self.short[word]
        if word in self.known or not _LETTERS.fullmatch(word):
            return None
        spelling = spelling_of(word)
        alike = self.index.alike(spelling)
        for most in (1, 2) if len(word) >= LONG else (1,):
            near = {one.word: apart for one in alike if (apart := distance(spelling, one, most))}
            if near:
                return None if self._is_harmless(spelling, min(near.values()), most) else self._nearest(near)
        return None

    def _is_harmless(self, spelling: Spelling, nearest: Distance, most: int) -> bool:
        """Whether a word that is no danger is at least as near."""
        return any(
            (apart := distance(spelling, one, most)) and apart <= nearest
            for one in self.harmless.alike(spelling)
            if one.word not in self.dangers
        )

    def _nearest(self, near: Mapping[str, Distance]) -> str:
        nearest = min(near.values())
        meant = (word for word, apart in near.items() if apart == nearest)
        return min(meant, key=lambda word: (word not in self.alone, word))


_BEFORE_A_THING = frozenset({"a", "an", "his", "her", "their", "un", "una", "su", "sus"})


def names_in(text: str, words: Sequence[Word], marks: Marks) -> frozenset[int]:
    """The words with a capital within a sentence that is mostly in small letters, by their numbers.

    Nobody is called "a" somebody: "he pulled a Pistla" tells of a thing.
    """
    names: set[int] = set()
    for sentence in sentences(len(words), marks):
        capitals = [number for number in sentence[1:] if text[words[number].start].isupper()]
        if 2 * len(capitals) < len(sentence):
            names.update(one for one in capitals if words[one - 1].folded not in _BEFORE_A_THING)
    return frozenset(names)


def speller_of(dangers: Sequence[Phrase], phrases: Iterable[Phrase]) -> Speller:
    """The speller of a policy. `phrases`: all of its phrases and cues."""
    misspelt = frozenset(lists()["misspelt"].split())
    words = frozenset(word for phrase in dangers for word in phrase.words) - misspelt
    alone = frozenset(word for phrase in dangers for word in phrase.alone)
    known = _vocabulary().union(*(phrase.words for phrase in phrases)) - misspelt
    return Speller(known, words, alone, _index_of(words), _index_of(_vocabulary()), lists()["short"])


@lru_cache(maxsize=3)
def _index_of(words: frozenset[str]) -> Index:
    """Kept: policies that differ in a limit, or in a phrase of the same words, have the same one."""
    return Index(words)


@cache
def _vocabulary() -> frozenset[str]:
    """Words that are what they are: those that the second reader weighs, names, places, and real words that
    look like a danger."""
    real = " ".join((lists()["english"], lists()["spanish"])).split()
    heard = {name for name in shipped_reader().weights if name.isalpha()}
    return never_heard().union(real, heard - set(lists()["misspelt"].split()))


@cache
def lists() -> dict[str, Any]:
    """What no other list of words tells, from the policy's folder."""
    read: dict[str, Any] = read_yaml((FOLDER / "misspelling.yaml").read_text(encoding="utf-8"))
    return read
