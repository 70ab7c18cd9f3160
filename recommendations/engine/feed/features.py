"""What the ranker is told of each candidate. The same code makes it in training and in the shop."""

import numpy as np

from recommendations.engine.feed.contract import KINDS, Acts, Candidates, Floats, Integers, Parts

_HIDDEN = KINDS.index("hidden")
# What a work's rates of likes and purchases are before anybody has seen it: so many viewers, of whom these shares act.
_PRIOR_VIEWERS, _PRIOR_LIKES, _PRIOR_BUYERS = 20.0, 0.05, 0.01

NAMES = (
    "sequence",
    "picture_mean",
    "picture_nearest",
    "text_mean",
    "text_nearest",
    "last_act",
    "hidden_nearest",
    "same_artist",
    "same_medium",
    "is_followed",
    "related",
    "bought_with",
    "popularity",
    "viewers",
    "like_rate",
    "buy_rate",
    "age",
    "acts",
)


def features_of(acts: Acts, candidates: Candidates, *, taste: Floats, parts: Parts) -> Floats:
    """(N, len(NAMES)) float32.

    ``taste`` (width): what the sequence model says of the viewer; zeros where there is none. Likeness is the cosine of
    parts that have length 1, -1 for "nearest" where there is nothing to be near to; numbers of people are ln(1 + n).
    """
    count = len(candidates)
    liked = acts.weights > 0
    weights = acts.weights[liked]
    total = max(float(weights.sum()), 1e-6)
    own = acts.content[liked]
    hidden = acts.content[acts.kinds == _HIDDEN]
    columns = [candidates.content @ taste]
    for part in (parts.of_picture, parts.of_text):
        theirs, hers = part(candidates.content), part(own)
        columns.append(theirs @ _direction(hers, weights))
        columns.append(_nearest(theirs, hers))
    viewers = candidates.viewers + _PRIOR_VIEWERS
    columns += [
        candidates.content @ own[-1] if len(own) else np.zeros(count, np.float32),
        _nearest(candidates.content, hidden),
        _share(candidates.artists, acts.artists[liked], weights) / total,
        _share(candidates.media, acts.media[liked], weights) / total,
        candidates.is_followed.astype(np.float32),
        np.log1p(np.maximum(candidates.related, 0.0)),
        np.log1p(np.maximum(candidates.bought_with, 0.0)),
        np.log1p(np.maximum(candidates.popularity, 0.0)),
        np.log1p(candidates.viewers),
        (candidates.likes + _PRIOR_VIEWERS * _PRIOR_LIKES) / viewers,
        (candidates.buyers + _PRIOR_VIEWERS * _PRIOR_BUYERS) / viewers,
        np.log1p(np.maximum(candidates.age_days, 0.0)),
        np.full(count, np.log1p(len(acts))),
    ]
    return np.stack([np.asarray(column, dtype=np.float32) for column in columns], axis=1)


def _direction(vectors: Floats, weights: Floats) -> Floats:
    """The weighted mean of rows, of length 1; zeros where it vanishes."""
    mean: Floats = weights @ vectors
    length = float(np.linalg.norm(mean))
    return mean / length if length > 0 else mean


def _nearest(theirs: Floats, hers: Floats) -> Floats:
    if not hers.size:
        return np.full(len(theirs), -1.0, dtype=np.float32)
    nearest: Floats = (theirs @ hers.T).max(axis=1)
    return nearest


def _share(theirs: Integers, hers: Integers, weights: Floats) -> Floats:
    """Of each candidate's group the weight that the viewer's acts give to it."""
    share: Floats = (theirs[:, None] == hers[None, :]) @ weights
    return share
