"""Which preview stands for a work in lists of orders and licences."""

from collections.abc import Iterable

from marketplace.blobs import media_url
from marketplace.catalog.models import Work, WorkFile

WIDTH_PX = 400


def best_picture(files: Iterable[WorkFile], *, width_px: int = WIDTH_PX) -> str:
    """The address of the smallest WebP at least ``width_px`` wide, else of the widest; empty where there is none."""
    shown = [
        file
        for file in files
        if file.role in (WorkFile.Role.PREVIEW, WorkFile.Role.THUMBNAIL) and file.media_type == "image/webp"
    ]
    if not shown:
        return ""
    wide = [file for file in shown if (file.width or 0) >= width_px]
    chosen = min(wide, key=lambda f: f.width or 0) if wide else max(shown, key=lambda f: f.width or 0)
    return media_url(chosen.storage_key)


def picture_address(work: Work) -> str:
    """The address of a preview of the work's present version."""
    return best_picture(WorkFile.objects.filter(version__work=work, version__is_current=True))
