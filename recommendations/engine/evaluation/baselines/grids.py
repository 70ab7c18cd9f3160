"""The baselines that have parameters, and popularity, with the values that each may choose from."""

from recommendations.engine.evaluation.baselines.als import Als
from recommendations.engine.evaluation.baselines.bm25 import Bm25Neighbours
from recommendations.engine.evaluation.baselines.ease import Ease
from recommendations.engine.evaluation.baselines.popularity import Popularity
from recommendations.engine.evaluation.baselines.text_neighbours import TextNeighbours
from recommendations.engine.evaluation.tuned import TunedBaseline, TunedColdBaseline


def popularity() -> TunedBaseline:
    """Nothing to choose."""
    return TunedBaseline("popularity", Popularity)


def bm25_neighbours() -> TunedBaseline:
    """``neighbours`` kept of each item, and the two parameters of BM25."""
    return TunedBaseline(
        "bm25_knn",
        Bm25Neighbours,
        axes={
            "neighbours": (10, 20, 50, 100, 200, 500, 1000, 2000),
            "k1": (0.1, 0.3, 1.2, 4.0, 20.0, 100.0),
            "b": (0.0, 0.25, 0.5, 0.75, 1.0),
        },
        start={"neighbours": 100, "k1": 1.2, "b": 0.75},
    )


def als() -> TunedBaseline:
    """Confidence of a like, ridge and number of factors."""
    return TunedBaseline(
        "als",
        Als,
        axes={
            "alpha": (1.0, 2.0, 5.0, 10.0, 20.0, 40.0),
            "regularization": (0.01, 0.1, 1.0, 10.0, 30.0, 100.0, 300.0),
            "factors": (16, 32, 64, 128, 256),
        },
        start={"alpha": 5.0, "regularization": 1.0, "factors": 64},
    )


def ease() -> TunedBaseline:
    """The ridge."""
    return TunedBaseline(
        "ease",
        Ease,
        axes={"regularization": (2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0)},
        start={"regularization": 200.0},
    )


def text_neighbours() -> TunedColdBaseline:
    """How words are weighted, and how many ``neighbours`` of a cold item count."""
    return TunedColdBaseline(
        "text_neighbours",
        TextNeighbours,
        axes={"weighting": ("tf-idf", "bm25"), "neighbours": (1, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)},
        start={"weighting": "tf-idf", "neighbours": 50},
    )
