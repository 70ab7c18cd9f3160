"""The two files, tab-separated with a header.

Interactions: user, item, rating (1 to 5), timestamp (seconds since 1970), in the order of time; a pair at most once.
Items: item, text (title, medium and those tags that somebody cared to set); only works that anyone touched.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import numpy as np

from .catalogue import Catalogue
from .year import Interactions

TAG_KEPT = 0.6
COLUMNS = ("rating", "timestamp")  # beside user and item; may be left out


def write_interactions(
    path: Path, catalogue: Catalogue, interactions: Interactions, *, without: Collection[str] = ()
) -> None:
    """`without`: those of COLUMNS that are left out."""
    kept = [column for column in COLUMNS if column not in without]
    columns = [getattr(interactions, column).tolist() for column in kept]
    with path.open("w", encoding="utf-8") as file:
        file.write("\t".join(("user", "item", *kept)) + "\n")
        for person, work, *told in zip(interactions.person, interactions.work, *columns, strict=True):
            file.write("\t".join((f"u{person + 1}", _item(catalogue, work), *map(str, told))) + "\n")


def write_items(path: Path, catalogue: Catalogue, interactions: Interactions, *, seed: np.random.SeedSequence) -> None:
    random = np.random.default_rng(seed)
    touched = set(interactions.work.tolist())
    with path.open("w", encoding="utf-8") as file:
        file.write("item\ttext\n")
        for number, work in enumerate(catalogue.works):
            kept = random.random(len(work["subjects"])) < TAG_KEPT
            if number in touched:
                tags = [path[-1] for path, keep in zip(work["subjects"], kept, strict=True) if keep]
                text = " ".join(" ".join([work["title"] or "", work["medium"] or "", *tags]).split())
                file.write(f"{_item(catalogue, number)}\t{text}\n")


def _item(catalogue: Catalogue, work: int) -> str:
    return f"w{catalogue.works[work]['id']}"
