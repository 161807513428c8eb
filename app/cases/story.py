"""What happened in a case, in one line of time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.cases.contact_queries import LoggedContact
from app.cases.models import CaseStateRow


@dataclass(frozen=True)
class Happening:
    """One thing that happened: a contact, or a change of state."""

    at: datetime
    contact: LoggedContact | None = None
    state: CaseStateRow | None = None


def tell(contacts: Iterable[LoggedContact], states: Iterable[CaseStateRow]) -> Sequence[Happening]:
    """Contacts and changes of state together, newest first."""
    told = [
        *(Happening(at=logged.contact.at, contact=logged) for logged in contacts),
        *(Happening(at=state.at, state=state) for state in states),
    ]
    return sorted(told, key=lambda happening: happening.at, reverse=True)
