"""How far works are with the first views that the shop gives them. Made from impressions and popularity."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from marketplace.catalog.models import Work
from marketplace.core.clock import now

# A work that was shown often enough is closed for good, so its impressions need not be added up again.
_COUNT = """
INSERT INTO recommendations_firstviews (work_id, shown, interested, is_by_new_artist, is_open, counted_at)
WITH still_open AS MATERIALIZED (
    SELECT w.id, w.artist_id
    FROM catalog_work w LEFT JOIN recommendations_firstviews f ON f.work_id = w.id
    WHERE w.published_at <= %(at)s AND coalesce(f.is_open, true)
), new_artists AS MATERIALIZED (
    SELECT n.artist_id
    FROM (
        SELECT artist_id FROM catalog_work WHERE published_at <= %(at)s
        GROUP BY artist_id HAVING min(published_at) > %(since)s
    ) n
    JOIN catalog_work w ON w.artist_id = n.artist_id
    LEFT JOIN recommendations_workimpressions i ON i.work_id = w.id
    GROUP BY n.artist_id HAVING coalesce(sum(i.shown), 0) < %(artist_views)s
)
SELECT o.id, coalesce(i.shown, 0), coalesce(p.interested, 0), n.artist_id IS NOT NULL,
       coalesce(i.shown, 0) < %(first_views)s, %(at)s
FROM still_open o
LEFT JOIN LATERAL (SELECT sum(shown) AS shown FROM recommendations_workimpressions WHERE work_id = o.id) i ON true
LEFT JOIN recommendations_workpopularity p ON p.work_id = o.id
LEFT JOIN new_artists n ON n.artist_id = o.artist_id
ORDER BY o.id
ON CONFLICT (work_id) DO UPDATE SET shown = excluded.shown, interested = excluded.interested,
    is_by_new_artist = excluded.is_by_new_artist, is_open = excluded.is_open, counted_at = excluded.counted_at
WHERE recommendations_firstviews.counted_at <= excluded.counted_at
"""
_OPEN = """
INSERT INTO recommendations_firstviews (work_id, is_by_new_artist, counted_at)
SELECT %(work)s, NOT EXISTS (
    SELECT 1 FROM catalog_work WHERE artist_id = %(artist)s AND published_at <= %(since)s
), %(at)s
ON CONFLICT (work_id) DO NOTHING
"""


@transaction.atomic
def refresh_first_views(*, at: datetime | None = None) -> int:
    """Count anew for every work that had not all its first views yet; returns how many works those were.

    A work is open while it was shown less than EXPLORATION_FIRST_VIEWS times. An artist is new for EXPLORATION_DAYS
    after her first work, while all her works together were shown less than EXPLORATION_ARTIST_VIEWS times. Run after
    ``refresh_popularity``, whose numbers it takes.
    """
    moment = at or now()
    values: dict[str, datetime | int] = {
        "at": moment,
        "since": _new_since(moment),
        "first_views": settings.CONFIGURATION.exploration_first_views,
        "artist_views": settings.CONFIGURATION.exploration_artist_views,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        return int(cursor.rowcount)


def open_first_views(*, work: Work) -> bool:
    """A work was put into the shop: it gets explored places at once. False where it is known: put back, it goes on."""
    at = now()
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, {"work": work.pk, "artist": work.artist_id, "since": _new_since(at), "at": at})
        return bool(cursor.rowcount)


def _new_since(moment: datetime) -> datetime:
    return moment - timedelta(days=settings.CONFIGURATION.exploration_days)
