"""What is told from below: a work that is listed or changed is indexed again; a follow becomes an event."""

from typing import Any

from marketplace.accounts.models import Follow
from marketplace.accounts.signals import artist_followed, artist_unfollowed
from marketplace.catalog.models import Work
from marketplace.catalog.signals import work_changed, work_listed


def _index_again(sender: object, work: Work, **kwargs: Any) -> None:
    from recommendations.tasks import defer_embedding

    if work.status != Work.Status.DRAFT:
        defer_embedding(work.pk)


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
    work_changed.connect(_index_again, dispatch_uid="recommendations.index_changed")
