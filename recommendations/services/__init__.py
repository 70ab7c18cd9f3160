"""Writes on recommendations and search."""

from recommendations.services.events import (
    like_work,
    make_event_months,
    record_event,
    record_view,
    unlike_work,
)
from recommendations.services.indexing import embed_work, index_work, store_vector
from recommendations.services.popularity import refresh_popularity
from recommendations.services.spaces import register_space
from recommendations.services.vocabulary import load_vocabulary

__all__ = [
    "embed_work",
    "index_work",
    "like_work",
    "load_vocabulary",
    "make_event_months",
    "record_event",
    "record_view",
    "refresh_popularity",
    "register_space",
    "store_vector",
    "unlike_work",
]
