"""What a picture in a case may be. Pure. Source of the limits: security.md T-14, ASVS 5.0 V5."""

from flask_babel import lazy_gettext as _l

from app.foundation.errors import DomainError

MOST_BYTES = 12_000_000
"""Of a file as it comes: what the camera of a phone makes, and no more."""
MOST_PIXELS = 40_000_000
"""Of a picture as it comes: four bytes for each would still fit beside all else in memory."""
LONGEST_SIDE = 2000
"""Of a picture as it is kept, in pixels: a signed paper can be read, and a phone has it in a second."""
QUALITY = 82
MOST_IN_A_CASE = 20
_HEIF_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"))


def is_heif(content: bytes) -> bool:
    """Whether a file says that it is one of those in which some phones keep their pictures."""
    return content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS


class NoPicture(DomainError):
    """What came is no picture that we keep, or a broken one."""

    status = 422
    code = "no-picture"
    words = _l("We cannot read this file. Choose a picture: JPEG, PNG or WebP.")

    def __init__(self) -> None:
        super().__init__(self.words)


class PictureInHeif(NoPicture):
    """The picture of a phone that keeps them as HEIC: whoever stands there must know what to do."""

    words = _l(
        "We cannot read this picture: it is a HEIC. On an iPhone: open Settings, Camera, Formats, choose Most"
        " Compatible, and take the picture again. On another phone: turn HEIC off in the camera."
    )


class PictureTooLarge(DomainError):
    """More bytes or more pixels than we take."""

    status = 422
    code = "picture-too-large"

    def __init__(self) -> None:
        megabytes, megapixels = MOST_BYTES // 1_000_000, MOST_PIXELS // 1_000_000
        super().__init__(
            _l(
                "This picture is too large: at most %(mb)d megabytes and %(mp)d megapixels.",
                mb=megabytes,
                mp=megapixels,
            )
        )


class TooManyPictures(DomainError):
    """The case has as many pictures as it may."""

    code = "too-many-pictures"

    def __init__(self) -> None:
        super().__init__(_l("A case holds %(most)d pictures. Take one away first.", most=MOST_IN_A_CASE))


class PictureIsHeld(DomainError):
    """A court has asked for what is in the case: nothing leaves it."""

    code = "picture-is-held"

    def __init__(self) -> None:
        super().__init__(_l("Nothing can be taken out of this case now. Ask your lead."))


def require_byte_count(count: int) -> None:
    """Nothing is looked into that is empty, or larger than we take."""
    if count == 0:
        raise NoPicture
    if count > MOST_BYTES:
        raise PictureTooLarge


def require_pixels(width: int, height: int) -> None:
    """A few bytes can claim to be a picture of any size: asked before it is unfolded."""
    if width < 1 or height < 1:
        raise NoPicture
    if width * height > MOST_PIXELS:
        raise PictureTooLarge


def require_room(count: int) -> None:
    """Whether one more fits, when there are so many."""
    if count >= MOST_IN_A_CASE:
        raise TooManyPictures
