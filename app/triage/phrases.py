"""The small language in which a policy writes phrases, and finding many of them in one reading.

    pulled a knife          these words, one after the other
    pull|draw a knife       either word
    no|not_one knife        several words as one way
    threat*                 every word that begins so
    pull* his? knife        a word that may be missing; at most four of them
    went .. trunk           up to four words between, within one sentence; at most three times
    pull* .. @weapon        any word or phrase of the policy's list `weapon`

Phrases are found on the folded words (`words.py`), so case, accents and disguise do not matter.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from app.triage.words import Word, fold, words_of

SENTENCE_END = "¶"
GAP = rf"((?:[^\s{SENTENCE_END}]+ ){{0,4}}?)"
MOST_GAPS, MOST_OPTIONAL = 3, 4
"""Each gap multiplies the ways to look at one place by five, each word that may be missing by two: with many
of them one long line would keep a process busy for minutes."""
_NAMED = re.compile(r"@([a-z_]+)")
_SHAPE = re.compile(r"(?:@[a-z_]+|[^\W_][\w']*\*?(?:\|[^\W_][\w']*\*?)*)\??|\.\.")


class BadPhrase(ValueError):
    """A phrase that cannot be read; says which part."""


class Found(NamedTuple):
    """A phrase that was found: its place in the policy's list, and the words it stands on, [first, last)."""

    number: int
    first: int
    last: int
    between: tuple[tuple[int, int], ...] = ()
    """The words in its gaps, [first, last) each: the phrase says nothing of them."""

    @property
    def own(self) -> set[int]:
        """The words that are its own."""
        return set(range(self.first, self.last)).difference(*(range(*gap) for gap in self.between))


class Anchors(NamedTuple):
    """What must stand in a text for a phrase to be there: one of these words or beginnings."""

    words: frozenset[str]
    stems: frozenset[str]

    def may_be_in(self, words: Set[str], beginnings: Set[str]) -> bool:
        """Whether a text of these words, which begin so, can hold this part at all."""
        return not (self.words.isdisjoint(words) and self.stems.isdisjoint(beginnings))


@dataclass(frozen=True)
class Phrase:
    """A phrase, ready to be looked for."""

    pattern: str
    parts: tuple[Anchors, ...]
    words: frozenset[str]
    """Every word that may stand in it; of one with an ending left open, what it begins with."""
    alone: frozenset[str]
    """Of those, the words that are the whole phrase."""


def read_phrase(text: str, lists: Mapping[str, Sequence[str]]) -> Phrase:
    """A phrase of the policy's language. Raises `BadPhrase`."""
    named = {name: tuple(lists[name]) for name in _NAMED.findall(text) if name in lists}
    return _read_phrase(text, tuple(named.items()))


@lru_cache(maxsize=20_000)  # versions of a policy have nearly all of their phrases in common
def _read_phrase(text: str, named: tuple[tuple[str, tuple[str, ...]], ...]) -> Phrase:
    lists: Mapping[str, Sequence[str]] = dict(named)
    pattern, parts = [], []
    words: set[str] = set()
    in_order = text.split()
    if in_order.count("..") > MOST_GAPS or sum(map(_is_optional, in_order)) > MOST_OPTIONAL:
        raise BadPhrase(text)
    for part in in_order:
        if not _SHAPE.fullmatch(part):
            raise BadPhrase(part)
        if part == "..":
            pattern.append(GAP)
            continue
        options = list(_options(part.removesuffix("?"), lists))
        words.update(word.removesuffix("*") for option in options for word in option.split())
        pattern.append(f"(?:{'|'.join(map(_as_pattern, options))})" + ("?" if part.endswith("?") else ""))
        if not part.endswith("?"):
            first_words = [option.split()[0] for option in options]
            parts.append(
                Anchors(
                    frozenset(word for word in first_words if not word.endswith("*")),
                    frozenset(word[:-1] for word in first_words if word.endswith("*")),
                )
            )
    if not parts:
        raise BadPhrase(text)
    alone = {option.removesuffix("*") for option in options if " " not in option} if len(pattern) == 1 else ()
    return Phrase("".join(pattern), tuple(parts), frozenset(words), frozenset(alone))


def _is_optional(part: str) -> bool:
    return part.endswith("?")


