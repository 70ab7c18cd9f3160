"""Writes on what people did. Every event is added at most once, and none that may not be kept."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from marketplace.catalog.models import Work
from marketplace.core.clock import now
from marketplace.core.ids import new_id
from recommendations.consent import key_for_event
from recommendations.models import Event
from recommendations.partitions import ensure_months
from recommendations.viewers import Viewer

MONTHS_AHEAD_DAYS = 62


@dataclass(frozen=True, slots=True)
class Source:
    """The list from which a work was opened: which one, at which place (from 0), and for which normalised words."""

    surface: str = ""
    position: int | None = None
    query: str = ""


_ADD = """
INSERT INTO recommendations_event
    (id, kind, work_id, artist_id, viewer, once_key, surface, position, query, seconds, happened_at, happened_on)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (once_key, happened_on) DO NOTHING
"""
_ADD_UNLESS_REFUSED = """
INSERT INTO recommendations_event
    (id, kind, work_id, artist_id, viewer, once_key, surface, position, query, seconds, happened_at, happened_on)
SELECT %s, %s, %s, %s, %s, %s, %s, %s::int, %s, %s::int, %s, %s
WHERE NOT EXISTS (SELECT 1 FROM recommendations_feedsettings WHERE viewer = %s AND consent = 'refused')
ON CONFLICT (once_key, happened_on) DO NOTHING
"""


def record_event(
    *,
    kind: str,
    viewer: Viewer,
    work_id: UUID | None = None,
    artist_id: UUID | None = None,
    query: str = "",
    seconds: int | None = None,
    source: Source | None = None,
    once_key: str = "",
    happened_at: datetime | None = None,
) -> bool:
    """Add an event; False where it was there already, or may not be kept (``recommendations.consent``).

    ``artist_id``: of following, ``query`` (normalised): of a search, ``seconds``: of a dwell; all others have a work.
    Without ``once_key`` a viewer does the same to the same once a day (UTC). With one (``order_line:<id>``) the event
    is the only one of its key and day: pass the effect's own ``happened_at``, so that a repetition lies on that day.
    """
    at = (happened_at or now()).astimezone(UTC)
    kept_kind = Event.Kind(kind)
    came = source or Source()
    target = str(work_id or artist_id or _digest(query))
    if kept_kind == Event.Kind.CLICKED:
        target = f"{target}:{came.surface}"

    def added(key: str, *, unless_refused: bool = False) -> bool:
        once = f"{kind}:{once_key}" if once_key else f"{kind}:{key}:{target}"
        of_source = [came.surface, came.position, query or came.query, seconds]
        row = [new_id(), kept_kind.value, work_id, artist_id, key, once, *of_source, at, at.date()]
        with connection.cursor() as cursor:
            cursor.execute(_ADD_UNLESS_REFUSED if unless_refused else _ADD, [*row, key] if unless_refused else row)
            return bool(cursor.rowcount)

    # An order is settled while others wait: what nearly everybody answers is asked in the same statement.
    asks_at_once = kept_kind == Event.Kind.BOUGHT and viewer.consent is None and viewer.key.startswith("p:")
    if asks_at_once and added(viewer.key, unless_refused=True):
        return True
    key = key_for_event(kind=kept_kind, viewer=viewer, day=at.date())
    return key is not None and added(key)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def record_view(*, work: Work, viewer: Viewer) -> bool:
    """A viewer opened the work's page; an artist's look at her own work is none."""
    if viewer.user_id is not None and viewer.user_id == work.artist.user_id:
        return False
    return record_event(kind=Event.Kind.VIEWED, work_id=work.pk, viewer=viewer)


@transaction.atomic
def make_event_months() -> list[str]:
    """Make the partitions of this and the next two months; returns the names of those that were missing."""
    today = now().date()
    with connection.cursor() as cursor:
        return ensure_months(cursor, first=today, last=today + timedelta(days=MONTHS_AHEAD_DAYS))
