"""Measures of a ranked list against the set of what is relevant. Plain numbers."""

from collections.abc import Hashable, Sequence
from collections.abc import Set as AbstractSet
from math import log2


def ndcg(ranked: Sequence[Hashable], relevant: AbstractSet[Hashable], *, at: int) -> float:
    """Normalised discounted cumulative gain of the first ``at``, gain 1 for what is relevant (Jarvelin, Kekalainen,
    TOIS 2002, with the logarithm to base 2 of rank + 1)."""
    gained = sum(1 / log2(rank + 1) for rank, key in enumerate(ranked[:at], start=1) if key in relevant)
    best = sum(1 / log2(rank + 1) for rank in range(1, min(at, len(relevant)) + 1))
    return gained / best if best else 0.0


def recall(ranked: Sequence[Hashable], relevant: AbstractSet[Hashable], *, at: int) -> float:
    """The share of what is relevant that stands among the first ``at``."""
    return len(relevant & set(ranked[:at])) / len(relevant) if relevant else 0.0
