"""What other rooms tell: works are indexed and get first views, follows become events, the deleted are forgotten."""

from typing import Any

from django.db.models.signals import post_delete

from marketplace.accounts.models import Follow, User
from marketplace.accounts.signals import artist_followed, artist_unfollowed
from marketplace.catalog.models import Work
from marketplace.catalog.signals import work_changed, work_listed


def _index_again(sender: object, work: Work, **kwargs: Any) -> None:
    from recommendations.tasks import defer_embedding

    if work.status != Work.Status.DRAFT:
        defer_embedding(work.pk)


def _open_first_views(sender: object, work: Work, **kwargs: Any) -> None:
    from recommendations.services import open_first_views

    open_first_views(work=work)


def _forget(sender: object, instance: User, **kwargs: Any) -> None:
    from recommendations.tasks import forget_viewer

    forget_viewer.defer(viewer_key=f"p:{instance.pseudonym.hex}")


def _record_follow(sender: object, follow: Follow, **kwargs: Any) -> None:
    from recommendations.models import Event
    from recommendations.services import record_follow

    record_follow(follow=follow, kind=Event.Kind.FOLLOWED)


def _record_unfollow(sender: object, follow: Follow, **kwargs: Any) -> None:
    from recommendations.models import Event
    from recommendations.services import record_follow

    record_follow(follow=follow, kind=Event.Kind.UNFOLLOWED)


def connect() -> None:
    """Called once, when the app is ready."""
    artist_followed.connect(_record_follow, dispatch_uid="recommendations.record_follow")
    artist_unfollowed.connect(_record_unfollow, dispatch_uid="recommendations.record_unfollow")
    work_listed.connect(_index_again, dispatch_uid="recommendations.index_listed")
    work_listed.connect(_open_first_views, dispatch_uid="recommendations.open_first_views")
    work_changed.connect(_index_again, dispatch_uid="recommendations.index_changed")
    post_delete.connect(_forget, sender=User, dispatch_uid="recommendations.forget_deleted")
