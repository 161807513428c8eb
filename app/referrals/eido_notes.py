"""The words of an EIDO's notes: HTML from outside, kept as words only.

Nothing that somebody said may be glued to its neighbor or vanish with the markup: every tag parts
the words beside it, and what only looks like a tag stays as the words it may be. What is kept is
plain text, shown as text.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from app.foundation.text import has_forbidden_characters, tidy
from app.referrals.eido_parts import Notes
from app.referrals.payloads import MAX_NARRATIVE, InvalidPayload, PayloadProblem


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_INSIDE_A_LINE = _names(
    """
    a abbr acronym b bdi bdo big blink cite code data del dfn em font i ins kbd label mark nobr q
    rb rp rt ruby s samp small span strike strong sub sup time tt u var wbr
    """
)
_UNSPOKEN = frozenset({"script", "style"})
"""What stands between these and their ends nobody said."""
TAGS = _names(
    """
    address applet area article aside audio base basefont bgsound blockquote body br button canvas
    caption center col colgroup datalist dd details dialog dir div dl dt embed fieldset figcaption
    figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe img input
    isindex keygen legend li link listing main map marquee math menu menuitem meta meter nav noembed
    noframes noscript object ol optgroup option output p param picture plaintext pre progress rtc
    search section select slot source summary svg table tbody td template textarea tfoot th thead
    title tr track ul video xmp
    """
).union(_INSIDE_A_LINE, _UNSPOKEN)

# With values for all its attributes: `<a knife>` may be what somebody typed. Nothing here is tried
# twice (`++`), so that a hostile note takes no longer than another one.
_TAG = re.compile(
    rf"<(?=[/a-z])(/?(?:{'|'.join(sorted(TAGS))}))"
    r"""(?:\s++[\w:.@-]++\s*+=\s*+(?:"[^"<>]*+"|'[^'<>]*+'|[^\s"'<>=`]++))*+\s*+/?\s*+>""",
    re.IGNORECASE,
)
_SEAM = "\ue000"
"""Where a tag stood inside a line: `calm<b>knife` may be two words, and `kn<b>ife` may be one."""
_SEWN = re.compile(rf"(?<!\w)\w++(?:{_SEAM}++\w++)++")
_PARTED = re.compile(rf"{_SEAM}[{_SEAM} ]*+(?![.,;:!?)])")


def words_of(notes: Sequence[Notes]) -> str:
    """All notes. Refused when too long: cut, a danger at the end would go unread."""
    words = "\n".join(filter(None, (_plain(note.comments, number) for number, note in enumerate(notes))))
    if len(words) > MAX_NARRATIVE:
        raise InvalidPayload(PayloadProblem("/notesComponent", "string-too-long"))
    return words


def _plain(fragment: str, number: int) -> str:
    """The words of one note: no markup, no scripts, lines kept, no hidden characters."""
    words = html.unescape("".join(_without_tags(fragment)))
    if has_forbidden_characters(words):
        pointer = f"/notesComponent/{number}/notesActionComments"
        raise InvalidPayload(PayloadProblem(pointer, "forbidden-characters"))
    sewn = [word.replace(_SEAM, "") for word in _SEWN.findall(words)]
    parted = _PARTED.sub(" ", words).replace(_SEAM, "")
    lines = re.sub(r"\n\s*+", "\n", re.sub(r" {2,}", " ", parted))
    return tidy("\n".join((lines, *sewn)))  # both readings: either may be the danger


def _without_tags(fragment: str) -> Iterator[str]:
    """What stands between the tags, and for each tag what parts the words beside it."""
    first, *rest = _TAG.split(fragment)
    names = [name.lower() for name in rest[::2]]
    to_come, unspoken = Counter(names), ""
    yield first
    for name, words in zip(names, rest[1::2], strict=True):
        to_come[name] -= 1
        if name == f"/{unspoken}":
            unspoken = ""
        elif not unspoken and name in _UNSPOKEN and to_come[f"/{name}"]:  # one without an end hides nothing
            unspoken = name
        yield _SEAM if name.removeprefix("/") in _INSIDE_A_LINE else "\n"
        yield "" if unspoken else words
