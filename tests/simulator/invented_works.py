"""A small catalogue in the form of the real one, for the tests of the simulator."""

from __future__ import annotations

from typing import Any

import numpy as np

TOPS, BRANCHES, LEAVES, ARTISTS = 6, 4, 6, 90


def invented_works(count: int, *, seed: int = 0) -> list[dict[str, Any]]:
    """Works with one to five subjects, mostly of one branch; few artists made many of them. Some tell nothing."""
    random = np.random.default_rng(seed)
    productive = 1 / np.arange(1, ARTISTS + 1)
    works = []
    for number in range(count):
        top, branch = int(random.integers(TOPS)), int(random.integers(BRANCHES))
        subjects = []
        for _ in range(int(random.integers(0, 6))):
            if random.random() < 0.3:
                top, branch = int(random.integers(TOPS)), int(random.integers(BRANCHES))
            leaf = min(int(random.exponential(2)), LEAVES - 1)
            path = [f"top {top}", f"branch {top}.{branch}", f"subject {top}.{branch}.{leaf}"]
            if path not in subjects:
                subjects.append(path)
        artist = int(random.choice(ARTISTS, p=productive / productive.sum()))
        works.append(
            {
                "id": 1000 + number,
                "title": f"Work\t{number}" if number % 50 == 0 else f"Work {number}",
                "artist": f"Artist {artist}",
                "year": [None, "c.1890-5", 1800 + 10 * (artist % 20)][min(number % 9, 2)],
                "medium": None if number % 10 == 0 else f"Medium {artist % 7}",
                "subjects": subjects,
            }
        )
    return works
