"""Counters from events. The events stay the source; this can run at any time, also twice at once."""

from datetime import datetime

from django.db import connection, transaction

from marketplace.core.clock import now

HALF_LIFE_DAYS = 10.0
WINDOW_DAYS = 90
WEIGHTS = {"viewed": 1.0, "liked": 4.0, "unliked": -4.0, "bought": 10.0}

_COUNT = """
INSERT INTO recommendations_workpopularity (work_id, score, viewers, likes, buyers, counted_at)
SELECT w.id,
       coalesce(e.score, 0),
       coalesce(e.viewers, 0),
       (SELECT count(*) FROM recommendations_like l WHERE l.work_id = w.id),
       coalesce(e.buyers, 0),
       %(at)s
FROM catalog_work w
LEFT JOIN (
    SELECT work_id,
           sum(CASE kind WHEN 'viewed' THEN %(viewed)s WHEN 'liked' THEN %(liked)s WHEN 'unliked' THEN %(unliked)s
                         WHEN 'bought' THEN %(bought)s END
               * power(0.5::float8, extract(epoch FROM %(at)s - happened_at)::float8 / 86400 / %(half_life_days)s)
           ) AS score,
           count(DISTINCT viewer) FILTER (WHERE kind = 'viewed') AS viewers,
           count(DISTINCT viewer) FILTER (WHERE kind = 'bought') AS buyers
    FROM recommendations_event
    WHERE happened_on > (%(at)s AT TIME ZONE 'UTC')::date - %(window_days)s AND happened_at <= %(at)s
    GROUP BY work_id
) e ON e.work_id = w.id
WHERE w.published_at IS NOT NULL
ORDER BY w.id
ON CONFLICT (work_id) DO UPDATE SET score = excluded.score, viewers = excluded.viewers, likes = excluded.likes,
    buyers = excluded.buyers, counted_at = excluded.counted_at
WHERE recommendations_workpopularity.counted_at <= excluded.counted_at
"""


@transaction.atomic
def refresh_popularity(*, at: datetime | None = None) -> int:
    """Count the events of the last WINDOW_DAYS anew for every published work; returns how many works were counted."""
    values: dict[str, datetime | float] = {
        "at": at or now(),
        "half_life_days": HALF_LIFE_DAYS,
        "window_days": WINDOW_DAYS,
        **WEIGHTS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        return int(cursor.rowcount)
