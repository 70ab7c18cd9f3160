"""How a tool tells its caller how far it is."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

# Gets the share that is done, 0 to 1, never falling. What it raises ends the tool.
Report = Callable[[float], None]
_Item = TypeVar("_Item")


def unreported(share: float) -> None:
    """The report of a caller that does not watch."""


def part_of(report: Report, begin: float, end: float) -> Report:
    """The report for a step that makes up `begin` to `end` of the whole."""
    return lambda share: report(begin + (end - begin) * share)


def reporting(items: Sequence[_Item], report: Report) -> Iterator[_Item]:
    """Goes through `items` and reports after each."""
    for index, item in enumerate(items):
        yield item
        report((index + 1) / len(items))
