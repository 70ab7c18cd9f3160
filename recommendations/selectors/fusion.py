"""What the words found and what the spaces found, in one order."""

from uuid import UUID

from recommendations.encoders import Space
from recommendations.ranking import fused_by_ranks, ranks_by_score
from recommendations.selectors.full_text import WordHit
from recommendations.selectors.meaning import NearInSpace
from recommendations.selectors.neighbours import Compared, Vectors, similarities_of

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
    found = {hit.work_id for hit in hits} | {key for near in meaning.values() for key in near.similarities}
    questions = [
        Compared(space, near.vector, [key for key in found if key not in near.similarities])
        for space, near in meaning.items()
    ]
    if palette:
        questions.append(Compared(Space.PALETTE, palette[0], list(found)))
    cosines = similarities_of(questions)
    rankings = [ranks_by_score({hit.work_id: (float(hit.matched), hit.rank) for hit in hits})]
    weights = [WORDS]
    for (space, near), rest in zip(meaning.items(), cosines, strict=False):
        rankings.append(ranks_by_score(near.similarities | rest))
        weights.append(WEIGHTS[Space(space)])
    if palette:
        rankings.append(ranks_by_score(cosines[-1]))
        weights.append(palette[1] * sum(weights))
    scores = fused_by_ranks(rankings, weights)
    return sorted(scores, key=lambda key: (scores[key], key), reverse=True)