def _options(part: str, lists: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Every way to say one part, folded; longest first, so that the longest is found."""
    if part.startswith("@"):
        if part[1:] not in lists:
            raise BadPhrase(part)
        ways = list(lists[part[1:]])
    else:
        ways = part.replace("_", " ").split("|")
    folded = {" ".join(_fold_word(word) for word in way.split()) for way in ways}
    yield from sorted(folded, key=lambda way: (-len(way), way))


@lru_cache(maxsize=20_000)  # most words of a policy stand in many of its phrases
def _fold_word(word: str) -> str:
    """As `words_of` would: a Chinese word is several words here too."""
    stem = "*" if word.endswith("*") else ""
    return " ".join(one.folded for one in words_of(word.removesuffix("*"))) + stem or fold(word)


def _as_pattern(option: str) -> str:
    if option.endswith("*"):
        return re.escape(option[:-1]) + rf"[^\s{SENTENCE_END}]* "
    return re.escape(option) + " "


@dataclass
class Finder:
    """Finds every phrase of a list in a text, looking only for those whose every part may be there."""

    phrases: Sequence[Phrase]
    _patterns: list[re.Pattern[str] | None] = field(init=False)
    _by_word: dict[str, list[int]] = field(init=False)
    _by_stem: dict[str, list[int]] = field(init=False)
    _stem_lengths: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._patterns = [None] * len(self.phrases)
        common = Counter(
            word for phrase in self.phrases for part in phrase.parts for word in part.words | part.stems
        )
        by_word, by_stem = defaultdict(list), defaultdict(list)
        for number, phrase in enumerate(self.phrases):
            anchors = min(
                phrase.parts, key=lambda part: sum(common[one] + 1 for one in part.words | part.stems)
            )
            for word in anchors.words:
                by_word[word].append(number)
            for stem in anchors.stems:
                by_stem[stem].append(number)
        self._by_word, self._by_stem = dict(by_word), dict(by_stem)
        stems = {stem for phrase in self.phrases for part in phrase.parts for stem in part.stems}
        self._stem_lengths = tuple(sorted({len(stem) for stem in stems}))

    def find(self, text: "Text") -> list[Found]:
        """Every place where a phrase stands, by place."""
        found = [
            Found(number, *text.words_between(*place), tuple(text.words_between(*gap) for gap in gaps))
            for number in sorted(self._candidates(text.distinct))
            for place, gaps in _places(self._pattern(number), text.line)
        ]
        return sorted(found, key=lambda one: (one.first, -one.last, one.number))

    def _candidates(self, words: Set[str]) -> set[int]:
        """The phrases whose rarest part is there, less those of which another part is not."""
        beginnings = {word[:length] for word in words for length in self._stem_lengths if length <= len(word)}
        numbers: set[int] = set()
        for word in self._by_word.keys() & words:
            numbers.update(self._by_word[word])
        for stem in self._by_stem.keys() & beginnings:
            numbers.update(self._by_stem[stem])
        return {
            number
            for number in numbers
            if all(part.may_be_in(words, beginnings) for part in self.phrases[number].parts)
        }

    def _pattern(self, number: int) -> re.Pattern[str]:
        """Made when first needed: most phrases of a policy are never met by one process."""
        pattern = self._patterns[number]
        if pattern is None:
            pattern = self._patterns[number] = re.compile(f" {self.phrases[number].pattern}")
        return pattern


_Place = tuple[int, int]


def _places(pattern: re.Pattern[str], line: str) -> Iterator[tuple[_Place, list[_Place]]]:
    """Where a phrase stands and where its gaps do, one place after the other; it is never empty: this ends.

    The space before it is looked for with it, as the search leaps to the next space; where one
    place ends the next may begin, with the same space.
    """
    at = 0
    while match := pattern.search(line, at):
        gaps = (match.span(number) for number in range(1, pattern.groups + 1))
        yield (match.start() + 1, match.end()), [gap for gap in gaps if gap[0] < gap[1]]
        at = match.end() - 1


class Text:
    """The words of a narrative on one line, with a sign where a sentence ends."""

    def __init__(self, words: Sequence[Word], ends: frozenset[int]) -> None:
        """`ends`: the numbers of the words after which a sentence ends."""
        self.words = words
        self.distinct = {word.folded for word in words}
        self._starts: list[int] = []
        pieces, at = [" "], 1
        for number, word in enumerate(words):
            self._starts.append(at)
            piece = f"{word.folded} {SENTENCE_END + ' ' if number in ends else ''}"
            pieces.append(piece)
            at += len(piece)
        self.line = "".join(pieces)

    def words_between(self, start: int, end: int) -> tuple[int, int]:
        """The numbers of the words that begin in this piece of the line, [first, last)."""
        return bisect_left(self._starts, start), bisect_left(self._starts, end)
