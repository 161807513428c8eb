"""Macros that a template imports and never calls, and components that the kit does not show."""

import re
from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, nodes

from tests.guards.layers import ROOT


def read_templates(root: Path = ROOT) -> dict[str, str]:
    """Every template by its name."""
    folder = root / "templates"
    return {
        str(file.relative_to(folder)): file.read_text(encoding="utf-8")
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def unused_imports(templates: Mapping[str, str]) -> list[str]:
    """What is imported in vain, by template."""
    found = []
    for name, source in templates.items():
        tree = _parse(source)
        used = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "load"}
        found += [f"{name} imports {macro} in vain" for macro in _imported(tree) if macro not in used]
    return found


def unshown_components(templates: Mapping[str, str]) -> list[str]:
    """The macros of components that no template of the kit imports by name."""
    shown = {
        (node.template.value, name if isinstance(name, str) else name[0])
        for file, source in templates.items()
        if file.startswith("kit/")
        for node in _parse(source).find_all(nodes.FromImport)
        if isinstance(node.template, nodes.Const)
        for name in node.names
    }
    return [
        f"{file}: {macro.name} is not in the kit"
        for file, source in templates.items()
        if file.startswith("components/")
        for macro in _parse(source).find_all(nodes.Macro)
        if (file, macro.name) not in shown
    ]


QUIET = ("cases/", "assignments/", "handoffs/")
QUIET_TITLES = {"Work"}
_TITLE = re.compile(r"\{% block title %\}(.*?)\{% endblock %\}", re.DOTALL)


def telling_titles(templates: Mapping[str, str]) -> list[str]:
    """Pages about people whose title says more than that somebody is at work: tabs are seen by others."""
    quiet = {f'{{{{ _("{title}") }}}}' for title in QUIET_TITLES}
    return [
        f"{name}: {title}"
        for name, source in templates.items()
        if name.startswith(QUIET)
        for title in [*_TITLE.findall(source), *re.findall(r"<title>.*", source)]
        if title.strip() not in quiet
    ]


def _parse(source: str) -> nodes.Template:
    return Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True).parse(source)


def _imported(tree: nodes.Template) -> list[str]:
    names = [node.target for node in tree.find_all(nodes.Import)]
    for node in tree.find_all(nodes.FromImport):
        names += [name if isinstance(name, str) else name[1] for name in node.names]
    return names
