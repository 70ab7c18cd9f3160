"""Opening pictures that strangers send: bounded, decoded whole, of a kind we know."""

import warnings
from dataclasses import dataclass
from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from marketplace.provenance.errors import PictureTooLarge, PictureUnreadable

MOST_PIXELS = 40_000_000
MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "AVIF": "image/avif"}
SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}
PUBLISHABLE = ("PNG", "JPEG", "WEBP")
READABLE = (*PUBLISHABLE, "AVIF")


@dataclass(frozen=True, slots=True)
class OpenedPicture:
    """A picture decoded whole. ``image`` is upright (the EXIF orientation applied, ``was_turned`` then)."""

    image: Image.Image
    media_type: str
    was_turned: bool

    @property
    def width(self) -> int:
        """Pixels, as it is looked at."""
        return self.image.width

    @property
    def height(self) -> int:
        """Pixels, as it is looked at."""
        return self.image.height


def open_picture(data: bytes, *, formats: tuple[str, ...] = PUBLISHABLE) -> OpenedPicture:
    """Decode a still picture of one of ``formats``; nothing over the limit is decoded.

    Raises PictureUnreadable and PictureTooLarge.
    """
    way_out = _("Use a PNG, JPEG or WebP picture.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own, lower limit comes next
            image = Image.open(BytesIO(data), formats=formats)
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise PictureUnreadable(way_out=way_out) from error
    if image.width * image.height > MOST_PIXELS:
        raise _too_large()
    if getattr(image, "n_frames", 1) > 1:
        raise PictureUnreadable(
            _("This file holds several pictures."), way_out=_("Use a still picture: PNG, JPEG or WebP.")
        )
    media_type = MEDIA_TYPES[str(image.format)]
    try:
        image.load()
        turned = ImageOps.exif_transpose(image)
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise PictureUnreadable(
            _("This picture is damaged or incomplete."), way_out=_("Save it again, then send that file.")
        ) from error
    return OpenedPicture(turned, media_type, was_turned=turned.size != image.size or _orientation(image) != 1)


def _orientation(image: Image.Image) -> int:
    return int(image.getexif().get(0x0112, 1) or 1)


def _too_large() -> PictureTooLarge:
    return PictureTooLarge(
        _("This picture has more than %(most)d million pixels.") % {"most": MOST_PIXELS // 1_000_000},
        way_out=_("Make it smaller, then send it again."),
    )


def flattened(image: Image.Image) -> Image.Image:
    """The picture in RGB as it is seen on white."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        with_alpha = image.convert("RGBA")
        ground = Image.new("RGB", image.size, "white")
        ground.paste(with_alpha, mask=with_alpha.getchannel("A"))
        return ground
    return image.convert("RGB")
