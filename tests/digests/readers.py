"""People who chose letters, and times at which these are due."""

from datetime import datetime, timedelta

from marketplace.accounts.following import follow_artist
from marketplace.accounts.models import Artist, User
from marketplace.core.clock import now
from marketplace.digests.services import choose_letters
from recommendations.models import SavedSearch
from recommendations.selectors import WorkFilter
from recommendations.services import save_search, set_alerts
from tests.factories.accounts import ArtistFactory, confirmed_user


def searcher(*queries: str, alerts: str = "daily", owner: User | None = None, **person: object) -> User:
    """Somebody with a saved search for each query, and letters about them."""
    owner = owner or confirmed_user(**person)
    for query in queries:
        search = save_search(owner=owner, query=query, filters=WorkFilter(), address=f"q={query}")
        set_alerts(owner=owner, search_id=search.pk, alerts=alerts)
    return owner


def follower(artist: Artist | None = None, *, weekly: bool = True, releases: bool = False, **person: object) -> User:
    """Somebody who follows an artist and chose letters."""
    user = confirmed_user(**person)
    follow_artist(artist=artist or ArtistFactory(), user=user)
    choose_letters(reader=user, weekly=weekly, releases=releases)
    return user


def tomorrow() -> datetime:
    """When a daily letter is due that was chosen today."""
    return now() + timedelta(days=1)


def next_week() -> datetime:
    """When a weekly letter is due that was chosen today."""
    return now() + timedelta(days=7)


def due_now(owner: User) -> None:
    """The owner's searches are due at this moment."""
    SavedSearch.objects.filter(owner=owner).update(next_look_at=now())
