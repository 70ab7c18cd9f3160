"""What each person keeps in the stores, once a day."""

from datetime import UTC, date, datetime, timedelta

from django.db import connection

from marketplace.metering.models import UsageRecord
from marketplace.metering.resources import Resource

# Days that were missed (no worker ran) are counted later with what is kept then, at most so many.
MOST_DAYS_LATE = 31

# Every file once for each person, by its key: the same bytes under two works of hers are one object in the store.
_RECORD_KEPT = """
    INSERT INTO metering_usagerecord (resource, object_ref, owner_id, device, quantity, happened_at)
    SELECT 'storage', 'storage:' || owner_id || ':' || %(day)s, owner_id, '', sum(size_bytes), %(at)s FROM (
        SELECT DISTINCT owner_id, store, key, size_bytes FROM (
            SELECT a.user_id AS owner_id, 'shop' AS store, f.storage_key AS key, f.size_bytes
              FROM catalog_workfile f
              JOIN catalog_workversion v ON v.id = f.version_id
              JOIN catalog_work w ON w.id = v.work_id
              JOIN accounts_artist a ON a.id = w.artist_id
            UNION ALL
            SELECT a.user_id, 'shop', u.storage_key, u.size_bytes
              FROM publishing_upload u JOIN accounts_artist a ON a.id = u.artist_id
            UNION ALL
            SELECT l.owner_id, 'lora', l.sha256, l.size_bytes FROM studio_lora l
            UNION ALL
            SELECT j.owner_id, 'jobs', o.storage_key, o.size_bytes
              FROM generation_generationoutput o JOIN generation_generationjob j ON j.id = o.job_id
        ) AS files
    ) AS once GROUP BY owner_id
    ON CONFLICT (resource, object_ref) DO NOTHING
"""


def measure_storage(*, up_to: date) -> int:
    """Record what everybody keeps, for ``up_to`` (today, or yesterday) and for days before it that were missed.

    A day that was measured stays as it was. Answers how many rows are new. May run twice at once.
    """
    made = 0
    with connection.cursor() as cursor:
        for day in _days_to_measure(up_to):
            at = datetime(day.year, day.month, day.day, tzinfo=UTC)
            cursor.execute(_RECORD_KEPT, {"day": day.isoformat(), "at": at})
            made += cursor.rowcount
    return made


def _days_to_measure(up_to: date) -> list[date]:
    latest = UsageRecord.objects.filter(resource=Resource.STORAGE).order_by("-happened_at").first()
    missing = 1 if latest is None else min((up_to - latest.happened_at.date()).days, MOST_DAYS_LATE)
    return [up_to - timedelta(days=back) for back in range(missing - 1, -1, -1)]
