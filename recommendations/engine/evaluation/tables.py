"""The files of interactions and items, as matrices."""

from array import array
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recommendations.engine.evaluation.errors import TableUnusable
from recommendations.engine.evaluation.interactions import Interactions
from recommendations.engine.evaluation.relevance import default_threshold
from recommendations.engine.evaluation.tsv import read_rows, unusable

_MILLISECONDS = 1e11  # as seconds this is the year 5138, as milliseconds 1973


@dataclass(frozen=True, slots=True)
class Table:
    """What the files say. ``interactions``: all of it, nothing held out. Users and items are in the order of their ids.

    ``positive_from``: ratings of this much and more are positive, None where the file has no ratings. ``repeated``:
    rows that a later row of the same user and item replaced. ``without_text``: items that the items' file has no text
    for. ``unmet``: items of the items' file that nobody has met (they are left out).
    """

    interactions: Interactions
    users: tuple[str, ...]
    items: tuple[str, ...]
    positive_from: float | None
    repeated: int
    without_text: int = 0
    unmet: int = 0


@dataclass(slots=True)
class _Columns:
    users: dict[str, int] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)
    user: "array[int]" = field(default_factory=lambda: array("q"))
    item: "array[int]" = field(default_factory=lambda: array("q"))
    rating: "array[float]" = field(default_factory=lambda: array("d"))
    time: "array[float]" = field(default_factory=lambda: array("d"))


def read_table(interactions: Path, items: Path | None = None, *, positive_from: float | None = None) -> Table:
    """Reads the TSV of interactions (user, item, rating, timestamp; the last two may be missing or empty) and of items.

    Of several rows of one user and item the last one counts. An interaction without a rating is positive.
    ``positive_from``: the threshold, None for what ``default_threshold`` says. Timestamps are seconds, milliseconds
    (told by their size) or ISO 8601. Several rows of one item in ``items`` are joined. Raises TableUnusable.
    """
    read = _read_columns(interactions)
    users, user = _in_order_of_ids(read.users, read.user)
    names, item = _in_order_of_ids(read.items, read.item)
    last = _last_of_each(user, item, len(names))
    user, item = user[last], item[last]
    rating, time = np.frombuffer(read.rating)[last], np.frombuffer(read.time)[last]
    rated = ~np.isnan(rating)
    if positive_from is None and rated.any():
        positive_from = default_threshold(rating[rated])
    positive = ~rated if positive_from is None else ~rated | (rating >= positive_from)
    if not positive.any():
        raise TableUnusable(
            f"No rating of {interactions} is {positive_from:g} or more, so nothing is known to be liked.",
            way_out="Say from which rating on an item counts as liked, with --positive-from.",
        )
    shape = (len(users), len(names))
    texts, without_text, unmet = _texts(items, names) if items else (None, 0, 0)
    return Table(
        interactions=Interactions(
            positives=_matrix(np.ones(len(user)), user, item, positive, shape, np.float32),
            ratings=_matrix(rating, user, item, rated, shape, np.float32) if rated.any() else None,
            times=_times(time, user, item, shape),
            texts=texts,
        ),
        users=users,
        items=names,
        positive_from=float(positive_from) if positive_from is not None and rated.any() else None,
        repeated=len(read.user) - len(user),
        without_text=without_text,
        unmet=unmet,
    )


def _read_columns(path: Path) -> _Columns:
    read = _Columns()
    for row in read_rows(path, ids=("user", "item"), welcome=("rating", "timestamp")):
        user, item, rating, timestamp = row.values
        read.user.append(read.users.setdefault(str(user), len(read.users)))
        read.item.append(read.items.setdefault(str(item), len(read.items)))
        try:
            read.rating.append(_number(rating))
        except ValueError as error:
            raise unusable(path, row.line, f"the rating “{rating}” is not a number") from error
        try:
            read.time.append(_seconds(timestamp))
        except ValueError as error:
            raise unusable(
                path, row.line, f"the timestamp “{timestamp}” is neither a number of seconds nor an ISO 8601 time"
            ) from error
    if not read.user:
        raise TableUnusable(f"{path} has a header and no rows.", way_out="Give a file with at least one interaction.")
    return read


def _number(text: str | None) -> float:
    if not text:
        return float("nan")
    number = float(text)
    if not np.isfinite(number):
        raise ValueError(text)
    return number


def _seconds(text: str | None) -> float:
    try:
        return _number(text)
    except ValueError:
        moment = datetime.fromisoformat(str(text))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _in_order_of_ids(numbers: dict[str, int], column: "array[int]") -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Ids sorted, so that the order of the file's lines changes neither the split nor any figure."""
    names = sorted(numbers)
    place = np.empty(len(names), dtype=np.int64)
    place[[numbers[name] for name in names]] = np.arange(len(names))
    return tuple(names), place[np.frombuffer(column, dtype=np.int64)]


def _last_of_each(user: NDArray[np.int64], item: NDArray[np.int64], items: int) -> NDArray[np.int64]:
    """The rows that count: the last one of each user and item."""
    _, first_from_behind = np.unique((user * items + item)[::-1], return_index=True)
    return len(user) - 1 - first_from_behind


def _matrix(
    values: NDArray[np.float64],
    user: NDArray[np.int64],
    item: NDArray[np.int64],
    keep: NDArray[np.bool_],
    shape: tuple[int, int],
    dtype: type[np.floating],
) -> csr_matrix:
    matrix = csr_matrix((values[keep].astype(dtype), (user[keep], item[keep])), shape=shape)
    matrix.sort_indices()
    return matrix


def _times(
    time: NDArray[np.float64], user: NDArray[np.int64], item: NDArray[np.int64], shape: tuple[int, int]
) -> csr_matrix | None:
    timed = ~np.isnan(time)
    if not timed.any():
        return None
    seconds = time / 1000 if np.median(np.abs(time[timed])) > _MILLISECONDS else time
    return _matrix(seconds, user, item, timed, shape, np.float64)


def _texts(path: Path, names: tuple[str, ...]) -> tuple[tuple[str, ...], int, int]:
    parts: dict[str, list[str]] = {}
    for row in read_rows(path, ids=("item",), needed=("text",)):
        item, text = row.values
        known = parts.setdefault(str(item), [])
        if text and text not in known:
            known.append(text)
    texts = tuple(" ".join(parts.get(name, ())) for name in names)
    if not any(texts):
        raise TableUnusable(
            f"No item of the interactions has a text in {path}.",
            way_out="The column item must hold the same ids in both files.",
        )
    return texts, sum(not text for text in texts), len(parts.keys() - set(names))
