"""The one form that takes a file. Its name and its declared type are never read."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from app.cases import labels
from app.cases.photo_models import PhotoKind
from app.foundation.forms import Choice, Form
from app.foundation.i18n import choices


class Picture(FileField):  # type: ignore[misc]  # Flask-WTF has no types
    """A picture from the camera or the files of a device. Its data is whatever was sent."""

    def __init__(self, label: Any, missing: Any, **kwargs: Any) -> None:
        super().__init__(label, validators=[FileRequired(missing)], **kwargs)

    def content(self) -> bytes:
        """The bytes as they came."""
        return bytes(self.data.read())


class PhotoForm(Form):
    """Add a picture: what it shows, and the picture."""

    kind = Choice(_l("What does it show?"), choices(labels.PHOTO_LABELS), missing=_l("Choose what it shows."))
    picture = Picture(_l("Picture"), missing=_l("Take a picture, or choose one."))

    def what(self) -> PhotoKind:
        return PhotoKind(self.kind.data)


class RemovePhotoForm(Form):
    """Take a picture away: nothing to fill in."""
