"""What trained models are measured beside: popularity, and the feed without a model."""

import numpy as np

from recommendations.engine.feed.contract import Candidates, Floats, Parts
from recommendations.engine.training.examples import Moment

_RRF_K = 60.0  # as in recommendations.ranking


def by_popularity(moment: Moment, candidates: Candidates, parts: Parts) -> Floats:
    """What is popular at the moment."""
    return candidates.popularity


def by_heuristic(moment: Moment, candidates: Candidates, parts: Parts) -> Floats:
    """The feed of a shop that has trained nothing: in each space by nearness to the mean direction of her works, both
    fused by reciprocal rank, and the likeness in the first space that knows her works (`selectors.feeds`).

    Popularity where nothing that she dealt with has content.
    """
    weights = moment.acts.weights
    fused = np.zeros(len(candidates), dtype=np.float32)
    likeness: Floats | None = None
    for part in (parts.of_picture, parts.of_text):
        mean = weights @ part(moment.acts.content)
        if not mean.size or not (length := float(np.linalg.norm(mean))) > 0:
            continue
        near = part(candidates.content) @ (mean / length)
        fused += 1 / (_RRF_K + _places(near))
        likeness = near if likeness is None else likeness
    if likeness is None:
        return candidates.popularity
    found: Floats = fused / max(float(fused.max()), 1e-9) + likeness
    return found


def _places(scores: Floats) -> Floats:
    """1 for the highest."""
    places = np.empty(len(scores), dtype=np.float32)
    places[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1, dtype=np.float32)
    return places
