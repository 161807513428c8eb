"""Which templates the tests have used; told to tests/guards/test_templates.py at the end of a whole run.

What was compiled of a template for one app serves the others of this process.
"""

from typing import Any

from flask import Flask
from jinja2 import BaseLoader, BytecodeCache, Environment
from jinja2.bccache import Bucket

used: set[str] = set()


class _Compiled(BytecodeCache):
    """Kept by name and by the digest of what stood in the file."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if kept := self._kept.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


_compiled = _Compiled()


def watch(app: Flask) -> None:
    """Note every template this app loads: pages, and what they extend, import or include."""
    loader = app.jinja_env.loader
    assert isinstance(loader, BaseLoader)
    get_source = loader.get_source

    def get_and_note(environment: Environment, template: str) -> Any:
        found = get_source(environment, template)
        used.add(template)
        return found

    loader.get_source = get_and_note  # type: ignore[method-assign]
    app.jinja_env.bytecode_cache = _compiled
