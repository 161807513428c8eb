"""The language of phrases, form by form, and that the finder finds what a plain search would."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.triage.clauses import marks_of
from app.triage.phrases import SENTENCE_END, BadPhrase, Finder, Text, read_phrase
from app.triage.words import Word, words_of

LISTS = {"weapon": ["knife", "box cutter", "navaja*"], "who": ["he", "she"]}


def found(phrase: str, text: str) -> list[str]:
    words = words_of(text)
    places = Finder([read_phrase(phrase, LISTS)]).find(Text(words, marks_of(text, words).ends))
    return [text[words[one.first].start : words[one.last - 1].end] for one in places]


@pytest.mark.parametrize(
    ("phrase", "text", "where"),
    [
        ("pulled a knife", "He PULLED a kn1fe.", "PULLED a kn1fe"),
        ("pull|draw a knife", "They draw a knife", "draw a knife"),
        ("pull|draw a knife", "They pull a knife", "pull a knife"),
        ("no|not_one knife", "There is not one knife here", "not one knife"),
        ("no|not_one knife", "no knife", "no knife"),
        ("not|not_one one|knife", "not one knife", "not one knife"),
        ("threat*", "He was threatening her", "threatening"),
        ("threat*", "one threat", "threat"),
        ("pull|draw* a knife", "drawing a knife", "drawing a knife"),
        ("pull* his? knife", "pulls his knife", "pulls his knife"),
        ("pull* his? knife", "pulls knife", "pulls knife"),
        ("pull* @who? knife", "pull she knife", "pull she knife"),
        ("went .. trunk", "went trunk", "went trunk"),
        ("went .. trunk", "went to the trunk", "went to the trunk"),
        ("went .. trunk", "went straight to the trunk", "went straight to the trunk"),
        ("went .. trunk", "went, a b the trunk", "went, a b the trunk"),
        ("@weapon", "a box cutter here", "box cutter"),
        ("@weapon", "dos navajas", "navajas"),
        ("pull* .. @weapon", "pulls out a box cutter", "pulls out a box cutter"),
        ("puñal", "un PUNAL", "PUNAL"),
        ("有刀", "他有刀", "有刀"),
        ("won't stop", "he won’t stop", "won’t stop"),
    ],
)
def test_each_form_of_a_phrase_is_found(phrase: str, text: str, where: str) -> None:
    assert found(phrase, text) == [where]


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("pulled a knife", "pulled the knife"),
        ("pulled a knife", "a knife pulled"),
        ("pull|draw a knife", "drew a knife"),
        ("no|not_one knife", "one knife"),
        ("threat*", "no treat"),
        ("pull* his? knife", "pulls her knife"),
        ("went .. trunk", "went out and over to the trunk"),
        ("went .. trunk", "He went. The trunk is shut."),
        ("went .. trunk", "He went\ntrunk"),
        ("pulled a knife", "It was pulled. A knife lay there"),
        ("@weapon", "a box"),
    ],
)
def test_what_a_phrase_does_not_say_is_not_found(phrase: str, text: str) -> None:
    assert found(phrase, text) == []


@pytest.mark.parametrize("phrase", ["gun", "ax|bat", "arma", "rat", "@weapon"])
@pytest.mark.parametrize("text", ["begun", "Bates", "Armand", "grape", "axis", "jackknife", "gunther"])
def test_nothing_inside_a_word_is_found(phrase: str, text: str) -> None:
    assert found(phrase, f"{text} argues with {text}") == []


@given(before=st.text("bcdhw", max_size=3), after=st.text("bcdhw", max_size=3))
def test_a_word_is_found_only_whole(before: str, after: str) -> None:
    assert bool(found("fence", f"at the {before}fence{after} again")) is (before + after == "")


@pytest.mark.parametrize(
    ("phrase", "part"),
    [
        ("pull( knife", "pull("),
        ("a knife, now", "knife,"),
        ("a||b", "a||b"),
        ("a|", "a|"),
        ("a|b?c", "a|b?c"),
        ("*", "*"),
        ("th*t", "th*t"),
        ("_knife", "_knife"),
        ("? knife", "?"),
        ("...", "..."),
        ("pull @missing", "@missing"),
        ("pull @Weapon", "@Weapon"),
        ("@weapon|gun", "@weapon|gun"),
        ("his? knife?", "his? knife?"),
        ("..", ".."),
        ("", ""),
    ],
)
def test_a_phrase_that_cannot_be_read_says_which_part(phrase: str, part: str) -> None:
    with pytest.raises(BadPhrase) as bad:
        read_phrase(phrase, LISTS)
    assert str(bad.value) == part


VOCABULARY = ["ab", "abc", "bc", "cab"]
options = st.sampled_from([*VOCABULARY, "ab_bc", "bc_bc", "ab*", "b*", "c*"])
parts = st.just("..") | st.builds(
    lambda ways, may_miss: "|".join(ways) + ("?" if may_miss else ""),
    st.lists(options, min_size=1, max_size=3, unique=True),
    st.booleans(),
)
any_phrase = st.lists(parts, min_size=1, max_size=4).filter(
    lambda some: any(part != ".." and not part.endswith("?") for part in some)
)
tokens = st.lists(st.sampled_from([*VOCABULARY, SENTENCE_END]), max_size=16)


Gaps = tuple[tuple[int, int], ...]


def searched(phrase: Sequence[str], line: Sequence[str]) -> Iterator[tuple[int, int, Gaps]]:
    """From each word on, whether the parts fit, and with which gaps; then on from behind what was found."""
    at = 0
    while at < len(line):
        last, gaps = next(fitting(phrase, line, at, ()), (at, ()))
        if last > at:
            between = tuple((count_of_words(line[:one]), count_of_words(line[:other])) for one, other in gaps)
            yield count_of_words(line[:at]), count_of_words(line[:last]), between
        at = max(last, at + 1)


def fitting(phrase: Sequence[str], line: Sequence[str], at: int, gaps: Gaps) -> Iterator[tuple[int, Gaps]]:
    """Where the phrase may end if it begins here, the preferred end first."""
    if not phrase:
        yield at, gaps
        return
    part, rest = phrase[0], phrase[1:]
    if part == "..":
        for size in range(5):
            if SENTENCE_END not in line[at : at + size] and at + size <= len(line):
                yield from fitting(rest, line, at + size, (*gaps, (at, at + size)) if size else gaps)
        return
    for way in sorted(part.removesuffix("?").split("|"), key=len, reverse=True):
        words = way.split("_")
        if len(line) >= at + len(words) and all(map(is_way, words, line[at:])):
            yield from fitting(rest, line, at + len(words), gaps)
    if part.endswith("?"):
        yield from fitting(rest, line, at, gaps)


def is_way(word: str, token: str) -> bool:
    return token.startswith(word[:-1]) if word.endswith("*") else token == word


def count_of_words(line: Sequence[str]) -> int:
    return sum(token != SENTENCE_END for token in line)


@given(phrases=st.lists(any_phrase, min_size=1, max_size=4), line=tokens)
def test_the_finder_finds_what_a_plain_search_finds(phrases: list[list[str]], line: list[str]) -> None:
    words = [Word(token, number, number) for number, token in enumerate(line) if token != SENTENCE_END]
    ends = {count_of_words(line[:at]) - 1 for at, token in enumerate(line) if token == SENTENCE_END}
    finder = Finder([read_phrase(" ".join(phrase), {}) for phrase in phrases])

    expected = {(number, *place) for number, phrase in enumerate(phrases) for place in searched(phrase, line)}
    assert {tuple(one) for one in finder.find(Text(words, frozenset(ends)))} == expected
