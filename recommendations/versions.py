"""Which version of each space search and feeds read.

Within one web request, and within one call of a selector that compares vectors (`of_one_version`), the answer is asked
for once and then kept, so that a query's vector and the works' vectors are of one version although another process
switches in between. Elsewhere it is asked for each time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from asgiref.local import Local

from recommendations.models import EmbeddingSpace


@dataclass(frozen=True, slots=True)
class PresentVersion:
    """A space's present version, as the database knows it."""

    version: str
    dimensions: int


_kept = Local()


def present_versions() -> dict[str, PresentVersion]:
    """The present version by space. A space without works has none yet."""
    known: dict[str, PresentVersion] | None = getattr(_kept, "versions", None)
    if known is None:
        rows = EmbeddingSpace.objects.present().values_list("space", "version", "dimensions")
        known = {space: PresentVersion(version, dimensions) for space, version, dimensions in rows}
        if getattr(_kept, "is_request", False):
            _kept.versions = known
    return known


def begin_request(**kwargs: object) -> None:
    """A request begins: what an earlier one kept is forgotten."""
    _kept.is_request, _kept.versions = True, None


def end_request(**kwargs: object) -> None:
    """The request is over: from here on each question goes to the database."""
    _kept.is_request, _kept.versions = False, None


@contextmanager
def of_one_version() -> Iterator[None]:
    """What is done inside reads one version of each space. Also a decorator."""
    if getattr(_kept, "is_request", False):
        yield
        return
    begin_request()
    try:
        yield
    finally:
        end_request()
