"""Parameters chosen on a validation part, never on the test part."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Value = float | str
Parameters = Mapping[str, Value]
Axes = Mapping[str, Sequence[Value]]


@dataclass(frozen=True, slots=True)
class Choice:
    """``ndcg``: what the parameters reached on the validation part; ``tried``: how many combinations were measured."""

    parameters: dict[str, Value]
    ndcg: float
    tried: int


def choose(axes: Axes, start: Parameters, ndcg_of: Callable[[Parameters], float]) -> Choice:
    """Climbs from ``start`` along one axis at a time, a step at a time, until no step in any direction gains.

    ``axes``: the values of each parameter in their order. Each combination is measured once. A grid of three axes with
    five values has 125 combinations, of which this measures about 20.
    """
    names = list(axes)
    measured: dict[tuple[int, ...], float] = {}

    def reached(at: tuple[int, ...]) -> float:
        if at not in measured:
            measured[at] = ndcg_of({name: axes[name][place] for name, place in zip(names, at, strict=True)})
        return measured[at]

    best = tuple(list(axes[name]).index(start[name]) for name in names)
    moved = True
    while moved:
        moved = False
        for axis, name in enumerate(names):
            for step in (1, -1):
                while 0 <= best[axis] + step < len(axes[name]):
                    following = (*best[:axis], best[axis] + step, *best[axis + 1 :])
                    if reached(following) <= reached(best):
                        break
                    best, moved = following, True
    return Choice(
        parameters={name: axes[name][place] for name, place in zip(names, best, strict=True)},
        ndcg=reached(best),
        tried=len(measured),
    )
