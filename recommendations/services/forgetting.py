"""Events that go: because their viewer wants it, or because they are old. Counters made from them stay."""

from datetime import date, timedelta

from django.conf import settings
from django.db import OperationalError, connection, transaction

from marketplace.core.clock import now
from recommendations.errors import EventsBusy
from recommendations.models import CountingSalt, FeedSettings, HiddenWork, Like, Mute, Save, TastePick
from recommendations.partitions import DEFAULT, TABLE, month_after, months_present
from recommendations.services.steering import delete_steering, set_consent
from recommendations.viewers import Consent, Viewer

BATCH = 5000
# A request that had read the old answer may still have written; the nightly job looks after those who said no lately.
SWEPT_DAYS = 3
LOCK_TIMEOUT = "5s"
# PostgreSQL's code for a lock that was not got in time.
LOCK_NOT_AVAILABLE = "55P03"

_VIEWERS_EVENTS = f"""
DELETE FROM {TABLE} WHERE (id, happened_on) IN (
    SELECT id, happened_on FROM {TABLE} WHERE viewer = %s LIMIT %s
)
"""  # noqa: S608
_OLD_EVENTS = f"""
DELETE FROM {TABLE} WHERE (id, happened_on) IN (
    SELECT id, happened_on FROM {TABLE} WHERE happened_on < %s LIMIT %s
)
"""  # noqa: S608


def forget_events(*, viewer_key: str, batch: int = BATCH) -> int:
    """Delete all events of a viewer, ``batch`` rows a transaction; answers how many rows went.

    What she likes, saves, hides and muted stays: it is hers to see and to take back.
    """
    return _delete("recommendations.forgotten_viewer", viewer_key, _VIEWERS_EVENTS, batch)


def _delete(door: str, value: str, statement: str, batch: int) -> int:
    gone = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, %s, true)", [door, value])
            cursor.execute(statement, [value, batch])
            deleted = int(cursor.rowcount)
            cursor.execute("SELECT set_config(%s, '', true)", [door])
        gone += deleted
        if deleted < batch:
            return gone


def opt_out(*, viewer: Viewer) -> int:
    """A person says no: nothing more is kept of her, and all events that were are deleted; answers how many."""
    set_consent(viewer=viewer, consent=Consent.REFUSED)
    return forget_events(viewer_key=viewer.key)


def forget_viewer(*, viewer_key: str) -> int:
    """All that this room knows of a viewer, likes and saved works too; answers how many events went."""
    gone = forget_events(viewer_key=viewer_key)
    with transaction.atomic():
        Like.objects.filter(viewer=viewer_key).delete()
        Save.objects.filter(viewer=viewer_key).delete()
        delete_steering(viewer_key=viewer_key)
    return gone


def sweep_refused() -> int:
    """Events that came in while somebody was saying no."""
    lately = now() - timedelta(days=SWEPT_DAYS)
    keys = FeedSettings.objects.filter(consent=Consent.REFUSED, changed_at__gte=lately).values_list("pk", flat=True)
    return sum(forget_events(viewer_key=key) for key in list(keys))


def drop_old_events(*, today: date | None = None, keep_days: int | None = None) -> int:
    """Drop the months that lie wholly before the days that are kept, and in batches the rows of the month between.

    Answers how many rows were deleted one by one. Also gone: salts of days that are over, and the wishes of sessions
    that are as old. Raises EventsBusy where the table cannot be locked soon.
    """
    day = today or now().date()
    first_kept = day - timedelta(days=keep_days or settings.CONFIGURATION.events_kept_days)
    with connection.cursor() as cursor:
        months = months_present(cursor)
    for month, name in months:
        if month_after(month) <= first_kept:
            _drop_month(name)
    deleted = _delete("recommendations.forgotten_before", first_kept.isoformat(), _OLD_EVENTS, BATCH)
    CountingSalt.objects.filter(day__lt=day - timedelta(days=1)).delete()
    for model, moment in ((HiddenWork, "hidden_at"), (Mute, "muted_at"), (TastePick, "picked_at")):
        model.objects.filter(viewer__startswith="s:", **{f"{moment}__date__lt": first_kept}).delete()
    FeedSettings.objects.filter(viewer__startswith="s:", changed_at__date__lt=first_kept).delete()
    return deleted


def _drop_month(name: str) -> None:
    assert name.startswith(f"{TABLE}_")
    assert name != DEFAULT
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # Everybody who writes an event waits behind this.
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(name)}")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != LOCK_NOT_AVAILABLE:
            raise
        raise EventsBusy from error
