"""How far new works are with the first views that the shop gives them. Made from impressions and popularity."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from marketplace.catalog.models import Work
from marketplace.core.clock import now
from recommendations.models import FirstViews
from recommendations.services.popularity import WINDOW_DAYS

_COUNT = """
INSERT INTO recommendations_firstviews (work_id, shown, interested, is_open, counted_at)
WITH fresh AS MATERIALIZED (
    SELECT id, artist_id FROM catalog_work WHERE published_at > %(since)s AND published_at <= %(at)s
), of_artists AS MATERIALIZED (
    SELECT w.artist_id, sum(i.shown) AS shown
    FROM (SELECT DISTINCT artist_id FROM fresh) a
    JOIN catalog_work w ON w.artist_id = a.artist_id
    JOIN recommendations_workimpressions i ON i.work_id = w.id AND i.day > %(first_day)s
    GROUP BY w.artist_id
)
SELECT f.id,
       coalesce(sum(i.shown), 0),
       coalesce(max(p.interested), 0),
       coalesce(sum(i.shown), 0) < %(first_views)s AND coalesce(max(o.shown), 0) < %(artist_views)s,
       %(at)s
FROM fresh f
LEFT JOIN recommendations_workimpressions i ON i.work_id = f.id
LEFT JOIN recommendations_workpopularity p ON p.work_id = f.id
LEFT JOIN of_artists o ON o.artist_id = f.artist_id
GROUP BY f.id
ORDER BY f.id
ON CONFLICT (work_id) DO UPDATE SET shown = excluded.shown, interested = excluded.interested,
    is_open = excluded.is_open, counted_at = excluded.counted_at
WHERE recommendations_firstviews.counted_at <= excluded.counted_at
"""


@transaction.atomic
def refresh_first_views(*, at: datetime | None = None) -> int:
    """Count anew for every work published in the last EXPLORATION_DAYS; older ones leave. Returns how many there are.

    A work is open while it was shown less than EXPLORATION_FIRST_VIEWS times, and all its artist's works less than
    EXPLORATION_ARTIST_VIEWS times in the last WINDOW_DAYS. Run after ``refresh_popularity``, whose numbers it takes.
    """
    moment = at or now()
    since = moment - timedelta(days=settings.CONFIGURATION.exploration_days)
    values = {
        "at": moment,
        "since": since,
        "first_day": moment.date() - timedelta(days=WINDOW_DAYS),
        "first_views": settings.CONFIGURATION.exploration_first_views,
        "artist_views": settings.CONFIGURATION.exploration_artist_views,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        counted = int(cursor.rowcount)
    FirstViews.objects.filter(work__published_at__lte=since).delete()
    return counted


def open_first_views(*, work: Work) -> bool:
    """A work was put into the shop: it gets explored places at once. False where it is known, or published long ago.

    Taken down and put back it keeps its count: the day of its first publishing stays.
    """
    since = now() - timedelta(days=settings.CONFIGURATION.exploration_days)
    if work.published_at is None or work.published_at <= since:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO recommendations_firstviews (work_id) VALUES (%s) ON CONFLICT (work_id) DO NOTHING", [work.pk]
        )
        return bool(cursor.rowcount)
