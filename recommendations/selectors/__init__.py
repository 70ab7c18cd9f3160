"""Reads on recommendations and search. They give ids in order; pages and the API fetch what they show of them."""

from recommendations.selectors.exploration import FirstViewsOfWork, explored_works, first_views_of
from recommendations.selectors.facets import Facets
from recommendations.selectors.feeds import Reason, Recommendation, home_feed, similar_works
from recommendations.selectors.filters import WorkFilter, new_to
from recommendations.selectors.followed import (
    FeedKey,
    FeedPage,
    follow_feed,
    newest_of_artists,
    works_of_followed,
)
from recommendations.selectors.news import news_between
from recommendations.selectors.reasons import acts_on
from recommendations.selectors.saved_searches import (
    new_matches,
    newest_found,
    saved_searches_of,
    works_found,
)
from recommendations.selectors.search import ColourWish, SearchResult, search_works
from recommendations.selectors.shelves import (
    ColourShelf,
    LikeState,
    colours_in_the_shop,
    is_saved,
    like_state,
    newest_works,
    popular_works,
    saved_works,
    tags_in_the_shop,
)
from recommendations.selectors.steering import (
    hidden_works_of,
    mutable_at,
    mutes_of,
    steering_of,
    tags_to_pick,
    wanted,
)
from recommendations.selectors.suggestions import Suggestions, suggestions
from recommendations.selectors.together import after_purchase, bought_together, goes_with
from recommendations.selectors.traces import events_of, impressions_of, number_of_events_of, wishes_kept_of
from recommendations.selectors.variations import works_composed_like, works_like_but, works_like_picture
from recommendations.selectors.versions import progress_by_version, progress_of

__all__ = [
    "ColourShelf",
    "ColourWish",
    "Facets",
    "FeedKey",
    "FeedPage",
    "FirstViewsOfWork",
    "LikeState",
    "Reason",
    "Recommendation",
    "SearchResult",
    "Suggestions",
    "WorkFilter",
    "acts_on",
    "after_purchase",
    "bought_together",
    "colours_in_the_shop",
    "events_of",
    "explored_works",
    "first_views_of",
    "follow_feed",
    "goes_with",
    "hidden_works_of",
    "home_feed",
    "impressions_of",
    "is_saved",
    "like_state",
    "mutable_at",
    "mutes_of",
    "new_matches",
    "new_to",
    "newest_found",
    "newest_of_artists",
    "newest_works",
    "news_between",
    "number_of_events_of",
    "popular_works",
    "progress_by_version",
    "progress_of",
    "saved_searches_of",
    "saved_works",
    "search_works",
    "similar_works",
    "steering_of",
    "suggestions",
    "tags_in_the_shop",
    "tags_to_pick",
    "wanted",
    "wishes_kept_of",
    "works_composed_like",
    "works_found",
    "works_like_but",
    "works_like_picture",
    "works_of_followed",
]
