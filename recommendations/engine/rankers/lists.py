"""Lists of candidates with what is said of each and which were liked: what is learnt from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommendations.engine.evaluation import metrics
from recommendations.engine.evaluation.errors import LeftOut

K = 20
_NEVER = np.float32(-1e9)
LEAST_USERS = 10
LEAST_GROUPS = 5  # one in each part that a network does not see


@dataclass(frozen=True, slots=True)
class Lists:
    """``features``: (lists, candidates, features) float16; ``liked`` and ``possible``: (lists, candidates), what was
    liked and what could have been (lists are equally long, so short ones end in candidates that are not possible);
    ``users``: whose; ``groups``: lists of one group share what could be learnt by heart, so that a network that has
    seen some of them says nothing of its worth on the others.
    """

    features: NDArray[np.float16]
    liked: NDArray[np.bool_]
    possible: NDArray[np.bool_]
    users: NDArray[np.int64]
    groups: NDArray[np.int64]

    def part(self, keep: NDArray[np.bool_]) -> "Lists":
        """Those lists for which ``keep`` (lists,) is true."""
        return Lists(self.features[keep], self.liked[keep], self.possible[keep], self.users[keep], self.groups[keep])


def joined(lists: Sequence[Lists]) -> Lists:
    """All of ``lists``, which have as many candidates each.

    Raises LeftOut where fewer than LEAST_USERS have any, or there are fewer than LEAST_GROUPS.
    """
    if len({user for each in lists for user in each.users.tolist()}) < LEAST_USERS:
        raise LeftOut(f"fewer than {LEAST_USERS} users like enough to learn from.")
    if len({group for each in lists for group in each.groups.tolist()}) < LEAST_GROUPS:
        raise LeftOut(f"fewer than {LEAST_GROUPS} groups of items have enough likes to learn from.")
    return Lists(
        features=np.concatenate([each.features for each in lists]),
        liked=np.concatenate([each.liked for each in lists]),
        possible=np.concatenate([each.possible for each in lists]),
        users=np.concatenate([each.users for each in lists]),
        groups=np.concatenate([each.groups for each in lists]),
    )


def ndcg_by_list(scores: NDArray[np.float32], liked: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(lists,) NDCG@20 among the candidates alone. What is not possible has a score below all others."""
    top = metrics.top_items(scores, K)
    hits = np.take_along_axis(liked, np.maximum(top, 0), axis=1) & (top != metrics.NOTHING)
    return metrics.ndcg(hits, liked.sum(axis=1))


def shown(scores: NDArray[np.floating], possible: NDArray[np.bool_]) -> NDArray[np.float32]:
    """``scores``; what is not possible stands below all else."""
    return np.where(possible, scores, _NEVER).astype(np.float32)


def deviations(scores: NDArray[np.float32], possible: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Of each score from its list's mean over what is possible, in standard deviations; 0 for what is not possible."""
    count = np.maximum(possible.sum(axis=1, keepdims=True), 1)
    centred = np.where(possible, scores - np.where(possible, scores, 0).sum(axis=1, keepdims=True) / count, 0)
    spread = np.sqrt((centred**2).sum(axis=1, keepdims=True) / count)
    return (centred / (spread + 1e-6)).astype(np.float32)
