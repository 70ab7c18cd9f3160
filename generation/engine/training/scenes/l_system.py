"""L-systems: the words by which a plant grows, and the turtle that draws them."""

from dataclasses import dataclass, field

import numpy as np

from generation.engine.training.scenes.canvas import Field

# Rules of bracketed L-systems (A. Lindenmayer 1968; P. Prusinkiewicz and A. Lindenmayer, "The Algorithmic Beauty of
# Plants", 1990): F is a piece of stem, L a leaf, + and - turn, [ and ] open and close a branch.
SPECIES = (
    {"A": "F[+L]F[-L]A"},
    {"A": "F[+L][-L]A"},
    {"A": "F[+B]F[-B]A", "B": "F[+L]F[-L]L"},
    {"A": "FF[+FL][-FL]A"},
    {"A": "F[+L]F[-FL]A"},
)


@dataclass
class Plant:
    """What a turtle drew: stems as polylines (n, 2), leaves as (x, y, heading, size)."""

    stems: list[Field] = field(default_factory=list)
    leaves: list[tuple[float, float, float, float]] = field(default_factory=list)


def grow(rules: dict[str, str], rounds: int) -> str:
    """The word that `rules` make of the axiom A in `rounds`."""
    word = "A"
    for _ in range(rounds):
        word = "".join(rules.get(letter, letter) for letter in word)
    return word


def walk(rng: np.random.Generator, plant: Plant, word: str, spine: Field, leaf: float) -> None:
    """Follows `word` along `spine` (n, 2): the trunk's F step on it, branches leave it and bend upwards."""
    trunk = max(_trunk_steps(word), 1)
    at, heading, done, depth = spine[0].copy(), -np.pi / 2, 0, 0
    stack: list[tuple[Field, float]] = []
    piece = 0.045
    for letter in word:
        if letter == "F":
            if depth == 0:
                done += 1
                here = min(int(done / trunk * (len(spine) - 1)), len(spine) - 1)
                before = spine[max(here - 2, 0)]
                at = spine[here].copy()
                heading = float(np.arctan2(at[1] - before[1], at[0] - before[0])) if here else heading
            else:
                step = piece * rng.uniform(0.8, 1.3) * (1 - 0.5 * done / trunk)
                end = at + step * np.array([np.cos(heading), np.sin(heading)], np.float32)
                plant.stems.append(np.stack([at, end]))
                at = end.astype(np.float32)
                heading += 0.25 * (-np.pi / 2 - heading) + rng.normal(0, 0.08)
        elif letter in "+-":
            heading += (1 if letter == "+" else -1) * rng.uniform(0.55, 0.95)
        elif letter == "[":
            stack.append((at.copy(), heading))
            depth += 1
        elif letter == "]":
            at, heading = stack.pop()
            depth -= 1
        elif letter == "L":
            size = leaf * rng.uniform(0.75, 1.2) * (1.15 - 0.55 * done / trunk)
            plant.leaves.append((float(at[0]), float(at[1]), heading, size))


def _trunk_steps(word: str) -> int:
    depth = steps = 0
    for letter in word:
        depth += (letter == "[") - (letter == "]")
        steps += letter == "F" and depth == 0
    return steps
