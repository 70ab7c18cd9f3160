"""Words that are alike but for a slip of the finger. Plain functions.

Looked up by deletes, as SymSpell does (Wolf Garbe, 2012): two words within so many edits of each other share a form
that lacks so many letters, so that an index of those forms finds them at once, however many words there are.
"""

from collections.abc import Sequence
from itertools import combinations

SHORTEST = 4
LONGEST = 30
# Of longer words the beginning alone is looked up; the whole of them is compared then.
_LOOKED_UP = 10


def edits_allowed(word: str) -> int:
    """How many letters may be wrong, missing, too many or swapped: none in a short word, two in a long one."""
    return 0 if len(word) < SHORTEST else 1 if len(word) < 6 else 2


def deletes_of(word: str) -> set[str]:
    """The beginning of ``word`` without up to ``edits_allowed`` of its letters, itself among them; at most 56."""
    start = word[:_LOOKED_UP]
    lost = range(edits_allowed(word) + 1)
    return {
        "".join(letter for place, letter in enumerate(start) if place not in gone)
        for count in lost
        for gone in combinations(range(len(start)), count)
    }


def edits_between(one: str, other: str) -> int:
    """Letters to change, add, leave out or swap with their neighbour (optimal string alignment distance)."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        row = [i]
        for j, b in enumerate(other, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def likeliest(word: str, known: Sequence[str], *, most: int) -> list[str]:
    """Up to ``most`` of ``known`` that ``word`` may have been meant to be, fewest edits first."""
    allowed = edits_allowed(word)
    possible = [other for other in known if abs(len(other) - len(word)) <= allowed]
    by_edits = sorted((edits_between(word, other), other[:1] != word[:1], other) for other in possible)
    return [other for edits, _first, other in by_edits if 0 < edits <= allowed][:most]
