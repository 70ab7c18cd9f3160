"""What higher rooms know about something that waits for a decision, told to the one who decides."""

from collections.abc import Callable

Notice = Callable[[str], list[str]]
_sources: list[Notice] = []


def register_notices(source: Notice) -> None:
    """Ask ``source`` for its sentences about a verdict's ``subject_ref``; registering it twice is registering it once.

    It answers none for another room's.
    """
    if source not in _sources:
        _sources.append(source)


def notices_on(subject_ref: str) -> list[str]:
    """What the one who decides should know, in the reader's language."""
    return [sentence for source in _sources for sentence in source(subject_ref)]
