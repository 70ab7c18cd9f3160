"""Running out of memory, as a failure that the worker knows."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from generation.engine.contract import FailureCode
from generation.engine.stopping import GaveUp

# How torch says that the host has no memory left (a RuntimeError); a GPU has an error of its own.
_HOST_IS_FULL = ("can't allocate memory", "not enough memory")


@contextmanager
def out_of_memory_is_told(what: str) -> Iterator[None]:
    """Inside, running out of memory becomes GaveUp(OUT_OF_MEMORY) that names ``what``."""
    try:
        yield
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise GaveUp(FailureCode.OUT_OF_MEMORY, f"{what}: {error}") from error
    except RuntimeError as error:
        if any(words in str(error) for words in _HOST_IS_FULL):
            raise GaveUp(FailureCode.OUT_OF_MEMORY, f"{what}: {error}") from error
        raise
