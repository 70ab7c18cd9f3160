"""Shelves for a person and for a work: what she may like, and what is like it."""

from recommendations.selectors.feeds.home import home_feed
from recommendations.selectors.feeds.recommendation import Reason, Recommendation
from recommendations.selectors.feeds.similar import similar_works

__all__ = ["Reason", "Recommendation", "home_feed", "similar_works"]
