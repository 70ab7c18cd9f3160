"""How many pictures of a shape this worker renders at once: the setting, halved whenever memory ran out."""

# Shapes are what people order; so that the memory and the report of them stay bounded, the oldest lesson goes first.
_MOST_SHAPES = 50


class BatchLimits:
    """Learned for as long as the process lives, by shape (which names the model)."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._learned: dict[str, int] = {}

    @property
    def most(self) -> int:
        """The setting."""
        return self._most

    def of(self, shape: str) -> int:
        """Pictures at once; at least 1."""
        return self._learned.get(shape, self._most)

    def halve(self, shape: str, tried: int) -> int:
        """``tried`` pictures did not fit; the new limit."""
        while len(self._learned) >= _MOST_SHAPES and shape not in self._learned:
            self._learned.pop(next(iter(self._learned)))
        self._learned[shape] = max(1, min(self.of(shape), tried) // 2)
        return self._learned[shape]

    @property
    def learned(self) -> dict[str, int]:
        """What memory has taught, by shape."""
        return dict(self._learned)
