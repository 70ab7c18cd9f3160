"""What people did with works, what works are like, and the words that find them."""

from recommendations.models.allowances import TellingAllowance
from recommendations.models.colours import WorkColour
from recommendations.models.documents import SearchDocument
from recommendations.models.embeddings import Embedding, EmbeddingGap, EmbeddingSpace
from recommendations.models.events import Event, Like, Save
from recommendations.models.impressions import CountingSalt, WorkImpressions
from recommendations.models.popularity import FirstViews, WorkPopularity
from recommendations.models.recommenders import RecommenderSwitch, RecommenderVersion, RelatedWorks
from recommendations.models.saved_searches import SavedSearch
from recommendations.models.steering import FeedSettings, HiddenWork, Mute, TastePick
from recommendations.models.words import IndexedWord

__all__ = [
    "CountingSalt",
    "Embedding",
    "EmbeddingGap",
    "EmbeddingSpace",
    "Event",
    "FeedSettings",
    "FirstViews",
    "HiddenWork",
    "IndexedWord",
    "Like",
    "Mute",
    "RecommenderSwitch",
    "RecommenderVersion",
    "RelatedWorks",
    "Save",
    "SavedSearch",
    "SearchDocument",
    "TastePick",
    "TellingAllowance",
    "WorkColour",
    "WorkImpressions",
    "WorkPopularity",
]
