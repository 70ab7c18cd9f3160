"""What a viewer has set on a work (a like, a saved one, a hidden one): at most once, each change an event."""

from uuid import UUID

from django.db import connection

from marketplace.core.ids import new_id
from recommendations.models import Event, HiddenWork, Like, Save
from recommendations.services.events import record_event
from recommendations.viewers import Viewer

Mark = Like | Save | HiddenWork


def set_mark(mark: type[Mark], *, work_id: UUID, viewer: Viewer, kind: Event.Kind) -> bool:
    """Add it, and its event; False where it was there. Two at once add one. The caller holds a transaction."""
    mark_id = new_id()
    table = connection.ops.quote_name(mark._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            # The name is the model's own.
            f"INSERT INTO {table} (id, work_id, viewer) VALUES (%s, %s, %s) "  # noqa: S608
            "ON CONFLICT (viewer, work_id) DO NOTHING",
            [mark_id, work_id, viewer.key],
        )
        if not cursor.rowcount:
            return False
    record_event(kind=kind, work_id=work_id, viewer=viewer, once_key=str(mark_id))
    return True


def take_mark_back(mark: type[Mark], *, work_id: UUID, viewer: Viewer, kind: Event.Kind) -> bool:
    """Remove it, and add the event of that; False where there was none. The caller holds a transaction."""
    found = mark.objects.select_for_update().filter(work_id=work_id, viewer=viewer.key).first()
    if found is None:
        return False
    mark_id = found.pk  # deleting takes it from the object
    found.delete()
    record_event(kind=kind, work_id=work_id, viewer=viewer, once_key=str(mark_id))
    return True
