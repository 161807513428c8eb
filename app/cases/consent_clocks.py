"""At the close of a case the time of each yes to being asked again begins."""

from app.cases import consent_queries
from app.cases.consent_rules import counted_from
from app.cases.models import ConflictCase
from app.foundation.db import db
from app.foundation.reader import as_machine


def start(case: ConflictCase) -> None:
    """Set the clock of each yes that counts, whoever closes the case."""
    with as_machine():
        for word in consent_queries.latest_words(case).values():
            if word.days and case.closed_at:
                word.counted_from = counted_from(case.closed_at, word.days)
        db.session.flush()
