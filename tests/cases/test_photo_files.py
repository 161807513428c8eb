"""A picture is made anew: what is none is refused, and of what is one nothing but the pixels is left."""

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.cases.photo_files import make_anew
from app.cases.photo_rules import (
    LONGEST_SIDE,
    MOST_BYTES,
    MOST_PIXELS,
    NoPicture,
    PictureInHeif,
    PictureTooLarge,
)
from tests.support.photos import (
    CANARY,
    MAKER,
    ON_ITS_SIDE,
    from_a_phone,
    heic_of_a_phone,
    plain,
    png_with_words,
    profile_of,
    saved,
    webp_with_words,
    zipped,
)

SVG = f'<svg xmlns="http://www.w3.org/2000/svg"><script>{CANARY}</script></svg>'.encode()
HTML = f"<!doctype html><script>{CANARY}</script>".encode()
TAKEN = {"a photo from a phone": from_a_phone, "a PNG": png_with_words, "a WebP": webp_with_words}


def opened(jpeg: bytes) -> Image.Image:
    with Image.open(BytesIO(jpeg)) as picture:
        picture.load()
        return picture


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is of any size."""

    def part(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", rows) + part(b"IEND", b"")


def moving(kind: str) -> bytes:
    return saved(plain(), kind, save_all=True, append_images=[Image.new("RGB", (320, 200))])


@pytest.mark.parametrize("make", TAKEN.values(), ids=TAKEN)
def test_nothing_but_the_pixels_is_left(make):
    sent = make()
    assert CANARY.encode() in sent

    picture = make_anew(sent)

    assert CANARY.encode() not in picture.jpeg
    found = opened(picture.jpeg)
    assert found.format == "JPEG"
    assert not found.getexif()
    assert set(found.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert picture.jpeg.endswith(b"\xff\xd9")
    assert (picture.width, picture.height) == found.size == (320, 200)


def test_what_a_file_says_is_really_in_what_we_send():
    """Else the test above proves nothing."""
    with Image.open(BytesIO(from_a_phone())) as sent:
        assert sent.getexif()[MAKER] == f"{CANARY} Phones"
        assert sent.getexif().get_ifd(0x8825)[29] == CANARY
        assert {"comment", "icc_profile", "xmp"} <= set(sent.info)
    with Image.open(BytesIO(webp_with_words())) as sent:
        assert {"exif", "xmp", "icc_profile"} <= set(sent.info)


def segments(jpeg: bytes) -> set[int]:
    """The kinds of the parts of a JPEG before its pixels."""
    found, at = set(), 2
    while jpeg[at + 1] != 0xDA:
        found.add(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return found


@given(canary=st.text("abcdefghijkmnpqrstuvwxyz", min_size=8, max_size=40))
@settings(max_examples=20)
def test_whatever_words_a_phone_adds_none_of_them_stays(canary):
    for make in TAKEN.values():
        jpeg = make_anew(make(canary)).jpeg

        assert canary.encode() not in jpeg
        # JFIF, tables and the frame: no part for EXIF, profiles or comments
        assert segments(jpeg) <= {0xE0, 0xDB, 0xC0, 0xC4}
        assert segments(from_a_phone(canary)) >= {0xE1, 0xE2, 0xFE}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff\xd8\xff", id="the beginning of a JPEG"),
        pytest.param(SVG, id="SVG"),
        pytest.param(HTML, id="HTML"),
        pytest.param(b"%PDF-1.7\n" + CANARY.encode(), id="PDF"),
        pytest.param(b"MZ" + bytes(200), id="a program"),
        pytest.param(zipped(), id="ZIP"),
        pytest.param(moving("GIF"), id="GIF"),
        pytest.param(saved(plain(), "TIFF"), id="TIFF"),
        pytest.param(saved(plain(), "BMP"), id="BMP"),
        pytest.param(saved(plain(), "ICO"), id="ICO"),
        pytest.param(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1" + bytes(200), id="HEIC"),
        pytest.param(from_a_phone()[:2000], id="a JPEG cut short"),
        pytest.param(saved(plain(900, 900))[:-2000], id="a JPEG without its end"),
        pytest.param(png_with_words()[:-400], id="a PNG without its end"),
        pytest.param(webp_with_words()[:300], id="a WebP cut short"),
        pytest.param(bytes(1000), id="zeros"),
    ],
)
def test_what_is_no_picture_is_refused_whatever_it_is_called(content):
    with pytest.raises(NoPicture) as refusal:
        make_anew(content)

    assert CANARY not in str(refusal.value)
    assert refusal.value.__context__ is None or refusal.value.__suppress_context__


def test_a_picture_that_a_phone_keeps_as_heic_is_refused_with_what_to_do():
    with pytest.raises(PictureInHeif) as refusal:
        make_anew(heic_of_a_phone())

    assert "Most Compatible" in str(refusal.value)
    assert CANARY not in str(refusal.value)


@pytest.mark.parametrize(
    "content",
    [b"", b"ftypheic", b"\x00\x00\x00\x1cftypisom" + bytes(50), b"\x00\x00\x00\x1cftypavif" + bytes(50)],
)
def test_of_other_files_nobody_is_told_to_change_their_phone(content):
    with pytest.raises(NoPicture) as refusal:
        make_anew(content)

    assert not isinstance(refusal.value, PictureInHeif)


@pytest.mark.parametrize(
    "content",
    [
        png_that_claims(50_000, 50_000),
        png_that_claims(8_000, 5_001),
        png_that_claims(2, MOST_PIXELS),
        saved(Image.new("1", (7_000, 6_000)), "PNG"),
        saved(plain()) + bytes(MOST_BYTES),
    ],
    ids=["a bomb", "a row too many", "a tower", "42 megapixels", "too many bytes"],
)
def test_what_would_not_fit_is_refused_before_it_is_unfolded(content, monkeypatch):
    monkeypatch.setattr("PIL.Image.MAX_IMAGE_PIXELS", None)  # our own rule holds without Pillow's
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda _: pytest.fail("It was unfolded."))

    with pytest.raises(PictureTooLarge):
        make_anew(content)


def test_a_picture_is_turned_the_way_the_phone_was_held():
    picture = make_anew(from_a_phone(orientation=ON_ITS_SIDE))

    assert (picture.width, picture.height) == (200, 320)
    found = opened(picture.jpeg)
    red, blue = found.getpixel((100, 20)), found.getpixel((100, 300))
    assert red[0] > 150 > red[2]  # what was left is above now
    assert blue[2] > 150 > blue[0]


@pytest.mark.parametrize("size", [(4000, 1000), (1000, 4000), (2500, 2500)])
def test_a_large_picture_is_made_smaller(size):
    picture = make_anew(saved(plain(*size)))

    assert max(picture.width, picture.height) == LONGEST_SIDE
    assert picture.width / picture.height == pytest.approx(size[0] / size[1], rel=0.01)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_a_picture_that_moves_the_first_is_kept(kind):
    found = opened(make_anew(moving(kind)).jpeg)

    assert getattr(found, "n_frames", 1) == 1
    assert found.getpixel((20, 100))[0] > 150


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("RGBA", (40, 30), (0, 0, 0, 0)),
        Image.new("LA", (40, 30), (0, 0)),
        Image.new("P", (40, 30)),
        Image.new("1", (40, 30), 1),
        Image.new("I;16", (40, 30), 255),
    ],
    ids=lambda picture: picture.mode,
)
def test_every_way_to_keep_pixels_is_read(picture):
    found = opened(make_anew(saved(picture, "PNG")).jpeg)

    assert (found.mode, found.size) == ("RGB", (40, 30))
    if picture.mode in {"RGBA", "LA"}:
        assert found.getpixel((5, 5)) == (255, 255, 255)  # what lets light through lies on white


def test_a_picture_for_print_is_read():
    found = opened(make_anew(saved(plain().convert("CMYK"), icc_profile=profile_of())).jpeg)

    assert found.mode == "RGB"


WHOLE = [make() for make in TAKEN.values()]


# What Pillow only warns of, such as a torn EXIF, is let go with all the rest that is no pixel.
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@given(data=st.data())
@settings(max_examples=100)
def test_a_damaged_file_is_a_picture_or_refused_and_nothing_else(data):
    content = bytearray(data.draw(st.sampled_from(WHOLE)))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    try:
        picture = make_anew(bytes(content))
    except (NoPicture, PictureTooLarge):
        return
    assert segments(picture.jpeg) <= {0xE0, 0xDB, 0xC0, 0xC4}
