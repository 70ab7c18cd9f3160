"""An artist's works to choose from in a form: each with its picture."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from marketplace.catalog.models import Work, WorkVersion
from marketplace.catalog.selectors import title_in
from marketplace.pages.orders.pictures import best_picture

WIDTH_PX = 48


def work_choice(work: Work, note: str = "") -> SafeString:
    """The label of a box: picture, title and ``note``; for works of `publishing.selectors.works_of`."""
    present: list[WorkVersion] = getattr(work, "present_versions", [])
    pictures = [file for version in present for file in version.previews]  # type: ignore[attr-defined]
    return format_html(
        '<img class="choice-picture" src="{}" alt="" width="{}" height="{}" loading="lazy">'
        '<span>{} <span class="small soft">{}</span></span>',
        best_picture(pictures, width_px=WIDTH_PX),
        WIDTH_PX,
        WIDTH_PX,
        title_in(work, get_language() or "en"),
        note,
    )
