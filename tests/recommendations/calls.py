"""What racing processes call; each runs in a transaction of its own."""

from marketplace.accounts.models import User
from recommendations.models import RecommenderSwitch
from recommendations.selectors import WorkFilter
from recommendations.services import save_search, switch_recommender


def save(n: int, *, owner: str, different: bool) -> None:
    """Save a search; each call another one where they are ``different``."""
    query = f"sunset {n}" if different else "sunset"
    save_search(owner=User.objects.get(pk=owner), query=query, filters=WorkFilter(), address=f"q={query}")


def switch(n: int, *, versions: list[str]) -> None:
    """Switch to one of the versions."""
    switch_recommender(version=versions[n % len(versions)], origin=RecommenderSwitch.Origin.COMMAND)
