"""What is kept of a viewer, for her own eyes: events, likes, saved works, wishes; and numbers of what was shown."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.db.models import Sum

from recommendations.models import Event, FeedSettings, HiddenWork, Like, Mute, Save, TastePick, WorkImpressions
from recommendations.viewers import Viewer

CHUNK = 2000


def events_of(viewer: Viewer) -> Iterator[dict[str, object]]:
    """All events under the viewer's key, the oldest first, read in chunks of CHUNK."""
    columns = ("kind", "work_id", "artist_id", "surface", "position", "query", "seconds", "happened_at")
    rows = Event.objects.filter(viewer=viewer.key).order_by("happened_at", "pk").values(*columns)
    for row in rows.iterator(chunk_size=CHUNK):
        yield {name: value for name, value in row.items() if value not in (None, "")}


def number_of_events_of(viewer: Viewer) -> int:
    """How many there are."""
    return Event.objects.filter(viewer=viewer.key).count()


def wishes_kept_of(viewer: Viewer) -> dict[str, object]:
    """Likes, saved works and all that steers her feeds; a handful of queries."""
    columns = ("consent", "is_personal", "novelty", "diversity", "taste_since", "changed_at")
    return {
        "settings": FeedSettings.objects.filter(pk=viewer.key).values(*columns).first(),
        "likes": list(Like.objects.filter(viewer=viewer.key).values("work_id", "liked_at")),
        "saved": list(Save.objects.filter(viewer=viewer.key).values("work_id", "saved_at")),
        "hidden": list(HiddenWork.objects.filter(viewer=viewer.key).values("work_id", "hidden_at")),
        "muted": list(Mute.objects.filter(viewer=viewer.key).values("artist_id", "medium", "tag_id", "muted_at")),
        "tastes": list(TastePick.objects.filter(viewer=viewer.key).values("tag__slug", "picked_at")),
    }


def impressions_of(works: list[UUID], *, since: date) -> dict[UUID, int]:
    """How often each of ``works`` was shown from ``since`` on, in any list; works never shown are left out."""
    counted = WorkImpressions.objects.filter(work__in=works, day__gte=since).values_list("work")
    return dict(counted.annotate(times=Sum("shown")).values_list("work", "times"))
