"""How far an evaluation has come, told by the logger of this package."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PROGRESS = logging.getLogger("recommendations.engine.evaluation")


@contextmanager
def stage(title: str) -> Iterator[Callable[[str], None]]:
    """Logs ``title`` when it is done, with what came out (told to what this yields) and the seconds that it took."""
    results: list[str] = []
    started = time.monotonic()
    yield results.append
    PROGRESS.info("%s: %.1f s", ", ".join((title, *results)), time.monotonic() - started)
