"""Pages for administrators."""

from recommendations.recommender_admin import RecommenderSwitches, RecommenderVersions
from recommendations.space_admin import EmbeddingSpaceAdmin

__all__ = ["EmbeddingSpaceAdmin", "RecommenderSwitches", "RecommenderVersions"]
