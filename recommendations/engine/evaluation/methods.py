"""Which recommenders an evaluation measures. A ranker of our own is added in ``rankers`` or ``cold_rankers``."""

from collections.abc import Sequence

from recommendations.engine.evaluation.baselines.chance import Chance
from recommendations.engine.evaluation.baselines.grids import als, bm25_neighbours, ease, popularity, text_neighbours
from recommendations.engine.evaluation.errors import MethodUnknown
from recommendations.engine.evaluation.recommender import ColdRecommender, Recommender
from recommendations.engine.evaluation.tuned import TunedBaseline, TunedColdBaseline
from recommendations.engine.rankers.cold import LearnedColdRanker
from recommendations.engine.rankers.learned import LearnedRanker


def rankers() -> list[Recommender]:
    """Ours."""
    return [LearnedRanker()]


def cold_rankers() -> list[ColdRecommender]:
    """Ours for cold items."""
    return [LearnedColdRanker()]


def baselines() -> list[TunedBaseline]:
    """What ours is compared with."""
    return [popularity(), bm25_neighbours(), als(), ease()]


def cold_baselines() -> list[TunedColdBaseline]:
    """What ours is compared with on cold items."""
    return [TunedColdBaseline("random", Chance), text_neighbours()]


def methods() -> list[Recommender]:
    """All, the baselines first."""
    return [*baselines(), *rankers()]


def cold_methods() -> list[ColdRecommender]:
    """All for cold items, the baselines first."""
    return [*cold_baselines(), *cold_rankers()]


def chosen_methods(names: Sequence[str] | None, *, with_cold: bool) -> tuple[list[Recommender], list[ColdRecommender]]:
    """Those of ``names`` (None: all); those for cold items only ``with_cold``. Raises MethodUnknown."""
    known, cold = methods(), cold_methods() if with_cold else []
    if names is None:
        return known, cold
    there = [method.name for method in known] + [method.name for method in cold]
    if lacking := [name for name in names if name not in there]:
        raise MethodUnknown(f"There is no method {', '.join(lacking)}.", way_out=f"There are: {', '.join(there)}.")
    return [method for method in known if method.name in names], [method for method in cold if method.name in names]
