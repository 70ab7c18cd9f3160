"""Which recommenders an evaluation measures. A ranker of our own is added in ``rankers`` or ``cold_rankers``."""

from collections.abc import Sequence

from recommendations.engine.evaluation.baselines.als import Als
from recommendations.engine.evaluation.baselines.bm25 import Bm25Neighbours
from recommendations.engine.evaluation.baselines.chance import Chance
from recommendations.engine.evaluation.baselines.ease import Ease
from recommendations.engine.evaluation.baselines.popularity import Popularity
from recommendations.engine.evaluation.baselines.text_neighbours import TextNeighbours
from recommendations.engine.evaluation.errors import MethodUnknown
from recommendations.engine.evaluation.recommender import ColdRecommender, Recommender
from recommendations.engine.evaluation.tuned import TunedBaseline, TunedColdBaseline


def rankers() -> list[Recommender]:
    """Ours."""
    return []


def cold_rankers() -> list[ColdRecommender]:
    """Ours for cold items."""
    return []


def baselines() -> list[TunedBaseline]:
    """What ours is compared with."""
    return [
        TunedBaseline("popularity", Popularity),
        TunedBaseline(
            "bm25_knn",
            Bm25Neighbours,
            axes={
                "neighbours": (10, 20, 50, 100, 200, 500, 1000, 2000),
                "k1": (0.1, 0.3, 1.2, 4.0, 20.0, 100.0),
                "b": (0.0, 0.25, 0.5, 0.75, 1.0),
            },
            start={"neighbours": 100, "k1": 1.2, "b": 0.75},
        ),
        TunedBaseline(
            "als",
            Als,
            axes={
                "alpha": (1.0, 2.0, 5.0, 10.0, 20.0, 40.0),
                "regularization": (0.01, 0.1, 1.0, 10.0, 30.0, 100.0, 300.0),
                "factors": (16, 32, 64, 128, 256),
            },
            start={"alpha": 5.0, "regularization": 1.0, "factors": 64},
        ),
        TunedBaseline(
            "ease",
            Ease,
            axes={"regularization": (2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0)},
            start={"regularization": 200.0},
        ),
    ]


def cold_baselines() -> list[TunedColdBaseline]:
    """What ours is compared with on cold items."""
    return [
        TunedColdBaseline("random", Chance),
        TunedColdBaseline(
            "text_neighbours",
            TextNeighbours,
            axes={"weighting": ("tf-idf", "bm25"), "neighbours": (1, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)},
            start={"weighting": "tf-idf", "neighbours": 50},
        ),
    ]


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
