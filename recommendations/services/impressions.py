"""Counting what was in sight: numbers for works, days and lists, nothing of who saw it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import connection

from marketplace.catalog.models import Work
from marketplace.core.clock import now
from recommendations.models import Event

# What one page may report: more than any page shows.
MOST_WORKS = 120

_COUNT = """
INSERT INTO recommendations_workimpressions (work_id, day, surface, shown)
SELECT work_id, %s, surface, 1 FROM unnest(%s::uuid[], %s::text[]) AS seen (work_id, surface)
ORDER BY work_id, surface
ON CONFLICT (work_id, day, surface) DO UPDATE SET shown = recommendations_workimpressions.shown + 1
"""


def count_impressions(*, shown: Mapping[str, Sequence[UUID]]) -> int:
    """Count each work of ``shown`` (list -> works) once in its list; answers how many were counted.

    Unknown lists, works that are not listed and all beyond MOST_WORKS are passed over. Two queries. Rows are taken in
    one order, so that two pages that show the same works do not block each other.
    """
    surfaces = set(Event.Surface.values)
    seen = sorted({(key, name) for name, works in shown.items() if name in surfaces for key in works}, key=str)
    seen = seen[:MOST_WORKS]
    listed = set(Work.objects.listed().filter(pk__in={key for key, _name in seen}).values_list("pk", flat=True))
    pairs = [(key, name) for key, name in seen if key in listed]
    if not pairs:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [now().date(), [key for key, _name in pairs], [name for _key, name in pairs]])
        return int(cursor.rowcount)
