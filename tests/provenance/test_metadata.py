"""Everything that is not the picture goes; the picture stays to the last pixel."""

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from marketplace.provenance.errors import PictureTooLarge, PictureUnreadable
from marketplace.provenance.metadata import strip_metadata
from marketplace.provenance.pictures import open_picture
from tests.provenance.pictures import encoded, painting

SECRET = b"SECRET-45.8150N-15.9819E-/home/ann/prompts"
ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[0x0112] = orientation
    exif.get_ifd(0x8825)[1] = "N"
    return exif


def _with_metadata(kind: str) -> bytes:
    image = painting("turner")
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + SECRET + b"</x:xmpmeta>"
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("parameters", SECRET.decode())
        text.add_itxt("XML:com.adobe.xmp", xmp.decode(), zip=False)
        return encoded(image, "PNG", pnginfo=text, exif=_exif(), icc_profile=ICC)
    if kind == "JPEG":
        return encoded(
            image, "JPEG", quality=90, exif=_exif(), xmp=xmp, comment=SECRET, icc_profile=ICC, progressive=True
        )
    return encoded(image, "WEBP", quality=90, exif=_exif().tobytes(), xmp=xmp, icc_profile=ICC)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_metadata_goes_and_no_pixel_changes(kind):
    data = _with_metadata(kind)
    assert SECRET in data
    stripped, media_type = strip_metadata(data)
    assert media_type == f"image/{kind.lower()}"
    for trace in (SECRET, b"Exif", b"xmpmeta", b"parameters", b"EXIF", b"XMP "):
        assert trace not in stripped
    before, after = Image.open(BytesIO(data)), Image.open(BytesIO(stripped))
    assert np.array_equal(np.asarray(before), np.asarray(after))
    assert after.info["icc_profile"] == ICC
    assert strip_metadata(stripped)[0] == stripped


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_what_hangs_behind_the_end_goes(kind):
    data = _with_metadata(kind) + SECRET
    stripped, _ = strip_metadata(data)
    assert SECRET not in stripped
    open_picture(stripped)


def test_a_chunk_that_nobody_thought_of_goes_too():
    data = encoded(painting("monet"))
    chunk = struct.pack(">I", len(SECRET)) + b"zzZz" + SECRET + struct.pack(">I", zlib.crc32(b"zzZz" + SECRET))
    data = data[:33] + chunk + data[33:]
    assert SECRET not in strip_metadata(data)[0]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_that_exif_turns_is_turned(kind):
    image = painting("friedrich")
    turned = encoded(image, kind, exif=_exif(orientation=6).tobytes())
    stripped, _ = strip_metadata(turned)
    result = Image.open(BytesIO(stripped)).convert("RGB")
    assert result.size == (image.height, image.width)
    expected = np.asarray(image.rotate(-90, expand=True), dtype=int)
    assert np.abs(np.asarray(result, dtype=int) - expected).mean() < 6
    assert SECRET not in stripped


def test_transparency_and_palette_stay():
    image = painting("monet").quantize(32)
    image.info["transparency"] = 0
    data = encoded(image, "PNG", transparency=0)
    stripped, _ = strip_metadata(data)
    before, after = Image.open(BytesIO(data)), Image.open(BytesIO(stripped))
    assert after.mode == "P"
    assert np.array_equal(np.asarray(before.convert("RGBA")), np.asarray(after.convert("RGBA")))


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"not a picture at all", b"%PDF-1.7", b"<svg/>", b"\x89PNG\r\n\x1a\n"]
)
def test_what_is_no_picture_is_refused_with_a_way_out(data):
    with pytest.raises(PictureUnreadable) as raised:
        strip_metadata(data)
    assert raised.value.way_out


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_half_a_file_is_refused(kind):
    data = encoded(painting("turner"), kind)
    with pytest.raises(PictureUnreadable):
        strip_metadata(data[: len(data) // 2])


def test_a_decompression_bomb_is_refused_before_it_is_decoded():
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    body = b"IHDR" + header
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))
    with pytest.raises(PictureTooLarge):
        strip_metadata(data + b"\0\0\0\0IDAT\x35\xaf\x06\x1e")
    large = encoded(Image.new("1", (8000, 6000)))
    with pytest.raises(PictureTooLarge, match="40"):
        strip_metadata(large)


def test_a_moving_picture_is_refused():
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "blue")]
    data = encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:])
    with pytest.raises(PictureUnreadable, match="several"):
        strip_metadata(data)
