"""Reads for the artist's own pages."""

from django.db.models import Prefetch

from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work, WorkFile, WorkQuerySet, WorkVersion
from marketplace.licensing.selectors import active_offers_prefetch
from marketplace.publishing.models import Publication


def works_of(artist: Artist) -> WorkQuerySet:
    """All works of the artist's in any state, newest first.

    With ``texts``, ``active_offers``, and ``present_versions`` (one) whose ``previews`` are its pictures.
    """
    previews = WorkFile.objects.filter(role=WorkFile.Role.PREVIEW)
    present = WorkVersion.objects.filter(is_current=True).prefetch_related(
        Prefetch("files", queryset=previews, to_attr="previews")
    )
    return (
        Work.objects.filter(artist=artist)
        .select_related("artist")
        .prefetch_related(
            "texts",
            active_offers_prefetch(),
            Prefetch("versions", queryset=present, to_attr="present_versions"),
        )
        .order_by("-created_at")
    )


def work_published_from(*, artist: Artist, source_key: str) -> Work | None:
    """The work that was made from this source, where the artist has published it already."""
    publication = Publication.objects.filter(pk=source_key, artist=artist).select_related("work").first()
    return publication.work if publication else None
