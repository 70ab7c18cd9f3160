"""Thompson sampling over works that were shown little, and their places in a feed: plain numbers, no query."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

# The prior weighs as much as so many impressions: few, so that what people left alone is soon tried less.
PRIOR_IMPRESSIONS = 8.0
# The rate that is taken for granted where nothing was counted yet: one opened of twenty that were in sight.
USUAL_RATE = 0.05
# A work that fits the viewer by one standard deviation better than the others counts e ** FIT times as much.
FIT = 3.0
# So many of the explored places go to works of new artists, the others to works of any age that were shown little.
FOR_NEW_ARTISTS = 0.85
# Who has shown no taste yet misses less: she gets so many times as many explored places.
WITHOUT_TASTE = 2.5
# The rest of a feed, what is popular and newest of all, always has this much of it.
LEFT_AS_IT_WAS = 0.4
# So many of the first places are never explored: they are the viewer's best.
KEPT_PLACES = 2
# What a work that had all its first views loses to one that nobody saw, as a part of the range of relevance among a
# viewer's candidates: it decides between works that she would like about as much.
EVENNESS = 0.3
# Of this chance takes 0.8 in the mean from a work that nobody saw, in the same range: who comes back sees others.
CHANCE = 0.25
# A popular work is drawn for a stranger with a chance in proportion to its score to this power: by the scores alone a
# few would come to nearly all.
FLATNESS = 0.7


def posterior(shown: Sequence[int], interested: Sequence[float]) -> tuple[Numbers, Numbers]:
    """Beta(alpha, beta) of each work's rate: the chance that an independent viewer who sees it deals with it.

    The prior is the mean rate of these works (empirical Bayes), worth PRIOR_IMPRESSIONS. ``interested`` is cut to
    ``shown``: who came from elsewhere saw it without an impression. Both (N,).
    """
    seen = np.asarray(shown, dtype=np.float64)
    taken = np.minimum(np.asarray(interested, dtype=np.float64), seen)
    mean = (taken.sum() + USUAL_RATE * PRIOR_IMPRESSIONS) / (seen.sum() + PRIOR_IMPRESSIONS)
    mean = float(np.clip(mean, 1e-3, 1 - 1e-3))
    return mean * PRIOR_IMPRESSIONS + taken, (1 - mean) * PRIOR_IMPRESSIONS + seen - taken


def drawn_rates(shown: Sequence[int], interested: Sequence[float], rng: np.random.Generator) -> Numbers:
    """(N,) one draw from each posterior: Thompson, "On the likelihood that one unknown probability exceeds another",
    Biometrika 1933; for clicks Chapelle and Li, "An empirical evaluation of Thompson sampling", NIPS 2011.

    A work that was shown little has a wide posterior, so it comes first from time to time, whatever its mean.
    """
    alpha, beta = posterior(shown, interested)
    return rng.beta(alpha, beta)


def weighed_by_fit(rates: Numbers, fit: Sequence[float]) -> Numbers:
    """``rates`` (N,) times ``e ** (FIT * z)``, where z is how many standard deviations a work's ``fit`` (N,) lies above
    the mean; NaN where it is unknown, which counts as the mean."""
    values = np.asarray(fit, dtype=np.float64)
    known = np.isfinite(values)
    if known.sum() < 2 or (spread := float(values[known].std())) < 1e-9:
        return rates
    z = np.where(known, (values - values[known].mean()) / spread, 0.0)
    return rates * np.exp(FIT * np.clip(z, -3, 3))


def in_turns(
    merit: Sequence[float], shown: Sequence[int | None], *, enough: int, rng: np.random.Generator, lean: float = 0.0
) -> list[float]:
    """``merit`` (N, a range of about 1) so that works which are about as relevant take turns.

    With ``known = log(1 + shown) / log(1 + enough)`` from 0 to 1, a work loses ``EVENNESS * known`` and
    ``CHANCE * (1 - known)`` times the absolute value of a standard normal draw: chance lifts none above what it is
    worth. ``shown`` (N): impressions; those beyond ``enough`` count as ``enough``, and so does None, never counted.

    A logarithmic discount by exposure, as Steck, "Item popularity and recommendation accuracy", RecSys 2011, has it by
    popularity; the draw as in stochastic rankings, which give like merit like exposure (Diaz et al., CIKM 2020). Both
    are bounded: whoever reports sights of a work that nobody had can make it lose what every work loses that is known,
    and no more. Less the more the viewer leans to the familiar (``lean`` from 0 to -1), nothing at its end.
    """
    known = np.log1p(_counted_to(enough, shown)) / np.log1p(enough)
    loss = EVENNESS * known + CHANCE * (1 - known) * np.abs(rng.standard_normal(len(known)))
    return [float(value) for value in np.asarray(merit, dtype=np.float64) - (1 + min(lean, 0.0)) * loss]


def chances_to_be_drawn(scores: Sequence[float], shown: Sequence[int | None], *, enough: int) -> Numbers:
    """(N,) how likely each popular work is to be the next one drawn, next to the others: ``score ** FLATNESS`` over
    ``(1 + shown) ** EVENNESS``, the discount of ``in_turns`` on the logarithm; ``scores`` (N) are above 0."""
    seen = _counted_to(enough, shown)
    return np.asarray(scores, dtype=np.float64) ** FLATNESS / (1 + seen) ** EVENNESS


def _counted_to(enough: int, shown: Sequence[int | None]) -> Numbers:
    return np.array([enough if times is None else min(times, enough) for times in shown], dtype=np.float64)


def drawn_in_turn(scores: Sequence[float] | Numbers, rng: np.random.Generator) -> list[int]:
    """All places of ``scores`` (N, above 0) in an order that is drawn: each next one with a chance in proportion to its
    score among those that are left (Plackett and Luce), by Gumbel noise on the logarithms (Kool et al., ICML 2019)."""
    keys = np.log(np.asarray(scores, dtype=np.float64)) + rng.gumbel(size=len(scores))
    return [int(place) for place in np.argsort(-keys, kind="stable")]


def number_of_places(limit: int, *, share: float, lean: float, rng: np.random.Generator) -> int:
    """How many of ``limit`` places are explored: ``share`` on average, none of so few that it would be less than one.

    Fewer the more the viewer leans to the familiar (``lean`` from 0 to -1), none at its end. LEFT_AS_IT_WAS of the
    places never are.
    """
    wanted = limit * min(share, 1 - LEFT_AS_IT_WAS) * (1 + min(lean, 0.0)) + 1e-9
    return int(wanted + rng.random()) if wanted >= 1 else 0


def places_for(number: int, *, limit: int, rng: np.random.Generator) -> list[int]:
    """``number`` of the places 0 to ``limit`` - 1, one drawn from each of as many equal stretches, rising; none of the
    first KEPT_PLACES where there are others."""
    ends = np.linspace(0, limit, number + 1).astype(int)
    if number and ends[1] <= KEPT_PLACES:
        ends = np.linspace(min(KEPT_PLACES, limit - number), limit, number + 1).astype(int)
    return [
        int(rng.integers(max(int(first), min(KEPT_PLACES, int(last) - 1)), int(last))) for first, last in pairwise(ends)
    ]


def generator_for(viewer_key: str, moment: datetime) -> np.random.Generator:
    """The draws of one viewer: the same for an hour, so that a page that is loaded again stays as it is. Strangers
    without a key share theirs for a minute."""
    slot = f"{moment:%Y-%m-%d %H}" if viewer_key else f"{moment:%Y-%m-%d %H:%M}"
    return np.random.default_rng(int.from_bytes(sha256(f"{viewer_key} {slot}".encode()).digest()[:8]))
