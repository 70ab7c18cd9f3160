"""Datasets written by hand."""

from __future__ import annotations

import numpy as np

from recommendations.engine.feed.contract import KINDS
from recommendations.engine.training.data import EVENT, FOLLOW, WORK, Dataset, Facts

BEGIN, DAY_S = 1_760_000_000, 86_400
HALF_LIFE_DAYS = 10.0
WEIGHTS = {"viewed": 1.0, "liked": 4.0, "bought": 10.0}


def dataset(
    *acts: tuple[int, int, str, float],
    works: int = 5,
    follows: tuple[tuple[int, int, bool, float], ...] = (),
    seconds: dict[int, int] | None = None,
) -> Dataset:
    """``acts``: viewer, work, kind and day; ``follows``: viewer, artist, begins, day; ``seconds``: of the n-th act.

    The i-th work is by the i-th artist, was published ten days before the first day, and is the i-th axis.
    """
    events = np.zeros(len(acts), dtype=EVENT)
    for number, (viewer, work, kind, day) in enumerate(acts):
        stayed = (seconds or {}).get(number, 0)
        events[number] = (viewer, work, KINDS.index(kind), stayed, BEGIN + int(day * DAY_S))
    events = events[np.argsort(events["at"], kind="stable")]
    shown = np.zeros(works, dtype=WORK)
    shown["artist"] = np.arange(works)
    shown["published_at"] = BEGIN - 10 * DAY_S
    followed = np.array(
        [(viewer, artist, begins, BEGIN + int(day * DAY_S)) for viewer, artist, begins, day in follows], dtype=FOLLOW
    )
    facts = Facts(
        version="made",
        spaces=(("picture", "axes", works),),
        viewers=1 + max((viewer for viewer, *_ in (*acts, *follows)), default=-1),
        works=works,
        artists=works,
        events=len(events),
        popularity_weights=WEIGHTS,
        popularity_half_life_days=HALF_LIFE_DAYS,
    )
    return Dataset(facts, shown, np.eye(works, dtype=np.float16), events, followed)
