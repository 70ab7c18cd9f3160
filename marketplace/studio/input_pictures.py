"""A stranger's picture becomes a plain PNG that is safe to hand to the worker, or is refused in words."""

import io
import warnings

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, ImageStat, UnidentifiedImageError

from marketplace.studio.errors import InputPictureUnusable

MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 40_000_000
SMALLEST_SIDE = 64
LARGEST_ASPECT = 4
# What is kept: more than the largest picture that can be made from it.
KEPT_SIDE = 1536
_FORMATS = ["PNG", "JPEG", "WEBP"]
# Mean grey level of an opaque part that can hardly be seen on white.
_VANISHES_FROM = 230


def clean_input_picture(data: bytes, *, kept_side: int = KEPT_SIDE, is_ours: bool = False) -> bytes:
    """The picture as PNG: RGB, upright, at most ``kept_side`` px, without metadata (EXIF, XMP, colour profile, text).

    The size is read from the header before anything is decoded, so a decompression bomb is refused
    unopened. ``is_ours``: a picture that was made here, whose file may be larger than a stranger's.
    Raises InputPictureUnusable.
    """
    if len(data) > MOST_BYTES and not is_ours:
        raise InputPictureUnusable(
            _("This file is larger than %(most)d MB.") % {"most": MOST_BYTES // 1024 // 1024},
            way_out=_("Save it smaller, for example as JPEG, and choose it again."),
        )
    try:
        with _opened(data) as picture:
            _check_size(*picture.size)
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            plain = _on_paper(upright)
    except InputPictureUnusable:
        raise
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except UnidentifiedImageError as error:
        raise InputPictureUnusable(
            _("This file is no PNG, JPEG or WebP picture."), way_out=_("Choose a picture of one of these kinds.")
        ) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise InputPictureUnusable(
            _("This picture is damaged and cannot be read."), way_out=_("Save it again, or choose another.")
        ) from error
    plain.thumbnail((kept_side, kept_side), Image.Resampling.LANCZOS)
    # A new image carries the pixels and nothing else.
    bare = Image.new("RGB", plain.size)
    bare.paste(plain)
    buffer = io.BytesIO()
    bare.save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()


def _opened(data: bytes) -> Image.Image:
    with warnings.catch_warnings():
        # Pillow warns of many pixels; our own, lower limit is asked next, before anything is decoded.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        return Image.open(io.BytesIO(data), formats=_FORMATS)


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise _too_many_pixels()
    if min(width, height) < SMALLEST_SIDE:
        raise InputPictureUnusable(
            _("This picture is smaller than %(least)d pixels on a side.") % {"least": SMALLEST_SIDE},
            way_out=_("Choose a larger one."),
        )
    if max(width, height) > LARGEST_ASPECT * min(width, height):
        raise InputPictureUnusable(
            _("This picture is more than %(times)d times as long as it is wide.") % {"times": LARGEST_ASPECT},
            way_out=_("Cut it and choose it again."),
        )


def _too_many_pixels() -> InputPictureUnusable:
    return InputPictureUnusable(
        _("This picture has more than %(most)d million pixels.") % {"most": MOST_PIXELS // 1_000_000},
        way_out=_("Make it smaller and choose it again."),
    )


def _on_paper(picture: Image.Image) -> Image.Image:
    """Transparent parts become white, or black where what is opaque is so light that white would swallow it."""
    if not (picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info):
        return picture.convert("RGB")
    with_alpha = picture.convert("RGBA")
    opacity = with_alpha.getchannel("A")
    lightness = ImageStat.Stat(with_alpha.convert("L"), mask=opacity.point(lambda value: 255 if value >= 128 else 0))
    is_light = lightness.count[0] > 0 and lightness.mean[0] > _VANISHES_FROM
    paper = Image.new("RGBA", with_alpha.size, "black" if is_light else "white")
    return Image.alpha_composite(paper, with_alpha).convert("RGB")
