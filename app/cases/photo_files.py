"""A picture made anew from a file that came: its pixels, and nothing else that was in the file.

What a file is, its content says; its name and what the browser calls it are never asked. A photo from
a phone tells where it was taken, when and by whose phone, and may hold a smaller one from before it was
cut; a file can be a picture and a program at once. So we keep no file that came. We take the
pixels, turn them as the camera was held, and write a JPEG of our own.

Colors are taken as they stand: a color profile is a program of sorts, with the name of who made it.
"""

import struct
import threading
import zlib
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

from app.cases import photo_rules
from app.cases.photo_rules import (
    LONGEST_SIDE,
    MOST_PIXELS,
    QUALITY,
    NoPicture,
    PictureInHeif,
    PictureTooLarge,
)

Image.MAX_IMAGE_PIXELS = MOST_PIXELS  # a second lock on the same door: Pillow asks as well

FORMATS = ("JPEG", "PNG", "WEBP")
"""Pillow reads dozens of formats; each is code that strangers could reach.

HEIC is not among them: what reads it is two large libraries of C++ for a file that the phone itself turns
into a JPEG where we ask for one. Where it does not, we say what to do (`PictureInHeif`).
"""
_TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError)
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    ArithmeticError,
    NotImplementedError,  # a way of packing pixels that Pillow knows of and does not read
    struct.error,
    zlib.error,
)
"""All that Pillow is known to raise at a file that is not what it says."""
_one_at_a_time = threading.Lock()
_WHITE = (255, 255, 255)


@dataclass(frozen=True)
class Picture:
    """A JPEG of our own making, and its size in pixels."""

    jpeg: bytes
    width: int
    height: int


def make_anew(content: bytes) -> Picture:
    """The picture in a file, made anew. Raises `NoPicture` or `PictureTooLarge`.

    One at a time in each process: unfolded, a picture takes a hundred times the memory of its file.
    """
    photo_rules.require_byte_count(len(content))
    with _one_at_a_time:
        try:
            return _write(_read(content))
        except _TOO_LARGE:
            raise PictureTooLarge from None  # what broke would speak of the file
        except _BROKEN:
            raise (PictureInHeif if photo_rules.is_heif(content) else NoPicture) from None


def _read(content: bytes) -> Image.Image:
    """The first picture of a file, upright, no larger than we keep, as plain red, green and blue."""
    with Image.open(BytesIO(content), formats=FORMATS) as opened:
        photo_rules.require_pixels(*opened.size)
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG unfolds at half size: less to hold
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        if upright.has_transparency_data:
            with_alpha = upright.convert("RGBA")
            on_white = Image.new("RGB", with_alpha.size, _WHITE)
            on_white.paste(with_alpha, mask=with_alpha.getchannel("A"))
            return on_white
        return upright.convert("RGB")


def _write(image: Image.Image) -> Picture:
    bare = Image.new("RGB", image.size)  # knows nothing of the file: no notes to carry over
    bare.paste(image)
    out = BytesIO()
    bare.save(out, "JPEG", quality=QUALITY)
    return Picture(out.getvalue(), *bare.size)
