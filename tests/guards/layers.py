"""Who may import whom, as design.md 1 says, read from the source; imports inside functions count.

Doors may use everything below them; the journey is the only one that acts on two steps;
a later step may look at an earlier one but never act on it; machinery knows nothing of the work.
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]

STEPS = ("referrals", "triage", "routing", "assignments", "cases", "handoffs", "inputs", "plans")
GROUND = ("places", "roster", "directory")
WINDOWS = ("board", "maps", "reports", "releases")
# Floors from the ground up; a module may import its own floor and those below.
FLOORS = [
    ("foundation",),
    ("audit", "vault", "delivery"),
    ("accounts",),
    GROUND,
    STEPS,
    WINDOWS,
    ("journey", "journey_again"),
]
FLOOR_OF = {name: floor for floor, names in enumerate(FLOORS) for name in names}
DOORS_FLOOR = len(FLOORS)
DOOR_PACKAGES = ("demo", "developers", "worker", "cli", "navigation")
DOOR_FILES = ("views", "api", "forms", "commands")

# The one permission table imports nothing of ours, and everybody obeys it: the trail and the vault too.
READ_BY_ALL = {"app.accounts.permissions"}

REQUEST_WORDS = {"request", "g", "session", "current_app", "has_request_context"}
KNOWS_THE_WEB = {
    "app.foundation.http": "the one handler for errors and headers",
    "app.foundation.i18n": "reads the language that a request asks for",
    "app.foundation.pages": "the product's own small pages: styles, language, health",
    "app.foundation.cookies": "what is kept in a browser, by the settings of this app",
    "app.foundation.forms": "form fields",
    "app.foundation.assets": "addresses of files",
    "app.accounts.access": "the door check itself",
    "app.accounts.files": "lets the few doors that take files read more",
    "app.accounts.cookies": "what a browser keeps of a sign-in",
    "app.accounts.refusals": "writes what a door refused into the log",
}
KNOWS_FLASK_LOGIN = {"app.accounts.access", "app.accounts.models"}
UNSAFE_IN_FOLIUM = {"Popup", "Tooltip", "GeoJsonPopup", "GeoJsonTooltip"}


def read_modules(root: Path = ROOT) -> dict[str, str]:
    """Every module of the product: its dotted name and its source."""
    modules = {}
    for file in sorted((root / "app").rglob("*.py")):
        name = ".".join(file.relative_to(root).with_suffix("").parts)
        modules[name.removesuffix(".__init__")] = file.read_text(encoding="utf-8")
    return modules


def violations(modules: Mapping[str, str]) -> list[str]:
    """Everything in these modules that goes against the layers, in words."""
    found: list[str] = []
    graph: dict[str, set[str]] = {}
    for module, source in modules.items():
        tree = ast.parse(source)
        targets = {_module_of(target, modules) for target in _imports(tree, module)} - {"app"}
        ours = {target for target in targets if target.split(".")[0] == "app"}
        graph[module] = {target for target in ours & set(modules) if target not in {module, "app"}}
        found += [
            f"{module} imports {target}: {why}"
            for target in sorted(ours)
            if (why := _objection(module, target))
        ]
        found += _two_steps(module, ours)
        found += _web_below_the_doors(module, tree)
        found += _folium(module, tree)
    return found + _cycles(graph)


def is_door(module: str) -> bool:
    """Whether requests, commands or the loop come in here."""
    parts = module.split(".")
    if len(parts) == 1 or parts[1] in DOOR_PACKAGES:
        return True
    return any(word in DOOR_FILES for part in parts[2:] for word in part.split("_"))


def _imports(tree: ast.AST, module: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join([*module.split(".")[: -node.level], *([base] if base else [])])
            if base != "app":
                yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _module_of(target: str, modules: Mapping[str, str]) -> str:
    """`app.cases.actions.close_case` means the module `app.cases.actions`."""
    while target not in modules and target.startswith("app.") and target.count(".") > 1:
        target = target.rpartition(".")[0]
    return target


def _room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def _objection(module: str, target: str) -> str | None:
    """Why this import may not be; None when it may."""
    here, there = _room(module), _room(target)
    if target in READ_BY_ALL:
        return None
    if here == there:
        return _objection_at_home(module, target)
    if is_door(target) and module != "app":
        return _objection_to_door(module, target)
    if is_door(module):
        return None
    if here in STEPS and there in STEPS:
        return _objection_between_steps(here, target)
    if here in GROUND and there in GROUND and GROUND.index(there) > GROUND.index(here):
        return f"{here} comes before {there}"
    if FLOOR_OF.get(there, DOORS_FLOOR) > FLOOR_OF.get(here, DOORS_FLOOR):
        return f"{there} stands above {here}"
    return None


def _objection_at_home(module: str, target: str) -> str | None:
    if is_door(target) and not is_door(module):
        return "what is behind a door does not look at the door"
    return None


def _objection_to_door(module: str, target: str) -> str | None:
    """Doors are closed to the rest, but for the shared form fields and the operators' doors."""
    if target == "app.foundation.forms" and is_door(module):
        return None
    if _room(module) in ("", *DOOR_PACKAGES):
        return None  # the whole house's doors hang the packages' doors
    return "a door of another package"


