"""Stripe's moments are whole seconds."""

import time


def wait_for_the_next_second() -> None:
    """From here on everything that Stripe, the local one too, dates has a later moment than all before."""
    time.sleep(1 - time.time() % 1 + 0.01)
