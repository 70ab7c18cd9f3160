"""Writes on recommendations and search."""

from recommendations.services.events import (
    like_work,
    make_event_months,
    record_event,
    record_view,
    unlike_work,
)
from recommendations.services.follows import record_follow
from recommendations.services.indexing import embed_work, index_work, store_vector
from recommendations.services.popularity import refresh_popularity
from recommendations.services.saved_searches import (
    delete_search,
    rename_search,
    save_search,
    set_alerts,
    stop_alerts,
)
from recommendations.services.spaces import register_space
from recommendations.services.vocabulary import load_vocabulary

__all__ = [
    "delete_search",
    "embed_work",
    "index_work",
    "like_work",
    "load_vocabulary",
    "make_event_months",
    "record_event",
    "record_follow",
    "record_view",
    "refresh_popularity",
    "register_space",
    "rename_search",
    "save_search",
    "set_alerts",
    "stop_alerts",
    "store_vector",
    "unlike_work",
]
