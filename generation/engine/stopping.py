"""Why the engine stopped a job."""

from generation.engine.contract import FailureCode, Go


class GaveUp(Exception):
    """This job can't be done; ``code`` goes to the shop, the message to the log."""

    def __init__(self, code: FailureCode, message: str) -> None:
        self.code = code
        super().__init__(message)


class ToldToStop(Exception):
    """The shop does not want this attempt any more: it was cancelled, or another attempt took its place."""

    def __init__(self, reason: Go) -> None:
        self.reason = reason
        super().__init__(reason.value)


class HandedBack(Exception):
    """This process was asked to end; the job goes back to the queue and nothing is lost."""
