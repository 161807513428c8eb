"""The single pictures of a case that go with a service referral: those that the person's yes names."""

from collections.abc import Collection, Sequence
from datetime import datetime

from app.cases import photo_queries
from app.cases.photo_models import CasePhoto
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.handoffs import rules
from app.handoffs.models import Handoff, consent_pictures
from app.handoffs.queries import list_consents


def list_shared(handoff: Handoff, now: datetime) -> Sequence[CasePhoto]:
    """The pictures that a live yes names, as far as they are still there, oldest first (two queries)."""
    words = list_consents(handoff.id)
    if rules.live_consent(words, rules.day_of(now)) is None:
        return []
    named = photo_queries.there().join(consent_pictures, consent_pictures.c.picture_id == CasePhoto.id)
    of_last_word = named.where(
        consent_pictures.c.consent_id == words[-1].id, CasePhoto.case_id == handoff.case_id
    )
    return db.session.scalars(of_last_word.order_by(CasePhoto.added_at, CasePhoto.id)).all()


def list_named(handoff: Handoff, picture_ids: Collection[str]) -> Sequence[CasePhoto]:
    """The pictures that a yes is to name: of its own case alone, and still there. Raises `NotFound`."""
    there = {photo.id: photo for photo in photo_queries.list_photos(handoff.case)} if picture_ids else {}
    if set(picture_ids) - set(there):
        raise NotFound
    return [there[one] for one in sorted(picture_ids)]


def get_shared(handoff: Handoff, picture_id: str, now: datetime) -> CasePhoto:
    """One of them; any other is not there."""
    for photo in list_shared(handoff, now):
        if photo.id == picture_id:
            return photo
    raise NotFound
