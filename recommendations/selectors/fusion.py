"""What the words found and what the spaces found, in one order."""

from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from recommendations.encoders import Space
from recommendations.ranking import scores_by_ranks
from recommendations.selectors.full_text import WordHit
from recommendations.selectors.meaning import NearInSpace
from recommendations.selectors.neighbours import Vectors, cosines_with

# Words that were written say more than nearness of meaning. Chosen on one half of the queries of `evaluate_search`,
# where anything from 0.35 to 1 for the text space was within a hundredth.
WORDS = 2.0
WEIGHTS = {Space.PICTURE: 1.0, Space.TEXT: 1.0}


def fused(
    hits: list[WordHit], meaning: dict[str, NearInSpace], *, palette: tuple[Vectors, float] | None = None
) -> list[UUID]:
    """The works that any of them found, best first, by reciprocal rank.

    ``palette``: one that is wished for, and its weight from 0 (nothing) to 1 (as much as all else); it finds no works.

    Every work that was found is ranked by every part, not only by the one that found it: many works hold the query's
    one word equally often, and then their nearness decides. Equal ones share a rank; the newest comes first.
    """
    found = sorted(
        {hit.work_id for hit in hits} | {key for near in meaning.values() for key in near.similarities},
        key=lambda key: key.int,
        reverse=True,
    )
    wished = {space: near.vector for space, near in meaning.items()}
    if palette:
        wished[Space.PALETTE] = palette[0]
    cosines = cosines_with(wished, found)
    weights = [WORDS, *(WEIGHTS[Space(space)] for space in meaning)]
    if palette:
        weights.append(palette[1] * sum(weights))
    scores = scores_by_ranks([_by_words(hits, found), *cosines.values()], weights)
    return [found[place] for place in np.argsort(-scores, kind="stable").tolist()]


def _by_words(hits: list[WordHit], found: list[UUID]) -> NDArray[np.float64]:
    """(N) for each of ``found`` a number, the higher the more words and the better; NaN where it holds none."""
    numbers = np.full(len(found), np.nan)
    if hits:
        # How many words are held comes first, whatever the rank.
        said = np.array([(hit.matched, hit.rank) for hit in hits])
        places = {key: place for place, key in enumerate(found)}
        numbers[[places[hit.work_id] for hit in hits]] = np.unique(said, axis=0, return_inverse=True)[1].ravel()
    return numbers
