"""Showing a partner a picture that the person's yes names."""

from app.accounts.permissions import Permission
from app.audit.catalogue import What
from app.audit.trail import Actor, look
from app.cases import photo_queries
from app.cases.photo_models import CasePhoto
from app.handoffs.models import Handoff


def show_picture(handoff: Handoff, photo: CasePhoto, *, actor: Actor) -> bytes:
    """Open a picture for the partner. Those assigned see the look in the case, like any other."""
    grounds = look(
        What.CASE_PHOTO_SHOWN,
        actor=actor,
        permission=Permission.PHOTO_READ,
        subject_type="case",
        subject_id=handoff.case_id,
        picture_id=photo.id,
        handoff_id=handoff.id,
    )
    return photo_queries.open_photo(photo, grounds)
