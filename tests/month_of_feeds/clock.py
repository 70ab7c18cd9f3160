"""The shop's clock, set by the simulation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo

from marketplace.core import clock


class SimulatedClock:
    """`day` in days since `start` is what the shop takes for the present moment."""

    def __init__(self, start: datetime) -> None:
        self.start = start
        self.day = 0.0

    @property
    def moment(self) -> datetime:
        return self.start + timedelta(days=self.day)

    @contextmanager
    def ticking(self) -> Iterator[None]:
        """While it holds, `marketplace.core.clock.now` gives the simulated moment, whoever imported it."""
        simulated = self

        class Simulated(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:
                return simulated.moment.astimezone(tz or UTC)

        real = clock.datetime
        clock.datetime = Simulated  # type: ignore[misc]
        try:
            yield
        finally:
            clock.datetime = real  # type: ignore[misc]
