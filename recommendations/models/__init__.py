"""What people did with works, what works are like, and the words that find them."""

from recommendations.models.colours import WorkColour
from recommendations.models.documents import SearchDocument
from recommendations.models.embeddings import Embedding, EmbeddingSpace
from recommendations.models.events import Event, Like
from recommendations.models.popularity import WorkPopularity
from recommendations.models.words import IndexedWord

__all__ = [
    "Embedding",
    "EmbeddingSpace",
    "Event",
    "IndexedWord",
    "Like",
    "SearchDocument",
    "WorkColour",
    "WorkPopularity",
]
