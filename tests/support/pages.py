"""What must hold of every HTML page that any test fetches."""

import hashlib
import re
from collections import Counter
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib

NEEDS_LABEL = {"input", "select", "textarea"}
NEEDS_NO_LABEL = {"hidden", "submit", "button", "reset", "image"}
FETCHES = {"link": "href", "script": "src", "img": "src", "iframe": "src", "source": "src", "form": "action"}
# A number, or a word with a figure in it; not of an entity (&#39;), nor the name of an element (h1).
OPEN = re.compile(r"(?<!&#)(?<![&<\w.-])(?:\d{1,2}|(?=[A-Za-z_.-]*\d)[A-Za-z0-9_.-]{3,})(?![\w.-])")
_fine: set[bytes] = set()
HARMLESS_ERRORS = {
    "invalid-codepoint",
}


def problems_of(html: str, *, own_hosts: frozenset[str] = frozenset({"localhost"})) -> list[str]:
    """Everything that is wrong with this page, in words; nothing when it is fine."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    page = parser.parse(html)
    found = [f"markup: {code} {facts}" for _, code, facts in parser.errors if code not in HARMLESS_ERRORS]
    elements = [element for element in page.iter() if isinstance(element.tag, str)]
    found += _problems_of_outline(page, elements)
    found += _problems_of_ids(elements)
    found += [problem for element in elements for problem in _problems_of(element, own_hosts)]
    found += _problems_of_labels(page, elements)
    return found


def check_page(html: str, address: str) -> None:
    """Fail when anything is wrong with this page."""
    sketch = sketch_of(html)
    if sketch in _fine:
        return
    if problems := problems_of(html):
        raise AssertionError(f"{address} is not a valid page:\n  " + "\n  ".join(problems))
    _fine.add(sketch)


def sketch_of(html: str) -> bytes:
    """A digest of the page in which only ids, codes, times and counts are left open.

    Each stands for the place where it came first: two pages with one sketch differ in how things are
    called, and not in which of them are called the same. So what was found of one holds of the other,
    and the same page is not taken apart again for each database, role and case.
    """
    names: dict[str, str] = {}
    named = OPEN.sub(lambda found: names.setdefault(found[0], f"\0{len(names)}\0"), html)
    return hashlib.sha256(named.encode()).digest()


def _problems_of_outline(page: Element, elements: list[Element]) -> list[str]:
    found = []
    titles = [element for element in elements if element.tag == "title"]
    if len(titles) != 1 or not _words(titles[0]):
        found.append(f"{len(titles)} <title> with words, not one")
    headings = [element for element in elements if element.tag == "h1"]
    if len(headings) != 1 or not _words(headings[0]):
        found.append(f"{len(headings)} <h1> with words, not one")
    if not page.get("lang"):
        found.append("<html> has no lang")
    if page.get("dir") not in {"ltr", "rtl"}:
        found.append("<html> has no dir")
    return found


def _problems_of_ids(elements: list[Element]) -> list[str]:
    counts = Counter(element.get("id") for element in elements if element.get("id") is not None)
    return [f'id="{name}" {count} times' for name, count in counts.items() if count > 1 or not name]


def _problems_of(element: Element, own_hosts: frozenset[str]) -> list[str]:
    tag = element.tag
    found = [f"<{tag} {name}>: no script in attributes" for name in element.attrib if _is_handler(name)]
    if element.get("style") is not None:
        found.append(f"<{tag} style>: no style in attributes")
    if tag == "style" or (tag == "script" and not element.get("src") and _is_code(element)):
        found.append(f"inline <{tag}>")
    if tag == "img" and element.get("alt") is None:
        found.append(f"<img src={element.get('src')}> has no alt")
    if tag == "a" and (element.get("href") or "").strip().lower().startswith("javascript:"):
        found.append("a link that is script")
    address = element.get(FETCHES.get(tag, "")) or ""
    parts = urlsplit(address)
    if parts.netloc and parts.hostname not in own_hosts:
        found.append(f"<{tag}> asks another host: {address}")
    return found


def _is_handler(name: str) -> bool:
    return bool(re.fullmatch(r"on[a-z]+", name))


def _is_code(script: Element) -> bool:
    """Data blocks (application/json) are not code; the browser does not run them."""
    return script.get("type", "") not in {"application/json", "application/ld+json"}


def _problems_of_labels(page: Element, elements: list[Element]) -> list[str]:
    labelled = {label.get("for") for label in page.iter("label") if _words(label)}
    wrapped = {inner for label in page.iter("label") if _words(label) for inner in label.iter()}
    return [
        f"<{element.tag} name={element.get('name')}> has no label"
        for element in elements
        if element.tag in NEEDS_LABEL
        and element.get("type") not in NEEDS_NO_LABEL
        and element.get("id") not in labelled
        and element not in wrapped
        and not element.get("aria-label")
        and not element.get("aria-labelledby")
    ]


def _words(element: Element) -> str:
    return "".join(element.itertext()).strip()
