"""A person likes a work, or keeps it in her list; both can be taken back, and every change is an event."""

from uuid import UUID

from django.db import transaction

from marketplace.accounts.models import User
from marketplace.catalog.errors import WorkNotFound
from marketplace.catalog.models import Work
from marketplace.catalog.selectors import refuse_closed
from recommendations.models import Event, Like, Save
from recommendations.services.marks import set_mark, take_mark_back
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
    return set_mark(Like, work_id=work_id, viewer=_viewer(user), kind=Event.Kind.LIKED)


@transaction.atomic
def unlike_work(*, work_id: UUID, user: User) -> bool:
    """``user`` takes her like back; False where there was none."""
    return take_mark_back(Like, work_id=work_id, viewer=_viewer(user), kind=Event.Kind.UNLIKED)


@transaction.atomic
def save_work(*, work_id: UUID, user: User) -> bool:
    """``user`` keeps a listed work in her list; False where it is there. Raises WorkNotFound and WorkClosed."""
    _refuse_unopened(work_id, user)
    return set_mark(Save, work_id=work_id, viewer=_viewer(user), kind=Event.Kind.SAVED)


@transaction.atomic
def unsave_work(*, work_id: UUID, user: User) -> bool:
    """``user`` takes a work out of her list; False where it was not in it. Also a work that is no longer shown."""
    return take_mark_back(Save, work_id=work_id, viewer=_viewer(user), kind=Event.Kind.UNSAVED)
