"""Signs that a user and an item go together. Each is a recommender by itself; a ranker weighs them."""

from collections.abc import Callable

from recommendations.engine.evaluation.baselines.als import Als
from recommendations.engine.evaluation.baselines.grids import als, bm25_neighbours, ease
from recommendations.engine.evaluation.interactions import Interactions
from recommendations.engine.evaluation.recommender import Recommender
from recommendations.engine.evaluation.tuned import TunedBaseline
from recommendations.engine.rankers.signals.autoencoder import Autoencoder
from recommendations.engine.rankers.signals.graph import LowPass, Walks
from recommendations.engine.rankers.signals.linear import Linear, LinearOfUsers, LinearWithDislikes, LinearWithWords
from recommendations.engine.rankers.signals.moments import NearInTime, PopularAtHerTimes
from recommendations.engine.rankers.signals.popularity import Liked, LikedAmongRated, Rated
from recommendations.engine.rankers.signals.ratings import ExpectedRating
from recommendations.engine.rankers.signals.users import LikeMindedUsers
from recommendations.engine.rankers.signals.words import WordsOfHers

MOST_ITEMS_OF_LINEAR = 30_000  # the memory grows with the square, the time with the cube
FEW_USERS = 8_000
FEW_ITEMS = 6_000  # so many that inverses of matrices take seconds

Signal = Callable[[], Recommender]


def signals_for(known: Interactions, *, seed: int) -> list[Signal]:
    """Makers of the signals that these interactions can give, in a fixed order.

    The baselines are among them, with the parameters that are best on a validation part of ``known``.
    """
    return [
        Liked,
        LikeMindedUsers,
        _tuned(bm25_neighbours(), known, seed),
        _tuned(als(), known, seed),
        lambda: Als(alpha=3.0, regularization=5.0, factors=32),
        lambda: Als(alpha=10.0, regularization=30.0, factors=96),
        lambda: LowPass("low_pass", factors=48),
        lambda: LowPass("low_pass_wide", factors=192),
        Walks,
        *_autoencoder(known),
        *_of_users(known),
        *_linear(known, seed),
        *_of_ratings(known),
        *_of_times(known),
    ]


def _tuned(baseline: TunedBaseline, known: Interactions, seed: int) -> Signal:
    parameters = baseline.chosen(known, seed=seed).parameters
    return lambda: baseline.make(**parameters)


def _autoencoder(known: Interactions) -> list[Signal]:
    return [Autoencoder] if known.items <= MOST_ITEMS_OF_LINEAR else []


def _of_users(known: Interactions) -> list[Signal]:
    return [lambda: LinearOfUsers(regularization=100.0)] if known.users <= FEW_USERS else []


def _linear(known: Interactions, seed: int) -> list[Signal]:
    if known.items > MOST_ITEMS_OF_LINEAR:
        return [WordsOfHers] if known.texts is not None else []
    found: list[Signal] = [
        _tuned(ease(), known, seed),
        lambda: Linear("linear_strict", regularization=1000.0),
        lambda: Linear("linear_free", regularization=100.0, dropout=0.4),
    ]
    if known.texts is not None:
        found += [WordsOfHers, LinearWithWords]
    return found


def _of_ratings(known: Interactions) -> list[Signal]:
    if known.ratings is None or known.ratings.nnz == known.positives.nnz:
        return []
    found: list[Signal] = [Rated, LikedAmongRated]
    if known.items <= FEW_ITEMS:
        found += [LinearWithDislikes, ExpectedRating]
    return found


def _of_times(known: Interactions) -> list[Signal]:
    if known.times is None or not known.times.nnz or known.times.data.min() == known.times.data.max():
        return []
    return [
        lambda: NearInTime("near_in_turn", places=8, fading=3.0),
        lambda: NearInTime("near_in_time", places=20, fading_s=600.0),
        lambda: PopularAtHerTimes("popular_then", width=1.0),
        lambda: PopularAtHerTimes("popular_about_then", width=8.0),
        lambda: PopularAtHerTimes("popular_in_her_season", width=40.0),
    ]
