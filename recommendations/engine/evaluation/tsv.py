"""Tables of tab-separated values with a header, read line by line."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from recommendations.engine.evaluation.errors import TableUnusable


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table. ``values``: one per column that was asked for, None where the table lacks the column."""

    line: int
    values: tuple[str | None, ...]


def read_rows(
    path: Path, *, ids: tuple[str, ...], needed: tuple[str, ...] = (), welcome: tuple[str, ...] = ()
) -> Iterator[Row]:
    """The rows of a UTF-8 file; values in the order ``ids`` (never empty), ``needed``, ``welcome`` (may be lacking).

    Other columns and blank lines are skipped. There is no quoting: a value holds neither tab nor line end.
    Raises TableUnusable, with the line's number.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as lines:
            header = next(lines, "").rstrip("\r\n")
            columns = _columns(path, header, needed=(*ids, *needed), welcome=welcome)
            width = header.count("\t") + 1
            for number, text in enumerate(lines, start=2):
                stripped = text.rstrip("\r\n")
                if not stripped:
                    continue
                cells = stripped.split("\t")
                if len(cells) != width:
                    raise unusable(path, number, f"{len(cells)} columns where the header has {width}")
                values = tuple(None if at is None else cells[at].strip() for at in columns)
                for name, value in zip(ids, values, strict=False):
                    if not value:
                        raise unusable(path, number, f"the {name} is empty")
                yield Row(number, values)
    except OSError as error:
        raise TableUnusable(
            f"{path} cannot be read: {error.strerror}.", way_out="Give the path of a file that can be read."
        ) from error
    except UnicodeDecodeError as error:
        raise TableUnusable(
            f"{path} is not UTF-8 text: {error.reason} at byte {error.start}.",
            way_out="Save it as UTF-8 and try again.",
        ) from error


def unusable(path: Path, line: int, reason: str) -> TableUnusable:
    """The error of a bad row."""
    return TableUnusable(f"{path}, line {line}: {reason}.", way_out="Correct or remove that line and try again.")


def _columns(path: Path, header: str, *, needed: tuple[str, ...], welcome: tuple[str, ...]) -> list[int | None]:
    names = [name.strip().lower() for name in header.split("\t")]
    wanted = f"The first line must name the columns, separated by tabs, in any order: {', '.join(needed)}" + (
        f" (and, where there are any, {', '.join(welcome)})." if welcome else "."
    )
    if not header:
        raise TableUnusable(f"{path} is empty.", way_out=wanted)
    if lacking := [name for name in needed if name not in names]:
        raise TableUnusable(f"{path} has no column {' and no column '.join(lacking)}.", way_out=wanted)
    if repeated := [name for name in (*needed, *welcome) if names.count(name) > 1]:
        raise TableUnusable(f"{path} has more than one column {repeated[0]}.", way_out=wanted)
    return [names.index(name) if name in names else None for name in (*needed, *welcome)]
