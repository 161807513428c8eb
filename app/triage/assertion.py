"""What is said of a thing that is named: that it is so, that it is not, that it may be, or was.

After ConText (NegEx and its successors, triage.md 7.2): a cue reaches over the words beside it
until its sentence ends, or a word turns it ("but", "except").

A cue that takes a danger away is believed only where it is plain: close by, with nothing between in which
somebody may do something new. "No weapons seen he has a gun" denies the weapons; of the gun nobody can be
sure, and a person reads it. The same holds of what is said to be of a film, or long ago.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
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
    """When it was: "last year", "hace años"."""
    PAST_OF = "past_of"
    """That what is named beside it is past: "history of", "used to"."""
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
    NEW = "new"
    """May begin something that a cue before it does not speak of: "he", "and", "y"."""
    DOES = "does"
    """The same of what is done, unless the cue stands right before it: "no one has", but "no answer has"."""


REACH_WORDS = 12
REACH_BACK_WORDS = 5
PLAIN_WORDS = 3
"""A cue with more words than this between it and what it speaks of, items of a list apart, is not plain."""
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
        self._label_starts = set(self._labels.values())
        self._turns = {found.first for found in by_kind[Cue.TURN]}
        self._joins = {found.first for found in by_kind[Cue.JOIN]}
        self._new = {found.first for found in by_kind[Cue.NEW]}
        self._does = {found.first for found in by_kind[Cue.DOES]}
        self._breaks = self._ends | self._pauses
        self._anew = self._turns | self._new | self._does
        void = {number for found in by_kind[Cue.NO_DENIAL] for number in range(found.first, found.last)}
        denials = [found for found in by_kind[Cue.DENIAL] if found.first not in void]
        self._denied = self._after(denials) | self._before(by_kind[Cue.DENIAL_AFTER])
        self._perhaps_denied = self._denied | self._after(by_kind[Cue.DENIAL])
        self._plainly_denied = self._plainly_after(denials) | self._before(
            found for found in by_kind[Cue.DENIAL_AFTER] if self._is_all_that_is_said(found)
        )
        self._doubted = self._after(by_kind[Cue.DOUBT])
        self._doubted_after = self._before(by_kind[Cue.DOUBT_AFTER], REACH_WORDS)
        now = self._sentences(by_kind[Cue.NOW], marks.ends)
        self._past = self._sentences(by_kind[Cue.PAST] + by_kind[Cue.PAST_OF]) - now
        self._plainly_past = self._plainly_then(by_kind[Cue.PAST])
        self._plainly_past |= self._plainly_around(by_kind[Cue.PAST_OF])
        self._supposed = self._after(by_kind[Cue.IF])
        self._told = self._sentences(by_kind[Cue.TALE])
        self._plainly_told = self._plainly_around(by_kind[Cue.TALE])

    def status(
        self,
        first: int,
        last: int,
        *,
        denies_itself: bool = False,
        is_danger: bool = False,
        is_calm: bool = False,
    ) -> Status:
        """How the words [first, last) stand. `denies_itself`: the "no" is part of it ("no respira").

        Of a danger it must be plain too that it is a tale, or long ago. What speaks for calm is denied
        by what only looks like a denial as well: in "she is not okay" nobody is okay.
        """
        denied = not denies_itself and first in (self._perhaps_denied if is_calm else self._denied)
        if first in self._doubted_after or (first in self._doubted and not denied):
            return Status.UNCERTAIN
        if denied:
            return Status.NEGATED if first in self._plainly_denied else Status.UNCERTAIN
        if first in self._told:
            is_plain = not is_danger or first in self._plainly_told
            return Status.QUOTED if is_plain else Status.UNCERTAIN
        if first in self._past:
            is_plain = not is_danger or first in self._plainly_past
            return Status.PAST if is_plain else Status.UNCERTAIN
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
        """The words that some cues reach ahead of them."""
        return {number for cue in cues for number in self._ahead(cue)}

    def _ahead(self, cue: Found) -> Iterator[int]:
        """The words that a cue reaches. A pause lets it pass only from item to item of a list."""
        for number in range(cue.last, min(cue.last + REACH_WORDS, self._count)):
            if number - 1 in self._ends or number in self._turns:
                return
            if number - 1 in self._pauses and number > cue.last and not self._is_item(number):
                return
            yield number

    def _plainly_after(self, cues: Iterable[Found]) -> set[int]:
        """Of the words that a cue reaches ahead of it, those of which it plainly speaks."""
        reached: set[int] = set()
        for cue in cues:
            between = 0
            for number in self._ahead(cue):
                if number in self._new or (number in self._does and number > cue.last):
                    break
                if number in self._joins or number - 1 in self._pauses:
                    between = 0
                if between <= PLAIN_WORDS:
                    reached.add(number)
                between += number not in self._joins
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

    def _plainly_around(self, cues: Iterable[Found]) -> set[int]:
        """The words close to a cue on both sides, with nothing new and no pause between."""
        reached: set[int] = set()
        for cue in cues:
            for number in range(cue.last, min(cue.last + PLAIN_WORDS + 1, self._count)):
                if number - 1 in self._breaks or number in self._anew:
                    break
                reached.add(number)
            for number in range(cue.first - 1, max(cue.first - 2 - PLAIN_WORDS, -1), -1):
                if number in self._breaks:
                    break
                reached.add(number)
                if number in self._turns or number in self._new:
                    break
        return reached

    def _plainly_then(self, cues: Iterable[Found]) -> set[int]:
        """The words of which a time plainly speaks: those before it; those after it, where it comes first.

        In "moved in last year he has a gun" nobody can be sure when he has it. What another cue has reached
        was walked through: a text may hold thousands.
        """
        reached: set[int] = set()
        for cue in cues:
            number = cue.first - 1
            while (
                number >= 0
                and number not in self._ends
                and number not in reached
                and number + 1 not in self._turns
            ):
                reached.add(number)
                number -= 1
            reached.update(range(cue.first, cue.last))
            # It comes first, or has one word before it: "ten years ago".
            comes_first = any(one < 0 or one in self._breaks for one in (cue.first - 1, cue.first - 2))
            stops = self._turns if comes_first else self._anew
            for number in range(cue.last, self._count):
                if number - 1 in self._ends or number in stops or number in reached:
                    break
                reached.add(number)
        return reached

    def _is_all_that_is_said(self, cue: Found) -> bool:
        """Whether nothing follows a "none" but the end, a pause, or the next thing that a form asks after.

        "He has a knife none hurt" denies that somebody is hurt.
        """
        next_word = cue.last
        if next_word >= self._count or next_word - 1 in self._breaks:
            return True
        return any(next_word in those for those in (self._turns, self._joins, self._label_starts))

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
