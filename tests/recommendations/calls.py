"""What racing processes call; each runs in a transaction of its own."""

from marketplace.accounts.models import User
from recommendations.selectors import WorkFilter
from recommendations.services import save_search


def save(n: int, *, owner: str, different: bool) -> None:
    """Save a search; each call another one where they are ``different``."""
    query = f"sunset {n}" if different else "sunset"
    save_search(owner=User.objects.get(pk=owner), query=query, filters=WorkFilter(), address=f"q={query}")
