"""Adding a picture to a case, showing one, and taking one away."""

from typing import Any

from sqlalchemy import select

from app.accounts.permissions import Permission
from app.assignments.queries import assignment_id_in
from app.audit.catalogue import What
from app.audit.trail import Actor, look, record
from app.cases import photo_queries, photo_rules, rules
from app.cases.actions import lock
from app.cases.models import ConflictCase
from app.cases.photo_files import Picture
from app.cases.photo_models import CasePhoto, PhotoKind
from app.cases.retention import PHOTOS
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.ids import new_id
from app.vault import erasures, sealing
from app.vault.models import KeyPurpose

TAKEN_AWAY = "taken away"
"""The reason that the tombstone of its key gives."""


def add_photo(case: ConflictCase, kind: PhotoKind, picture: Picture, *, actor: Actor) -> CasePhoto:
    """Keep a picture, sealed under a key of its own. Raises `CaseClosed` or `TooManyPictures`.

    The case is locked first: two phones at once do not add one too many.
    """
    lock(case)
    rules.require_open(case.state)
    photo_rules.require_room(photo_queries.count_photos(case))
    picture_id, key_id = new_id(), sealing.new_key(KeyPurpose.PHOTO)
    photo = CasePhoto(
        id=picture_id,
        case_id=case.id,
        kind=kind,
        key_id=key_id,
        picture_sealed=sealing.seal_bytes(
            key_id, CasePhoto.__tablename__, "picture_sealed", picture_id, picture.jpeg
        ),
        width=picture.width,
        height=picture.height,
        byte_count=len(picture.jpeg),
        added_at=clock.now(),
        added_by_id=actor.id,
    )
    db.session.add(photo)
    db.session.flush()
    _on_trail(What.CASE_PHOTO_ADDED, case, photo, actor, shows=kind)
    return photo


def show_photo(case: ConflictCase, photo: CasePhoto, *, actor: Actor) -> bytes:
    """Open a picture. The look is on the trail, each picture for itself."""
    grounds = look(
        What.CASE_PHOTO_SHOWN,
        actor=actor,
        permission=Permission.PHOTO_WORK,
        subject_type="case",
        subject_id=case.id,
        assignment_id=assignment_id_in(case.id, actor),
        picture_id=photo.id,
    )
    return photo_queries.open_photo(photo, grounds)


def remove_photo(case: ConflictCase, photo: CasePhoto, *, actor: Actor) -> None:
    """Take a picture away for good: emptied, and its key destroyed, so that no backup shows it.

    Only whoever added it may; for others there is nothing here. Raises `PictureIsHeld` while
    a court has asked for what is in the case.
    """
    if photo.added_by_id != actor.id:
        raise NotFound
    erasures.lock_alive([photo.key_id])  # from here on nobody can put a hold on it unseen
    if _is_held(photo):
        raise photo_rules.PictureIsHeld
    photo.picture_sealed, photo.removed_at = None, clock.now()
    _on_trail(What.CASE_PHOTO_REMOVED, case, photo, actor)
    db.session.flush()
    erasures.destroy([photo.key_id], TAKEN_AWAY)


def _is_held(photo: CasePhoto) -> bool:
    held = select(CasePhoto.id).where(CasePhoto.id == photo.id, PHOTOS.is_held(clock.now()))
    return db.session.scalar(held) is not None


def _on_trail(what: What, case: ConflictCase, photo: CasePhoto, actor: Actor, **facts: Any) -> None:
    record(
        what,
        actor=actor,
        subject_type="case",
        subject_id=case.id,
        assignment_id=assignment_id_in(case.id, actor),
        picture_id=photo.id,
        **facts,
    )
