"""Operators' commands: what they read is read by the machine, not by a person who looks."""

from typing import Any

import click
from flask.cli import AppGroup

from app.foundation.reader import as_machine


class OperatorGroup(AppGroup):
    """A group of operators' commands."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        with as_machine():
            return super().invoke(ctx)
