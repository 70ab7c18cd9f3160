"""Why the engine stopped a job."""

from generation.engine.contract import FailureCode


class GaveUp(Exception):
    """This job can't be done; ``code`` goes to the shop, the message to the log."""

    def __init__(self, code: FailureCode, message: str) -> None:
        self.code = code
        super().__init__(message)


class NobodyWaits(Exception):
    """Every job of the batch was cancelled, or another attempt took its place."""


class HandedBack(Exception):
    """This process was asked to end; the job goes back to the queue and nothing is lost."""


class DatabaseAway(Exception):
    """The queue's database does not answer."""
