"""Writes on what people did. Every event is added at most once."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from marketplace.accounts.models import User
from marketplace.catalog.errors import WorkNotFound
from marketplace.catalog.models import Work
from marketplace.catalog.selectors import refuse_closed
from marketplace.core.clock import now
from marketplace.core.ids import new_id
from recommendations.models import Event, Like
from recommendations.partitions import ensure_months
from recommendations.viewers import Viewer, viewer_of

MONTHS_AHEAD_DAYS = 62


def record_event(
    *,
    kind: str,
    viewer: Viewer,
    work_id: UUID | None = None,
    artist_id: UUID | None = None,
    once_key: str = "",
    happened_at: datetime | None = None,
) -> bool:
    """Add an event about a work or an artist; False where it was there already.

    Without ``once_key`` a viewer does the same to a work once a day (UTC). With one (``order_line:<id>``) the event is
    the only one of its key and day: pass the effect's own ``happened_at``, so that a repetition lies on the same day.
    """
    at = (happened_at or now()).astimezone(UTC)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO recommendations_event "
            "(id, kind, work_id, artist_id, viewer, once_key, happened_at, happened_on) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (once_key, happened_on) DO NOTHING",
            [
                new_id(),
                Event.Kind(kind).value,
                work_id,
                artist_id,
                viewer.key,
                f"{kind}:{once_key}" if once_key else f"{kind}:{viewer.key}:{work_id or artist_id}",
                at,
                at.date(),
            ],
        )
        return bool(cursor.rowcount)


def record_view(*, work: Work, viewer: Viewer) -> bool:
    """A viewer opened the work's page; an artist's look at her own work is none."""
    if viewer.user_id is not None and viewer.user_id == work.artist.user_id:
        return False
    return record_event(kind=Event.Kind.VIEWED, work_id=work.pk, viewer=viewer)


def _viewer(user: User) -> Viewer:
    viewer = viewer_of(user=user)
    assert viewer is not None
    return viewer


@transaction.atomic
def like_work(*, work_id: UUID, user: User) -> bool:
    """``user`` likes a listed work; False where she did already. Raises WorkNotFound and WorkClosed."""
    work = Work.objects.reachable().select_related("artist").filter(pk=work_id).first()
    if work is None:
        raise WorkNotFound
    refuse_closed(work, viewer=user)
    viewer = _viewer(user)
    like_id = new_id()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO recommendations_like (id, work_id, viewer) VALUES (%s, %s, %s) "
            "ON CONFLICT (viewer, work_id) DO NOTHING",
            [like_id, work_id, viewer.key],
        )
        if not cursor.rowcount:
            return False
    record_event(kind=Event.Kind.LIKED, work_id=work_id, viewer=viewer, once_key=str(like_id))
    return True


@transaction.atomic
def unlike_work(*, work_id: UUID, user: User) -> bool:
    """``user`` takes her like back; False where there was none."""
    viewer = _viewer(user)
    like = Like.objects.select_for_update().filter(work_id=work_id, viewer=viewer.key).first()
    if like is None:
        return False
    like.delete()
    record_event(kind=Event.Kind.UNLIKED, work_id=work_id, viewer=viewer, once_key=str(like.pk))
    return True


@transaction.atomic
def make_event_months() -> list[str]:
    """Make the partitions of this and the next two months; returns the names of those that were missing."""
    today = now().date()
    with connection.cursor() as cursor:
        return ensure_months(cursor, first=today, last=today + timedelta(days=MONTHS_AHEAD_DAYS))
