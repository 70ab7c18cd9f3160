"""What racing processes call; each runs in a transaction of its own."""

from marketplace.accounts.following import follow_artist
from marketplace.accounts.models import Artist, User


def follow(n: int, *, artist: str, user: str) -> None:
    """One person follows one artist."""
    follow_artist(artist=Artist.objects.get(pk=artist), user=User.objects.get(pk=user))
