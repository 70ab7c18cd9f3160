"""What is counted of a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


def gini(amounts: ArrayLike) -> float:
    """0 where all have the same, near 1 where one has everything; the mean difference over twice the mean."""
    ordered = np.sort(np.asarray(amounts, dtype=np.float64))
    places = np.arange(1, len(ordered) + 1)
    total = ordered.sum()
    return float((2 * places - len(ordered) - 1) @ ordered / (len(ordered) * total)) if total else 0.0


@dataclass(frozen=True)
class MonthFigures:
    """`exposure` (works): how often each work that was listed at the end was in sight in the feed."""

    impressions: int
    clicks: int
    likes: int
    visits: int
    new_artist_share: float  # of impressions
    new_artist_works_share: float  # of the works in the shop, the mean over impressions
    gini_of_works: float
    gini_of_artists: float
    new_works_median_impressions: float
    new_works_unseen: float  # share of the new artists' works that nobody saw
    new_artist_clicks_per_impression: float

    @property
    def clicks_per_impression(self) -> float:
        return self.clicks / self.impressions


def lines_of(prefix: str, figures: MonthFigures) -> Sequence[str]:
    """`name: value` lines."""
    return [
        f"{prefix}.impressions: {figures.impressions}",
        f"{prefix}.clicks: {figures.clicks}",
        f"{prefix}.likes: {figures.likes}",
        f"{prefix}.visits: {figures.visits}",
        f"{prefix}.clicks_per_impression: {figures.clicks_per_impression:.4f}",
        f"{prefix}.new_artists.share_of_works: {figures.new_artist_works_share:.4f}",
        f"{prefix}.new_artists.share_of_impressions: {figures.new_artist_share:.4f}",
        f"{prefix}.new_artists.clicks_per_impression: {figures.new_artist_clicks_per_impression:.4f}",
        f"{prefix}.new_artists.median_impressions_of_a_work: {figures.new_works_median_impressions:.1f}",
        f"{prefix}.new_artists.share_of_works_never_seen: {figures.new_works_unseen:.4f}",
        f"{prefix}.gini.works: {figures.gini_of_works:.4f}",
        f"{prefix}.gini.artists: {figures.gini_of_artists:.4f}",
    ]


def ratio_lines(without: MonthFigures, explored: MonthFigures) -> Sequence[str]:
    """With exploration over without it."""
    return [
        f"ratio.new_artists.share_of_impressions: {explored.new_artist_share / without.new_artist_share:.3f}",
        f"ratio.gini.works: {explored.gini_of_works / without.gini_of_works:.3f}",
        f"ratio.gini.artists: {explored.gini_of_artists / without.gini_of_artists:.3f}",
        f"ratio.clicks: {explored.clicks / without.clicks:.4f}",
        f"ratio.clicks_per_impression: {explored.clicks_per_impression / without.clicks_per_impression:.4f}",
    ]
