"""A follow, told by accounts, becomes an event."""

from marketplace.accounts.models import Follow
from recommendations.services.events import record_event
from recommendations.viewers import viewer_of


def record_follow(*, follow: Follow, kind: str) -> bool:
    """A person followed an artist (``FOLLOWED``), or does no longer (``UNFOLLOWED``)."""
    viewer = viewer_of(user=follow.follower)
    assert viewer is not None
    return record_event(kind=kind, artist_id=follow.artist_id, viewer=viewer, once_key=str(follow.pk))
