"""What goes wrong in the work, named for what happened, and safe to show as it is.

An error never repeats what a person wrote: it names the field or the rule.
"""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString


class DomainError(Exception):
    """The rules of the work say no. Safe to show as it is; never a bug."""

    status = 409
    code = "not-possible-now"

    def __init__(
        self, message: str | LazyString, *, status: int | None = None, code: str | None = None
    ) -> None:
        super().__init__(message)
        self.status = status or self.status
        self.code = code or self.code


class NotFound(DomainError):
    """There is no such thing, or not for you: both get the same answer."""

    status = 404
    code = "not-found"

    def __init__(self) -> None:
        super().__init__(_l("There is nothing here for you."))


class Forbidden(DomainError):
    """Your role does not do this."""

    status = 403
    code = "not-permitted"

    def __init__(self) -> None:
        super().__init__(_l("Your role does not do this."))
