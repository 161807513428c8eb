"""Reading pictures of a case: what there is, and one opened."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, undefer

from app.audit.trail import Grounds
from app.cases.models import ConflictCase
from app.cases.photo_models import CasePhoto
from app.cases.photo_rules import MOST_IN_A_CASE
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.vault import sealing
from app.vault.models import DataKey
from app.vault.sealing import KeyDestroyed


def there() -> Select[CasePhoto]:
    """All pictures that can still be opened."""
    alive = select(CasePhoto).join(DataKey, DataKey.id == CasePhoto.key_id)
    return alive.where(CasePhoto.removed_at.is_(None), DataKey.wrapped.is_not(None))


def list_photos(case: ConflictCase) -> Sequence[CasePhoto]:
    """The pictures of a case that can still be opened, newest first; all fit on a page (one query)."""
    of_case = there().where(CasePhoto.case_id == case.id).options(joinedload(CasePhoto.added_by))
    newest = of_case.order_by(CasePhoto.added_at.desc(), CasePhoto.id.desc()).limit(MOST_IN_A_CASE)
    return db.session.scalars(newest).all()


def count_photos(case: ConflictCase) -> int:
    """How many pictures take room in a case."""
    there = select(func.count()).where(
        CasePhoto.case_id == case.id, CasePhoto.removed_at.is_(None), CasePhoto.picture_sealed.is_not(None)
    )
    return db.session.scalar(there) or 0


def get_photo(case: ConflictCase, picture_id: str) -> CasePhoto:
    """A picture of this case that is there."""
    photo = db.session.get(CasePhoto, picture_id)
    if photo is None or photo.case_id != case.id or photo.removed_at is not None:
        raise NotFound
    return photo


def open_photo(photo: CasePhoto, by: Grounds) -> bytes:
    """The JPEG itself. Raises `KeyDestroyed` when its time was over."""
    one = select(CasePhoto).where(CasePhoto.id == photo.id).options(undefer(CasePhoto.picture_sealed))
    photo = db.session.scalars(one.execution_options(populate_existing=True)).one()
    if photo.picture_sealed is None:
        raise KeyDestroyed
    table, column = CasePhoto.__tablename__, "picture_sealed"
    return sealing.unseal_bytes(photo.key_id, table, column, photo.id, photo.picture_sealed, by=by)