def _objection_between_steps(here: str, target: str) -> str | None:
    there = _room(target)
    if STEPS.index(there) > STEPS.index(here):
        return f"{here} comes before {there}"
    if _is_acting(target):
        return f"only the journey lets {here} act on {there}"
    return None


def _is_acting(target: str) -> bool:
    parts = target.split(".")
    return any("actions" in part.split("_") for part in parts[2:])


def _two_steps(module: str, targets: set[str]) -> list[str]:
    """Only the journey (and the demo, which plays everybody) acts on two steps."""
    acted_on = {_room(target) for target in targets if _is_acting(target) and _room(target) in STEPS}
    if len(acted_on) < 2 or _room(module) in {"journey", "journey_again", "demo"}:
        return []
    return [f"{module} acts on {', '.join(sorted(acted_on))}: only the journey acts on two steps"]


def _web_below_the_doors(module: str, tree: ast.AST) -> list[str]:
    if is_door(module):
        return []
    found = []
    for node in ast.walk(tree):
        names = _imported_names(node)
        if names.get("flask", set()) & (REQUEST_WORDS | {""}) and module not in KNOWS_THE_WEB:
            found.append(f"{module} knows Flask's request: the actor is passed in")
        if "flask_login" in names and module not in KNOWS_FLASK_LOGIN:
            found.append(f"{module} knows who is signed in: the actor is passed in")
    return found


def _folium(module: str, tree: ast.AST) -> list[str]:
    """Only the maps know folium, and its popups never: they run text of people as script."""
    found = []
    for node in ast.walk(tree):
        names = _imported_names(node)
        if {"folium", "branca"} & set(names) and _room(module) != "maps":
            found.append(f"{module} imports folium: only app/maps knows it")
        words = {word for group in names.values() for word in group}
        if isinstance(node, ast.Attribute):
            words.add(node.attr)
        if isinstance(node, ast.Name):
            words.add(node.id)
        found += [
            f"{module} uses folium's {word}: it runs text as script"
            for word in sorted(words & UNSAFE_IN_FOLIUM)
        ]
    return found


def _imported_names(node: ast.AST) -> dict[str, set[str]]:
    """Top-level package to the names taken from it; "" for the whole of it."""
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0]: {""} for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.module:
        return {node.module.split(".")[0]: {alias.name for alias in node.names}}
    return {}


def _cycles(graph: Mapping[str, set[str]]) -> list[str]:
    """Modules that reach themselves by imports."""
    found = []
    for start in sorted(graph):
        seen: set[str] = set()
        todo = list(graph[start])
        while todo:
            if (module := todo.pop()) not in seen:
                seen.add(module)
                todo += graph.get(module, set())
        if start in seen:
            found.append(f"{start} is in a circle of imports")
    return found
