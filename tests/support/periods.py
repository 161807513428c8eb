"""The keys of quarters and months for tests, as the worker makes them."""

from datetime import datetime

from app.foundation import copies
from app.foundation.db import db
from app.vault import period_keys


def make_period_keys(at: datetime) -> None:
    """Those of this moment and of the periods after it, there for every process."""
    period_keys.schedule(at)
    db.session.commit()
    copies.forget_all()
