"""Reads on recommendations and search. They give ids in order; pages and the API fetch what they show of them."""

from recommendations.selectors.facets import Facets
from recommendations.selectors.feeds import Recommendation, home_feed, similar_works
from recommendations.selectors.filters import WorkFilter
from recommendations.selectors.search import ColourWish, SearchResult, search_works
from recommendations.selectors.shelves import (
    ColourShelf,
    LikeState,
    colours_in_the_shop,
    like_state,
    newest_works,
    popular_works,
    tags_in_the_shop,
)
from recommendations.selectors.suggestions import Suggestions, suggestions
from recommendations.selectors.variations import works_like_but, works_like_picture

__all__ = [
    "ColourShelf",
    "ColourWish",
    "Facets",
    "LikeState",
    "Recommendation",
    "SearchResult",
    "Suggestions",
    "WorkFilter",
    "colours_in_the_shop",
    "home_feed",
    "like_state",
    "newest_works",
    "popular_works",
    "search_works",
    "similar_works",
    "suggestions",
    "tags_in_the_shop",
    "works_like_but",
    "works_like_picture",
]
