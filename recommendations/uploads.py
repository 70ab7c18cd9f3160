"""A picture that somebody brings to search by. It is decoded in memory and not kept."""

from typing import Protocol

from django.utils.translation import gettext as _
from PIL import Image

from marketplace.provenance.pictures import READABLE, open_picture
from recommendations.errors import PictureUnusable

MOST_BYTES = 10 * 1024 * 1024


class Upload(Protocol):
    """What a form or the API hands over."""

    @property
    def size(self) -> int | None:
        """Bytes."""
        ...

    def read(self) -> bytes:
        """All of it."""
        ...


def picture_to_search_by(file: Upload | None) -> Image.Image:
    """The picture in ``file``, upright. Raises PictureUnusable, PictureUnreadable and PictureTooLarge."""
    if file is None:
        raise PictureUnusable(_("No picture was sent."), way_out=_("Choose a PNG, JPEG, WebP or AVIF picture."))
    if (file.size or 0) > MOST_BYTES:
        raise PictureUnusable(
            _("This picture is larger than %(most)d MB.") % {"most": MOST_BYTES // 1024 // 1024},
            way_out=_("Make it smaller, then send it again."),
        )
    return open_picture(file.read(), formats=READABLE).image.convert("RGB")
