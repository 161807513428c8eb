"""Which pairs of state and owner the database itself lets stand."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.foundation.db import db
from app.referrals.models import Custody, Referral, State

Pair = tuple[State, Custody]


def pairs_that_stand(referral: Referral) -> set[Pair]:
    """Every pair that a referral can be given by a plain UPDATE, past all of our own code."""
    return set(_tried(referral.id))


def _tried(referral_id: str) -> Iterator[Pair]:
    put = text("UPDATE referrals SET state = :state, custody = :custody WHERE id = :id")
    for state in State:
        for custody in Custody:
            try:
                with db.session.begin_nested():
                    db.session.execute(
                        put, {"state": state.value, "custody": custody.value, "id": referral_id}
                    )
            except IntegrityError as refusal:
                if "custody_fits_state" not in str(refusal.orig):
                    raise
            else:
                yield state, custody
