"""Acts and candidates of invented works."""

import numpy as np

from recommendations.engine.feed.contract import KINDS, Acts, Candidates, Parts

PARTS = Parts(picture=4, text=3)


def content(*rows: tuple[int, int]) -> np.ndarray:
    """Each row: the axis of its picture and of its text; -1 for none."""
    made = np.zeros((len(rows), PARTS.width), dtype=np.float32)
    for number, (picture, text) in enumerate(rows):
        if picture >= 0:
            made[number, picture] = 1
        if text >= 0:
            made[number, PARTS.picture + text] = 1
    return made


def acts(*given: tuple[str, float, tuple[int, int], int]) -> Acts:
    """Each: kind, age in days, axes of its content, artist."""
    return Acts(
        kinds=np.array([KINDS.index(kind) for kind, *_ in given], dtype=np.int64),
        age_days=np.array([age for _, age, *_ in given], dtype=np.float32),
        content=content(*(axes for _, _, axes, _ in given)),
        artists=np.array([artist for *_, artist in given], dtype=np.int64),
        media=np.zeros(len(given), dtype=np.int64),
    )


def candidates(*axes: tuple[int, int], **columns: list[float]) -> Candidates:
    """Works of artists 1, 2, … about which nothing is known but what ``columns`` tell."""
    count = len(axes)
    zeros = np.zeros(count, dtype=np.float32)
    floats = ("age_days", "popularity", "viewers", "likes", "buyers", "related", "bought_with")
    numbers = {name: np.array(columns.get(name, zeros), dtype=np.float32) for name in floats}
    return Candidates(
        content=content(*axes),
        artists=np.array(columns.get("artists", range(1, count + 1)), dtype=np.int64),
        media=np.array(columns.get("media", [0] * count), dtype=np.int64),
        is_followed=np.array(columns.get("is_followed", [False] * count), dtype=bool),
        **numbers,
    )
