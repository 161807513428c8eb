"""What in a narrative was not written for a reader, or cannot be read with certainty.

Code, signs that are not seen as they stand, other alphabets, words to a machine instead of a person,
the same again and again, a text that breaks off. Whatever the words are read as, a person looks:
this only raises.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from app.foundation.text import has_forbidden_characters
from app.triage.words import Word


class Unclear(NamedTuple):
    """Why a person must look, and the place in the text that it stands on."""

    code: str
    start: int
    end: int


_CODE = re.compile(
    r"</?[a-z!?%][^<>\n]{0,80}>?"  # <b>, </p>, <!-- , <%
    r"|&(?:#\w{1,8}|[a-z]{2,8});|%[0-9a-f]{2}(?=%|[a-z])|=[0-9a-f]{2}(?=[a-z=])|=\n(?=[a-z])"
    r"|\\[ux][0-9a-f]{2}|\x1b|(?<!\w)\[\d{1,2}(?:;\d{1,3})*m"  # escapes of programs and of terminals
    r"|[{}]|\$\(|\[/[a-z]+\]|\]\(|\w_\w+_\w|[a-z]{2}_[a-z]{2}"  # templates, BBCode, links, names_of_fields
    r"|[\"'][a-z]{2,}[\"']\s?[:=]|;\s*--|\b(?:drop|alter|truncate) table\b|\bselect \S+ from\b"
    r"|(?<=[^\W\d_])[*`~]+(?=[^\W\d_])|(?<=[^\W\d_])-\r?\n(?=[^\W\d_])"  # kn**if**e; a word over two lines
    r"|(?<![^\W_])[^\W\d_]{1,2}[|$][^\W\d_]",  # kn|fe
    re.IGNORECASE,
)
_TO_A_MACHINE = re.compile(
    r"(?:^|[\[<(\"'*|>.;#]|--)[ \t]*+(?:system|assistant|user|developer|admin|administrator|prompt"
    r"|instructions?|sistema|asistente|usuario|desarrollador|instruccion(?:es)?|instrucción)"
    r" ?[\"'\])>*|]{0,3} ?[:=>]"
    r"|<\||\[/?inst\]|^[ \t]*+#{2,}",
    re.IGNORECASE | re.MULTILINE,
)
_CUT = re.compile(
    r"[\[(<{*]\s*(?:\.{3}|…|(?:text |msg |message |texto )?"
    r"(?:trunc|cut\b|cont\b|cont'?d|continue[sd]|more\b|missing\b|cortad|continú|continua|incompl|falta))"
    r"|\b(?:msg|message|part|page|line|mensaje|parte|página|pagina|línea|linea)\s*\d{1,2}\s*(?:of|de|/)\s*\d"
    r"|\bcont'd\b|^\s*(?:\.{2,}|…)",
    re.IGNORECASE,
)
_GOES_ON = ("..", "…")
_MUST_GO_ON = tuple("-–—,:&+=([{<«“")
# No telling ends with one of these, if nothing ends it.
_OPEN_WORDS = frozenset(
    "a an the my our your their and or but because if while than into very he she they we "  # noqa: SIM905
    "un una unos unas y pero porque con de del su sus mi muy".split()
)
_LETTERS_APART = re.compile(r"[^\W\d_](?:(?:[^\w/]|_)+[^\W\d_]){2,}")  # not "W/O A"
_UPON_OTHERS = frozenset({"Mn", "Me", "Cf"})
MOST_HEAPED = 3
"""So many marks upon one letter, or hidden signs in a row, nobody writes who wants to be read."""
LONGEST_REPEAT = 8
MOST_REPEATS = 5
"""So often the same words one after another are no telling."""


def unclear(text: str, words: Sequence[Word], is_beginning: Callable[[str], bool]) -> Iterator[Unclear]:
    """Why a person must look at a text. `is_beginning`: whether a word is but the beginning of a danger."""
    if match := _CODE.search(text):
        yield Unclear("doubt_garbled", *match.span())
    else:
        yield from _letters_apart(text, words)
    yield from _strange_signs(text)
    if match := _TO_A_MACHINE.search(text):
        yield Unclear("doubt_instruction", *match.span())
    yield from _again_and_again(words)
    if match := _CUT.search(text):
        yield Unclear("narrative_truncated", *match.span())
    elif words and _breaks_off(text, words[-1], is_beginning):
        yield Unclear("narrative_truncated", words[-1].start, len(text))


def _letters_apart(text: str, words: Sequence[Word]) -> Iterator[Unclear]:
    """ "g u n": which letters belong together is a guess."""
    for word in words:
        if word.end - word.start > len(word.folded) and _LETTERS_APART.fullmatch(text, word.start, word.end):
            yield Unclear("doubt_garbled", word.start, word.end)
            return


def _strange_signs(text: str) -> Iterator[Unclear]:
    if text.isascii() and text.isprintable():
        return
    seen: set[str] = set()
    heaped = 0
    for at, sign in enumerate(text):
        heaped = heaped + 1 if not sign.isascii() and unicodedata.category(sign) in _UPON_OTHERS else 0
        code = "doubt_garbled" if heaped == MOST_HEAPED else _strange(sign)
        if code and code not in seen:
            seen.add(code)
            yield Unclear(code, at, at + 1)


@lru_cache(maxsize=5_000)
def _strange(sign: str) -> str:
    """Why one sign cannot be read as it is seen: it hides or turns others, or is of another alphabet."""
    category = unicodedata.category(sign)
    if has_forbidden_characters(sign) or category in {"Co", "Cn"} or sign in "\ufffd\u2800":
        return "doubt_garbled"
    if "\U000e0000" <= sign <= "\U000e007f" or (category == "Sm" and not sign.isascii()):
        return "doubt_garbled"
    name = unicodedata.name(unicodedata.normalize("NFKC", sign)[0], "")
    if "TURNED " in name or "REVERSED " in name:
        return "doubt_garbled"
    is_ours = not sign.isalpha() or "LATIN" in name or name.startswith(("MODIFIER", "DIGIT"))
    return "" if is_ours else "language_not_read"


def _again_and_again(words: Sequence[Word]) -> Iterator[Unclear]:
    for size in range(1, LONGEST_REPEAT + 1):
        same = 0
        for at in range(size, len(words)):
            same = same + 1 if words[at].folded == words[at - size].folded else 0
            if same == size * (MOST_REPEATS - 1):
                first = at + 1 - size * MOST_REPEATS
                yield Unclear("doubt_garbled", words[first].start, words[at].end)
                return


def _breaks_off(text: str, last: Word, is_beginning: Callable[[str], bool]) -> bool:
    """Whether a text ends in the midst: with a mark or a word that more must follow, or within a word."""
    rest = text[last.end :].rstrip()
    if rest:
        return rest.endswith(_MUST_GO_ON) or rest.rstrip("\"'”’»)]}>").endswith(_GOES_ON)
    return last.folded in _OPEN_WORDS or is_beginning(last.folded)
