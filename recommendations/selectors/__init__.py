"""Reads on recommendations and search. They give ids in order; pages and the API fetch what they show of them."""

from recommendations.selectors.feeds import Recommendation, home_feed, similar_works
from recommendations.selectors.filters import WorkFilter, new_to
from recommendations.selectors.followed import (
    FeedKey,
    FeedPage,
    follow_feed,
    newest_of_artists,
    works_of_followed,
)
from recommendations.selectors.news import news_between
from recommendations.selectors.saved_searches import (
    new_matches,
    newest_found,
    saved_searches_of,
    works_found,
)
from recommendations.selectors.search import SearchResult, search_works
from recommendations.selectors.shelves import (
    ColourShelf,
    LikeState,
    colours_in_the_shop,
    like_state,
    newest_works,
    popular_works,
    tags_in_the_shop,
)
from recommendations.selectors.together import after_purchase, bought_together, goes_with

__all__ = [
    "ColourShelf",
    "FeedKey",
    "FeedPage",
    "LikeState",
    "Recommendation",
    "SearchResult",
    "WorkFilter",
    "after_purchase",
    "bought_together",
    "colours_in_the_shop",
    "follow_feed",
    "goes_with",
    "home_feed",
    "like_state",
    "new_matches",
    "new_to",
    "newest_found",
    "newest_of_artists",
    "newest_works",
    "news_between",
    "popular_works",
    "saved_searches_of",
    "search_works",
    "similar_works",
    "tags_in_the_shop",
    "works_found",
    "works_of_followed",
]
