"""A person likes a work, or keeps it in her list; both can be taken back, and every change is an event."""

from uuid import UUID

from django.db import connection, transaction

from marketplace.accounts.models import User
from marketplace.catalog.errors import WorkNotFound
from marketplace.catalog.models import Work
from marketplace.catalog.selectors import refuse_closed
from marketplace.core.ids import new_id
from recommendations.models import Event, Like, Save
from recommendations.services.events import record_event
from recommendations.viewers import Viewer, viewer_of


def _viewer(user: User) -> Viewer:
    viewer = viewer_of(user=user)
    assert viewer is not None
    return viewer


def _refuse_unopened(work_id: UUID, user: User) -> None:
    work = Work.objects.reachable().select_related("artist").filter(pk=work_id).first()
    if work is None:
        raise WorkNotFound
    refuse_closed(work, viewer=user)


@transaction.atomic
def like_work(*, work_id: UUID, user: User) -> bool:
    """``user`` likes a listed work; False where she did already. Raises WorkNotFound and WorkClosed."""
    _refuse_unopened(work_id, user)
    viewer, like_id = _viewer(user), new_id()
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
    like_id = like.pk  # deleting takes it from the object
    like.delete()
    record_event(kind=Event.Kind.UNLIKED, work_id=work_id, viewer=viewer, once_key=str(like_id))
    return True


@transaction.atomic
def save_work(*, work_id: UUID, user: User) -> bool:
    """``user`` keeps a listed work in her list; False where it is there. Raises WorkNotFound and WorkClosed."""
    _refuse_unopened(work_id, user)
    viewer, save_id = _viewer(user), new_id()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO recommendations_save (id, work_id, viewer) VALUES (%s, %s, %s) "
            "ON CONFLICT (viewer, work_id) DO NOTHING",
            [save_id, work_id, viewer.key],
        )
        if not cursor.rowcount:
            return False
    record_event(kind=Event.Kind.SAVED, work_id=work_id, viewer=viewer, once_key=str(save_id))
    return True


@transaction.atomic
def unsave_work(*, work_id: UUID, user: User) -> bool:
    """``user`` takes a work out of her list; False where it was not in it. Also a work that is no longer shown."""
    viewer = _viewer(user)
    kept = Save.objects.select_for_update().filter(work_id=work_id, viewer=viewer.key).first()
    if kept is None:
        return False
    save_id = kept.pk
    kept.delete()
    record_event(kind=Event.Kind.UNSAVED, work_id=work_id, viewer=viewer, once_key=str(save_id))
    return True
