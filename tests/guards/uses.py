"""Which module opens a sealed field for which use of the machine's own, read from the source.

A use asks for no person and no look. So each stands here for the modules that need it, with the
reason; a page that passed one would show words without anybody's grounds.
"""

import ast
from collections.abc import Mapping

from app.vault.access import Use

WHERE_USES_ARE_MADE = "app.vault.access"
ALLOWED: Mapping[str, Mapping[Use, str]] = {
    "app.referrals.queries": {Use.SCREENING: "opens what was told for those below who screen it"},
    "app.referrals.actions": {Use.SCREENING: "what is told later is read with what was told before"},
    "app.journey_again": {Use.SCREENING: "a newer version of a call is screened with the older one"},
    "app.triage.stored_calls": {Use.SCREENING: "a draft of the policy is tried on the calls that we keep"},
    "app.journey": {Use.OPENING_A_CASE: "the place of an accepted call goes into its case"},
    "app.cases.contact_actions": {Use.COMPARING: "a contact is corrected only where it was changed"},
    "app.inputs.actions": {Use.COMPARING: "the same form sent twice is one input"},
    "app.accounts.clients": {Use.CHECKING: "the signature of a machine is checked by its secret"},
    "app.accounts.sign_in": {Use.CHECKING: "a code is checked by the secret of the app that made it"},
    "app.delivery.destinations": {Use.SIGNING: "a message is signed by the secret of its receiver"},
    "app.vault.readable": {Use.INTEGRITY: "drills count what opens; a command alone may print it"},
}
"""Tests and benchmarks check what is stored by `Use.INTEGRITY`; the product has one place for it."""

Found = dict[str, set[Use]]


def passed(modules: Mapping[str, str]) -> tuple[Found, list[str]]:
    """Each module's uses, those that a function it calls has by default too; and what hides its use."""
    trees = {name: ast.parse(source) for name, source in modules.items() if name != WHERE_USES_ARE_MADE}
    by_default = {name: use for tree in trees.values() for name, use in _defaults(tree)}
    found: Found = {}
    hidden = []
    for module, tree in trees.items():
        named, other = _named(tree)
        uses = named | {by_default[name] for name in _called_with_one(tree) & set(by_default)}
        if uses:
            found[module] = uses
        hidden += [f"{module}:{line}: a use that is not written out" for line in other]
    return found, hidden


def _defaults(tree: ast.Module) -> list[tuple[str, Use]]:
    """Functions that open for a use when they are not told for what."""
    return [
        (node.name, use)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for default in (*node.args.defaults, *node.args.kw_defaults)
        if default and (use := _use_of(default))
    ]


def _called_with_one(tree: ast.Module) -> set[str]:
    """Names of what is called with the record alone."""
    return {
        getattr(node.func, "attr", getattr(node.func, "id", ""))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and len(node.args) + len(node.keywords) == 1
    }


def _named(tree: ast.Module) -> tuple[set[Use], list[int]]:
    """The uses that are written out; and lines on which `Use` stands otherwise than as a type."""
    uses, fine = set(), set()
    for node in ast.walk(tree):
        if use := _use_of(node):
            uses.add(use)
            fine.add(node.value)  # type: ignore[attr-defined]
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "isinstance":
            fine |= set(node.args)  # asks which it is, and passes none
        for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            fine |= set(ast.walk(annotation)) if annotation else set()
    other = [node.lineno for node in ast.walk(tree) if _is_use(node) and node not in fine]
    return uses, other + _other_names(tree)


def _use_of(node: ast.AST) -> Use | None:
    if isinstance(node, ast.Attribute) and _is_use(node.value) and node.attr in Use.__members__:
        return Use[node.attr]
    return None


def _is_use(node: ast.AST) -> bool:
    return "Use" in (getattr(node, "id", None), getattr(node, "attr", None))


def _other_names(tree: ast.Module) -> list[int]:
    """Lines that take `Use`, or all that stands beside it, in under another name."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == WHERE_USES_ARE_MADE
        for one in node.names
        if one.name == "*" or (one.name == "Use" and one.asname not in (None, "Use"))
    ]
