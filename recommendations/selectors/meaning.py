"""Works near what a query means, in the text space and in the picture space."""

from dataclasses import dataclass, field
from functools import lru_cache
from uuid import UUID

from django.db.models import QuerySet

from marketplace.catalog.models import Tag, TagLabel, Work
from recommendations.among import IdArray
from recommendations.encoders import Space, encoder_for, facts_of, present_spaces
from recommendations.selectors.neighbours import Vectors, nearest_in_spaces
from recommendations.words import has_chinese

MOST_NEIGHBOURS = 80
VECTORS_KEPT = 2000
# Looked at on 48 works and seven queries with MiniLM: "sunset" keeps 6 of 27 works above the floor of 0.3, all dusk or
# dawn; "city" keeps the three cities; "cat" finds none.
NEAR_THE_BEST = 0.7


@dataclass(frozen=True, slots=True)
class NearInSpace:
    """The query's vector in a space, and the works that it finds there: cosine by work, nearest first."""

    vector: Vectors
    similarities: dict[UUID, float] = field(default_factory=dict)


def works_by_meaning(*, query: str, tags: list[Tag], works: QuerySet[Work] | IdArray) -> dict[str, NearInSpace]:
    """``works`` near the query, by space. A space finds none below its floor of similarity, nor far below its best.

    ``works`` as ids: by looking at each of them. A query that the space's encoder cannot read is left out.
    """
    vectors: dict[str, Vectors] = {}
    present = present_spaces()
    for space in (Space.PICTURE, Space.TEXT):
        if space not in present:
            continue
        encoder = encoder_for(space)
        text = _in_languages_of(encoder.facts.languages, query, tags)
        if not text:
            continue
        vector = _vector_of(space, encoder.facts.version, text)
        if vector.any():
            vectors[space] = vector
    return near_in_spaces(vectors=vectors, works=works)


@lru_cache(maxsize=VECTORS_KEPT)
def _vector_of(space: str, version: str, text: str) -> Vectors:
    """People search for the same words again and again, and page through what they found."""
    vector: Vectors = encoder_for(space).encode_texts([text])[0]
    vector.flags.writeable = False
    return vector


def near_in_spaces(*, vectors: dict[str, Vectors], works: QuerySet[Work] | IdArray) -> dict[str, NearInSpace]:
    """``works`` near each space's vector, as ``works_by_meaning`` cuts them off."""
    found = nearest_in_spaces(vectors=vectors, works=works, limit=MOST_NEIGHBOURS)
    near = {}
    for space, neighbours in found.items():
        floor = facts_of(space).similarity_floor
        least = max([floor, *(NEAR_THE_BEST * n.similarity for n in neighbours[:1])])
        near[space] = NearInSpace(
            vectors[space], {n.work_id: n.similarity for n in neighbours if n.similarity >= least}
        )
    return near


def _in_languages_of(languages: tuple[str, ...], query: str, tags: list[Tag]) -> str:
    """The query as the space's encoder can read it: its own words, or, for a Chinese query and an encoder of English
    alone, the English labels of the tags that it names."""
    if not has_chinese(query) or any(language.startswith("zh") for language in languages):
        return query
    labels = TagLabel.objects.filter(tag__in=tags, language="en", preferred=True).values_list("label", flat=True)
    return ", ".join(labels)
