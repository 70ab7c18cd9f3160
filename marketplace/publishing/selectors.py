"""Reads for the artist's own pages."""

from django.db.models import Prefetch, QuerySet

from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work, WorkFile
from marketplace.licensing.selectors import active_offers_prefetch


def works_of(artist: Artist) -> QuerySet[Work]:
    """All works of the artist's in any state, newest first, with texts, offers and ``small_previews`` (WebP)."""
    small = (
        WorkFile.objects.filter(version__is_current=True, role=WorkFile.Role.PREVIEW, media_type="image/webp")
        .select_related("version")
        .order_by("width")
    )
    return (
        Work.objects.filter(artist=artist)
        .prefetch_related(
            "texts",
            active_offers_prefetch(),
            Prefetch("versions__files", queryset=small, to_attr="small_previews"),
        )
        .order_by("-created_at")
    )
