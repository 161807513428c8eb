"""Which templates the tests have used; told to tests/guards/test_templates.py at the end of a whole run."""

from typing import Any

from flask import Flask
from jinja2 import BaseLoader, Environment

used: set[str] = set()


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
