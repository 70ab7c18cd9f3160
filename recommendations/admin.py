"""Pages for administrators."""

from recommendations.recommender_admin import RecommenderSwitches, RecommenderVersions

__all__ = ["RecommenderSwitches", "RecommenderVersions"]
