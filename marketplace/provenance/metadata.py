"""Taking everything out of a picture file that is not the picture, without touching a pixel.

EXIF, XMP, IPTC, comments, text chunks, foreign credentials and whatever stands after the end go; what is needed to show
the colours right (ICC profile, gamma, Adobe's transform mark) stays. Chunks are taken by a list of what may stay, so
that a kind nobody thought of goes too.
"""

import struct
from io import BytesIO

from marketplace.provenance.errors import PictureUnreadable
from marketplace.provenance.pictures import open_picture

# PNG, third edition, 11.2 and 11.3: the picture itself and how its colours are meant.
_PNG_KEPT = frozenset(b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD pHYs".split())
_WEBP_KEPT = frozenset([b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP"])
_WEBP_EXIF_FLAG, _WEBP_XMP_FLAG = 0x08, 0x04
_JPEG_ALONE = frozenset([0x01, *range(0xD0, 0xD8)])


def strip_metadata(data: bytes) -> tuple[bytes, str]:
    """The same picture without metadata, and its media type. Raises PictureUnreadable and PictureTooLarge.

    Lossless, except that a picture that only its EXIF orientation turns upright is turned and encoded again.
    """
    opened = open_picture(data)
    if opened.was_turned:
        buffer = BytesIO()
        icc = opened.image.info.get("icc_profile")
        if opened.media_type == "image/jpeg":
            opened.image.save(buffer, "JPEG", quality=95, subsampling=0, icc_profile=icc)
        elif opened.media_type == "image/webp":
            opened.image.save(buffer, "WEBP", quality=95, method=4, icc_profile=icc)
        else:
            opened.image.save(buffer, "PNG", icc_profile=icc)
        data = buffer.getvalue()
    strip = {"image/png": _strip_png, "image/jpeg": _strip_jpeg, "image/webp": _strip_webp}[opened.media_type]
    try:
        stripped = strip(data)
    except (struct.error, IndexError, ValueError) as error:
        raise PictureUnreadable from error
    return stripped, opened.media_type


def _strip_png(data: bytes) -> bytes:
    kept, at = [data[:8]], 8
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        name, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data):
            raise ValueError("a chunk ends after the file")
        if name in _PNG_KEPT:
            kept.append(data[at:end])
        at = end
        if name == b"IEND":
            return b"".join(kept)
    raise ValueError("no IEND")


def _strip_jpeg(data: bytes) -> bytes:
    kept, at = [data[:2]], 2
    while True:
        if data[at] != 0xFF:
            raise ValueError("a marker was expected")
        while data[at + 1] == 0xFF:  # fill bytes
            at += 1
        marker = data[at + 1]
        if marker == 0xD9:
            kept.append(data[at : at + 2])
            return b"".join(kept)
        if marker in _JPEG_ALONE:
            at += 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        segment, at = data[at : at + 2 + length], at + 2 + length
        if _stays_in_jpeg(marker, segment):
            kept.append(segment)
        if marker == 0xDA:  # start of scan: coded data until the next marker that is neither stuffing nor restart
            begin = at
            while not (data[at] == 0xFF and data[at + 1] != 0x00 and data[at + 1] not in _JPEG_ALONE):
                at = data.index(b"\xff", at + 1)
            kept.append(data[begin:at])


def _stays_in_jpeg(marker: int, segment: bytes) -> bool:
    is_application = 0xE0 <= marker <= 0xEF
    if marker == 0xFE:  # comment
        return False
    if not is_application:
        return True
    body = segment[4:]
    return (
        (marker == 0xE0 and body.startswith(b"JFIF\0"))
        or (marker == 0xE2 and body.startswith(b"ICC_PROFILE\0"))
        or (marker == 0xEE and body.startswith(b"Adobe"))
    )


def _strip_webp(data: bytes) -> bytes:
    size = min(len(data), 8 + struct.unpack_from("<I", data, 4)[0])
    kept, at = [], 12
    while at + 8 <= size:
        name = data[at : at + 4]
        (length,) = struct.unpack_from("<I", data, at + 4)
        end = at + 8 + length + (length & 1)
        if at + 8 + length > size:
            raise ValueError("a chunk ends after the file")
        if name in _WEBP_KEPT:
            chunk = bytearray(data[at:end].ljust(end - at, b"\0"))
            if name == b"VP8X":
                chunk[8] &= ~(_WEBP_EXIF_FLAG | _WEBP_XMP_FLAG) & 0xFF
            kept.append(bytes(chunk))
        at = end
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body
