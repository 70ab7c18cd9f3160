"""Waiting for a database that is away, without losing what was to be said to it."""

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from generation.engine.stopping import DatabaseAway

logger = logging.getLogger(__name__)

_FIRST_WAIT_S = 0.25
_LONGEST_WAIT_S = 5.0
# A worker that was asked to end waits no longer than this; the sweeper then does the rest.
_WHEN_ENDING_S = 15.0

Answer = TypeVar("Answer")


class Patience:
    """Calls again until the database answers, or until this process has been ending for a while."""

    def __init__(self, ending: threading.Event) -> None:
        self._ending = ending

    def until_answered(self, call: Callable[[], Answer]) -> Answer:
        """``call``'s answer. It must be safe to repeat. Raises DatabaseAway only when the process is ending."""
        wait_s = _FIRST_WAIT_S
        ending_since: float | None = None
        while True:
            try:
                return call()
            except DatabaseAway as away:
                if self._ending.is_set():
                    ending_since = ending_since or time.monotonic()
                    if time.monotonic() - ending_since > _WHEN_ENDING_S:
                        raise
                logger.warning("the database did not answer (%s); trying again in %.2f s", away, wait_s)
                time.sleep(wait_s)
                wait_s = min(_LONGEST_WAIT_S, wait_s * 2)
