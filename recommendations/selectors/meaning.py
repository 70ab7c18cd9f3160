"""Works near what a query means, in the text space and in the picture space."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from uuid import UUID

from django.db.models import QuerySet

from marketplace.catalog.models import Tag, TagLabel, Work
from recommendations.encoders import Space, encoder_for, facts_of, present_spaces
from recommendations.selectors.neighbours import Vectors, nearest_works
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


def works_by_meaning(*, query: str, tags: list[Tag], works: QuerySet[Work] | Sequence[UUID]) -> dict[str, NearInSpace]:
    """``works`` near the query, by space. A space finds none below its floor of similarity, nor far below its best.

    ``works`` as ids: by looking at each of them. A query that the space's encoder cannot read is left out.
    """
    found: dict[str, NearInSpace] = {}
    present = present_spaces()
    for space in (Space.PICTURE, Space.TEXT):
        if space not in present:
            continue
        encoder = encoder_for(space)
        text = _in_languages_of(encoder.facts.languages, query, tags)
        if not text:
            continue
        vector = _vector_of(space, encoder.facts.version, text)
        if not vector.any():
            continue
        found[space] = near_in_space(space=space, vector=vector, works=works)
    return found


@lru_cache(maxsize=VECTORS_KEPT)
def _vector_of(space: str, version: str, text: str) -> Vectors:
    """People search for the same words again and again, and page through what they found."""
    vector: Vectors = encoder_for(space).encode_texts([text])[0]
    vector.flags.writeable = False
    return vector


def near_in_space(*, space: str, vector: Vectors, works: QuerySet[Work] | Sequence[UUID]) -> NearInSpace:
    """``works`` near ``vector``, as ``works_by_meaning`` cuts them off."""
    near = nearest_works(space=space, vector=vector, works=works, limit=MOST_NEIGHBOURS)
    floor = facts_of(space).similarity_floor
    least = max([floor, *(NEAR_THE_BEST * n.similarity for n in near[:1])])
    return NearInSpace(vector, {n.work_id: n.similarity for n in near if n.similarity >= least})


def _in_languages_of(languages: tuple[str, ...], query: str, tags: list[Tag]) -> str:
    """The query as the space's encoder can read it: its own words, or, for a Chinese query and an encoder of English
    alone, the English labels of the tags that it names."""
    if not has_chinese(query) or any(language.startswith("zh") for language in languages):
        return query
    labels = TagLabel.objects.filter(tag__in=tags, language="en", preferred=True).values_list("label", flat=True)
    return ", ".join(labels)
