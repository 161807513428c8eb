"""What is said of a thing that is named: that it is so, that it is not, that it may be, or was.

After ConText (NegEx and its successors, triage.md 7.2): a cue reaches over the words beside it
until its sentence ends, a word turns it ("but", "except"), or somebody new does something.
"""

from collections import defaultdict
from collections.abc import Container, Iterable
from enum import StrEnum

from app.triage.clauses import Marks
from app.triage.phrases import Found


class Status(StrEnum):
    """How a thing stands in a narrative."""

    ASSERTED = "asserted"
    UNCERTAIN = "uncertain"
    HYPOTHETICAL = "hypothetical"
    PAST = "past"
    QUOTED = "quoted"
    NEGATED = "negated"


class Cue(StrEnum):
    """Words that say how a thing stands."""

    DENIAL = "denial"
    """Denies what follows: "no", "denies", "sin"."""
    DENIAL_AFTER = "denial_after"
    """Denies what it follows: "weapons: none"."""
    NO_DENIAL = "no_denial"
    """Looks like a denial and is none: "no doubt", "not only"."""
    DOUBT = "doubt"
    DOUBT_AFTER = "doubt_after"
    PAST = "past"
    NOW = "now"
    """Takes "past" away: "again", "and now"."""
    IF = "if"
    TALE = "tale"
    """A film, a game, a song, a figure of speech."""
    JOIN = "join"
    """Joins the last item of a list to those before: "or", "ni"."""
    TURN = "turn"
    """Ends the reach of every cue before it: "but", "except", "and he"."""
    STORY = "story"
    """Begins another incident in the same message, or another entry: "separate call", "otra llamada"."""
    LABEL = "label"
    """What a form asks after: "none" behind it denies this and nothing told before: "gun weapons: none"."""


REACH_WORDS = 12
REACH_BACK_WORDS = 5
LIST_ITEM_WORDS = 3


class Statuses:
    """The cues of one narrative, and how each stretch of its words stands under them."""

    def __init__(self, cues: Iterable[tuple[Cue, Found]], marks: Marks, word_count: int) -> None:
        self._count = word_count
        by_kind: dict[Cue, list[Found]] = defaultdict(list)
        for kind, found in cues:
            by_kind[kind].append(found)
        self.stories = marks.entries | {found.first - 1 for found in by_kind[Cue.STORY]}
        """The numbers of the words after which another incident or entry begins."""
        self._ends, self._pauses = marks.ends | self.stories, marks.pauses
        self._labels = {found.last: found.first for found in by_kind[Cue.LABEL]}
        self._turns = {found.first for found in by_kind[Cue.TURN]}
        self._joins = {found.first for found in by_kind[Cue.JOIN]}
        void = {number for found in by_kind[Cue.NO_DENIAL] for number in range(found.first, found.last)}
        self._denied = self._after(found for found in by_kind[Cue.DENIAL] if found.first not in void)
        self._denied |= self._before(by_kind[Cue.DENIAL_AFTER])
        self._doubted = self._after(by_kind[Cue.DOUBT])
        self._doubted_after = self._before(by_kind[Cue.DOUBT_AFTER], REACH_WORDS)
        now = self._sentences(by_kind[Cue.NOW], marks.ends)
        self._past = self._sentences(by_kind[Cue.PAST]) - now
        self._supposed = self._after(by_kind[Cue.IF])
        self._told = self._sentences(by_kind[Cue.TALE])

    def status(self, first: int, last: int, *, denies_itself: bool = False) -> Status:
        """How the words [first, last) stand. `denies_itself`: the "no" is part of it ("no respira")."""
        denied = not denies_itself and first in self._denied
        if first in self._doubted_after or (first in self._doubted and not denied):
            return Status.UNCERTAIN
        if denied:
            return Status.NEGATED
        if first in self._told:
            return Status.QUOTED
        if first in self._past:
            return Status.PAST
        if first in self._supposed:
            return Status.HYPOTHETICAL
        return Status.ASSERTED

    def _sentences(self, cues: Iterable[Found], ends: Container[int] | None = None) -> set[int]:
        """The words of the sentences in which some cues stand. `ends`: where else than usual they end."""
        reached: set[int] = set()
        for cue in cues:
            if cue.first not in reached:  # else its sentence is known, and may be long
                reached.update(self._sentence(cue.first, self._ends if ends is None else ends))
        return reached

    def _sentence(self, number: int, ends: Container[int]) -> range:
        first = number
        while first > 0 and first - 1 not in ends:
            first -= 1
        last = number
        while last < self._count - 1 and last not in ends:
            last += 1
        return range(first, last + 1)

    def _after(self, cues: Iterable[Found]) -> set[int]:
        """The words that a cue reaches ahead of it. A pause lets it pass only from item to item of a list."""
        reached: set[int] = set()
        for cue in cues:
            for number in range(cue.last, min(cue.last + REACH_WORDS, self._count)):
                if number - 1 in self._ends or number in self._turns:
                    break
                if number - 1 in self._pauses and number > cue.last and not self._is_item(number):
                    break
                reached.add(number)
        return reached

    def _is_item(self, number: int) -> bool:
        """Whether a list goes on behind a pause: short items, and a joining word before its last.

        "no weapons, drugs or threats" is a list; in "no gun, he has a knife" somebody says something new.
        """
        words_of_item = 0
        for ahead in range(number, min(number + REACH_WORDS, self._count)):
            if ahead in self._joins:
                return words_of_item <= LIST_ITEM_WORDS
            if ahead in self._turns or words_of_item > LIST_ITEM_WORDS:
                return False
            words_of_item = 0 if ahead in self._pauses else words_of_item + 1
            if ahead in self._ends:
                return False
        return False

    def _before(self, cues: Iterable[Found], reach: int = REACH_BACK_WORDS) -> set[int]:
        """The words that a cue reaches behind it, in its own stretch."""
        reached: set[int] = set()
        for cue in cues:
            label = self._labels.get(cue.first, 0)
            for number in range(cue.first - 1, max(cue.first - 1 - reach, -1), -1):
                if number in self._ends or (number == label - 1 and number not in self._joins):
                    break
                if number in self._pauses and number != cue.first - 1:
                    break
                reached.add(number)
                if number in self._turns:
                    break
        return reached
