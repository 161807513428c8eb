"""Pictures for tests, made by Pillow: as a phone writes them, with all that it says beside the pixels."""

import zipfile
from base64 import b64decode
from io import BytesIO

from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from app.accounts.models import Account
from app.accounts.sign_in import actor_of
from app.cases import photo_actions
from app.cases.models import ConflictCase
from app.cases.photo_files import make_anew
from app.cases.photo_models import CasePhoto, PhotoKind

CANARY = "zanzibarred"
IN_EVERY_PICTURE = "JFIF"
"""Stands at the head of each picture that we make."""
UPRIGHT, ON_ITS_SIDE = 1, 6
GPS, ORIENTATION, MAKER, MAKER_NOTE, COMMENT = 0x8825, 0x0112, 0x010F, 0x927C, 0x9286
LATITUDE = (33.0, 56.0, 28.4)
_HEIC = (
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJp"
    "bG9jAAAAAERAAAEAAQAAAAABoQABAAAAAAAAACQAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAAB"
    "AAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEA"
    "AQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAA"
    "FGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhp"
    "cG1hAAAAAAAAAAEAAQWBAgMFhAAAACxtZGF0AAAAICgBrxmA70mlv//f4x/19q/4pshf/7OOd9FbH+73A21v"
)


def plain(width: int = 320, height: int = 200) -> Image.Image:
    """The left half red, the right half blue: which way it is turned can be seen."""
    picture = Image.new("RGB", (width, height), (200, 30, 30))
    picture.paste((30, 30, 200), (width // 2, 0, width, height))
    return picture


def saved(picture: Image.Image, kind: str = "JPEG", **more: object) -> bytes:
    """The file that Pillow writes."""
    out = BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def exif_of(canary: str = CANARY, orientation: int = UPRIGHT) -> bytes:
    """What a phone says of where, by whose phone, and which way it was held."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = orientation, f"{canary} Phones"
    exif.get_ifd(GPS).update({1: "N", 2: LATITUDE, 3: "W", 4: LATITUDE, 29: canary})
    exif.get_ifd(0x8769).update({MAKER_NOTE: canary.encode(), COMMENT: canary.encode()})
    return exif.tobytes()


def profile_of() -> bytes:
    """A color profile, which names who made it."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def from_a_phone(
    canary: str = CANARY, orientation: int = UPRIGHT, size: tuple[int, int] = (320, 200)
) -> bytes:
    """A JPEG with a place, names, a note, a color profile and a file of another kind behind it."""
    jpeg = saved(
        plain(*size),
        exif=exif_of(canary, orientation),
        comment=canary.encode(),
        icc_profile=profile_of(),
        xmp=f"<x>{canary}</x>".encode(),
    )
    return jpeg + zipped(canary)


def png_with_words(canary: str = CANARY) -> bytes:
    """A PNG with texts, plain and packed, and EXIF."""
    info = PngInfo()
    info.add_text("Comment", canary)
    info.add_itxt("Author", canary, zip=True)
    return saved(plain(), "PNG", pnginfo=info, exif=exif_of(canary), icc_profile=profile_of())


def webp_with_words(canary: str = CANARY) -> bytes:
    """A WebP with EXIF and XMP."""
    return saved(
        plain(), "WEBP", exif=exif_of(canary), xmp=f"<x>{canary}</x>".encode(), icc_profile=profile_of()
    )


def heic_of_a_phone(canary: str = CANARY) -> bytes:
    """A HEIC of 64 to 48 pixels, as libheif writes it; nothing here could make one. Words hang behind it."""
    return b64decode(_HEIC) + canary.encode()


def zipped(canary: str = CANARY) -> bytes:
    """A packed file, as it is hung behind a picture to be two things at once."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(f"{canary}.html", f"<script>{canary}</script>")
    return out.getvalue()


def make_photo(case: ConflictCase, by: Account, kind: PhotoKind = PhotoKind.DAMAGE) -> CasePhoto:
    """A picture in a case."""
    picture = make_anew(saved(plain(32, 20)))
    return photo_actions.add_photo(case, kind, picture, actor=actor_of(by))
