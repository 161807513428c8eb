"""What the people of a case said of being asked again."""

from collections.abc import Sequence

from sqlalchemy import select

from app.cases.consent_models import FollowUpConsent
from app.cases.models import ConflictCase, Party
from app.foundation.db import db


def latest_words(case: ConflictCase) -> dict[str, FollowUpConsent]:
    """The newest word of each person of a case who was asked (one query)."""
    words = (
        select(FollowUpConsent)
        .where(FollowUpConsent.case_id == case.id)
        .order_by(FollowUpConsent.at, FollowUpConsent.id)
    )
    return {word.party_id: word for word in db.session.scalars(words)}


def list_who_said_yes(case: ConflictCase) -> Sequence[Party]:
    """The people of a case whose newest word is a yes, in the order they were added (two queries)."""
    yes = [party_id for party_id, word in latest_words(case).items() if word.days]
    return db.session.scalars(select(Party).where(Party.id.in_(yes)).order_by(Party.id)).all()
