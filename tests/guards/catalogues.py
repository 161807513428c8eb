"""Whether the translations say all that the code says now, and only that."""

import re
import tempfile
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from tests.guards.layers import ROOT

KEYWORDS = ["-k", "_l", "-k", "lazy_gettext", "-k", "lazy_ngettext:1,2", "-k", "lazy_pgettext:1c,2"]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
# Where a resident's words come from besides the templates of their pages.
RESIDENT_MODULES = (
    "app/foundation/",
    "app/inputs/forms.py",
    "app/inputs/labels.py",
    "app/inputs/rules.py",
    "app/referrals/forms.py",
    "app/plans/labels.py",
    "app/vault/kept_labels.py",
)
RESIDENT_BASE = "public.html"


def extract(root: Path = ROOT) -> Catalog:
    """Everything that can be translated, as the code has it now, with where it stands."""
    with tempfile.NamedTemporaryFile(suffix=".pot") as file:
        command = [
            "pybabel",
            "-q",
            "extract",
            "-F",
            str(root / "pyproject.toml"),
            *KEYWORDS,
            "-o",
            file.name,
            str(root),
        ]
        CommandLineInterface().run(command)
        return read_po(BytesIO(Path(file.name).read_bytes()))


def committed(language: str, root: Path = ROOT) -> Catalog:
    """The catalogue of a language as it lies in the repository."""
    file = root / "app/translations" / language / "LC_MESSAGES/messages.po"
    return read_po(BytesIO(file.read_bytes()), locale=language)


def keys(catalog: Catalog) -> set[str]:
    """The messages of a catalogue, without its header."""
    return {_key(message) for message in catalog if message.id}


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def incomplete(catalog: Catalog, wanted: Iterable[str]) -> list[str]:
    """What is wanted and missing, empty, unsure, or short of a plural or a placeholder."""
    by_key = {_key(message): message for message in catalog if message.id}
    found = []
    for key in sorted(wanted):
        message = by_key.get(key)
        if problem := "is missing" if message is None else _problem_of(message, catalog.num_plurals):
            found.append(f"{key!r} {problem}")
    return found


def _problem_of(message: Message, plural_count: int) -> str | None:
    said = [message.string] if isinstance(message.string, str) else list(message.string)
    asked = [message.id] if isinstance(message.id, str) else list(message.id)
    if message.fuzzy:
        return "is marked unsure"
    if not all(said) or (len(asked) > 1 and len(said) != plural_count):
        return "is not translated"
    wanted = set(PLACEHOLDER.findall(asked[-1]))
    if set(PLACEHOLDER.findall(said[-1])) != wanted or not all(
        set(PLACEHOLDER.findall(s)) <= wanted for s in said
    ):
        return "has other placeholders"
    return None


def resident_templates(templates: Mapping[str, str]) -> set[str]:
    """The pages that residents see, and all that these extend, include or import."""
    uses = {name: _uses(source) for name, source in templates.items()}
    pages = {
        name
        for name in templates
        if RESIDENT_BASE in _reach({name}, uses, only_first=True) or name == RESIDENT_BASE
    }
    return _reach(pages, uses, only_first=False)


def _uses(source: str) -> tuple[list[str], list[str]]:
    """What a template extends, and what it includes or imports."""
    tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(source)

    def named(*kinds: type[nodes.Node]) -> list[str]:
        found = [node.template for kind in kinds for node in tree.find_all(kind)]
        return [template.value for template in found if isinstance(template, nodes.Const)]

    return named(nodes.Extends), named(nodes.Include, nodes.Import, nodes.FromImport)


def _reach(start: set[str], uses: Mapping[str, tuple[list[str], list[str]]], *, only_first: bool) -> set[str]:
    seen: set[str] = set()
    todo = list(start)
    while todo:
        if (name := todo.pop()) not in seen:
            seen.add(name)
            extends, includes = uses.get(name, ([], []))
            todo += extends if only_first else [*extends, *includes]
    return seen


def resident_keys(catalog: Catalog, templates: Mapping[str, str]) -> set[str]:
    """The messages that a resident may be shown."""
    pages = {f"templates/{name}" for name in resident_templates(templates)}
    return {
        _key(message)
        for message in catalog
        if message.id
        and any(place in pages or place.startswith(RESIDENT_MODULES) for place in _places(message))
    }


def _places(message: Message) -> list[str]:
    return [place.removeprefix(f"{ROOT}/") for place, _ in message.locations]
