"""For whom work is done that nobody waits for at a door: the office itself, or a person who asked for it.

Whatever the worker does says one of the two, as every door says who may come in. The office's own
work is done by the machine, whoever set it going: a clock, a promise to dispatch, the schedule of what
is destroyed. It owes nothing to anybody's rights and stops for nobody who leaves. Work for a person
has that person's rights, asked again at each piece (`accounts.behalf`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

_MARK = "behalf"


@dataclass(frozen=True)
class Behalf:
    """For whom work is done. `permission`: what the person who asked must still hold; empty is the office."""

    why: str
    permission: str = ""


def office_own(why: str) -> Callable[[F], F]:
    """This is the office's own work: why it is done whoever asked for it, in one sentence."""

    def mark(act: F) -> F:
        return marked(act, Behalf(why))

    return mark


def marked(act: F, behalf: Behalf) -> F:
    """Say for whom something is done."""
    setattr(act, _MARK, behalf)
    return act


def behalf_of(act: object) -> Behalf | None:
    """For whom something is done; None where nobody has said."""
    return getattr(act, _MARK, None)
