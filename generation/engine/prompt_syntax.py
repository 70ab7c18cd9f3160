"""Weights in a prompt: "a (red:1.4) sunset over the [calm] sea". Pure Python: the web process imports it.

`(words)` weigh 1.1, `((words))` 1.1², `(words:1.4)` what is written, `[words]` 1/1.1. A backslash keeps the next
bracket as it is. The syntax is the one that AUTOMATIC1111's web UI made common.
"""

import re
from dataclasses import dataclass

SMALLEST_WEIGHT, LARGEST_WEIGHT = 0.1, 2.0
_STEP = 1.1
_WEIGHT = re.compile(r":\s*([0-9]*\.?[0-9]+)\s*\)")


class PromptUnbalanced(ValueError):
    """A bracket has no partner; `at` is its position in the prompt, from 0."""

    def __init__(self, at: int, bracket: str) -> None:
        self.at, self.bracket = at, bracket
        super().__init__(f"the bracket {bracket} at character {at + 1} has no partner")


class WeightOutOfRange(ValueError):
    """A weight lies outside what a model can follow."""

    def __init__(self, weight: float) -> None:
        self.weight = weight
        super().__init__(f"the weight {weight:g} is not between {SMALLEST_WEIGHT:g} and {LARGEST_WEIGHT:g}")


@dataclass(frozen=True)
class Piece:
    """A run of the prompt with one weight."""

    text: str
    weight: float


@dataclass
class _Open:
    bracket: str
    at: int
    first_piece: int


def parse_weights(prompt: str) -> tuple[Piece, ...]:
    """The prompt's runs in order; their texts joined are the prompt without its syntax.

    Raises PromptUnbalanced and WeightOutOfRange.
    """
    texts: list[str] = []
    weights: list[float] = []
    opened: list[_Open] = []
    run = ""
    at = 0

    def end_run() -> None:
        nonlocal run
        if run:
            texts.append(run)
            weights.append(1.0)
            run = ""

    def close(bracket: str, factor: float) -> None:
        if not opened or opened[-1].bracket != bracket:
            raise PromptUnbalanced(at, prompt[at])
        end_run()
        for index in range(opened.pop().first_piece, len(weights)):
            weights[index] *= factor

    while at < len(prompt):
        character = prompt[at]
        if character == "\\" and prompt[at + 1 : at + 2] in {"(", ")", "[", "]", "\\"}:
            run += prompt[at + 1]
            at += 2
            continue
        explicit = _WEIGHT.match(prompt, at) if character == ":" and opened and opened[-1].bracket == "(" else None
        if character in "([":
            end_run()
            opened.append(_Open(character, at, len(weights)))
        elif explicit is not None:
            close("(", float(explicit.group(1)))
            at = explicit.end()
            continue
        elif character == ")":
            close("(", _STEP)
        elif character == "]":
            close("[", 1 / _STEP)
        else:
            run += character
        at += 1
    if opened:
        raise PromptUnbalanced(opened[-1].at, opened[-1].bracket)
    end_run()
    for weight in weights:
        if not SMALLEST_WEIGHT <= weight <= LARGEST_WEIGHT:
            raise WeightOutOfRange(weight)
    return tuple(Piece(text, weight) for text, weight in zip(texts, weights, strict=True))


def plain_words(prompt: str) -> str:
    """The prompt without its syntax. Raises what `parse_weights` raises."""
    return "".join(piece.text for piece in parse_weights(prompt))


def has_weights(prompt: str) -> bool:
    """Whether any run weighs something else than one. Raises what `parse_weights` raises."""
    return any(piece.weight != 1.0 for piece in parse_weights(prompt))
