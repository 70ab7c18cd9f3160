"""A stranger's picture: plain PNG or refused in words."""

import io
import struct
import zlib

import pytest
from PIL import Image

from marketplace.studio.errors import InputPictureUnusable
from marketplace.studio.input_pictures import KEPT_SIDE, MOST_BYTES, clean_input_picture
from tests.studio.delivering import png


def encoded(picture: Image.Image, kind: str, **more) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **more)
    return buffer.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_every_kind_becomes_a_bare_rgb_png(kind: str):
    made = opened(clean_input_picture(encoded(Image.new("RGB", (120, 90), "navy"), kind)))
    assert (made.format, made.mode, made.size, made.info) == ("PNG", "RGB", (120, 90), {})


def test_exif_is_applied_and_removed():
    picture = Image.new("RGB", (200, 100), "navy")
    exif = picture.getexif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Secret Camera Works"
    exif.get_ifd(0x8825)[2] = (52.0, 30.0, 0.0)  # GPS
    cleaned = clean_input_picture(encoded(picture, "JPEG", exif=exif, comment=b"at home"))
    made = opened(cleaned)
    assert made.size == (100, 200)
    assert not made.getexif()
    assert b"Secret" not in cleaned
    assert b"at home" not in cleaned


def test_transparency_becomes_white_and_a_large_picture_is_made_smaller():
    made = opened(clean_input_picture(encoded(Image.new("RGBA", (3000, 1500), (0, 0, 0, 0)), "PNG")))
    assert made.size == (KEPT_SIDE, KEPT_SIDE // 2)
    assert made.getpixel((5, 5)) == (255, 255, 255)


def bomb(width: int, height: int) -> bytes:
    """A small PNG whose header promises a huge picture."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no PNG, JPEG or WebP"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no PNG, JPEG or WebP"),
        (b"\0" * (MOST_BYTES + 1), "larger than 15 MB"),
        (encoded(Image.new("RGB", (90, 90)), "GIF"), "no PNG, JPEG or WebP"),
        (png(40, 400), "smaller than 64"),
        (png(1000, 100), "4 times as long"),
        (png(200, 200)[:200], "damaged"),
        (bomb(60_000, 60_000), "40 million pixels"),
        (bomb(7_000, 7_000), "40 million pixels"),
    ],
    ids=["empty", "svg", "too large", "gif", "too small", "too long", "cut off", "bomb", "large bomb"],
)
def test_what_cannot_be_used_is_refused_with_the_way_out(data: bytes, said: str):
    with pytest.raises(InputPictureUnusable, match=said) as refused:
        clean_input_picture(data)
    assert refused.value.way_out


@pytest.mark.parametrize(("ink", "paper"), [("black", 255), ("maroon", 255), ("white", 0), ("ivory", 0)])
def test_ink_on_transparent_paper_stays_visible(ink: str, paper: int):
    sketch = Image.new("RGBA", (100, 80), (255, 255, 255, 0))
    sketch.paste(Image.new("RGBA", (10, 80), ink), (40, 0))
    plain = opened(clean_input_picture(encoded(sketch, "PNG"))).convert("L")
    assert plain.getpixel((5, 5)) == paper
    assert abs(plain.getpixel((45, 5)) - paper) > 128


def test_a_picture_that_is_all_transparent_is_white():
    empty = Image.new("RGBA", (100, 80), (0, 0, 0, 0))
    assert opened(clean_input_picture(encoded(empty, "PNG"))).getextrema() == ((255, 255),) * 3
