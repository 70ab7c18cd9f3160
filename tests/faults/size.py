"""How much a campaign does: all of it in ``make faults``, little in ``make faults-short``."""

import os

IS_FULL = os.environ.get("ATELIER_FAULTS") == "full"


def campaign_size(*, short: int, full: int) -> int:
    """Of the two numbers the one of this run."""
    return full if IS_FULL else short
