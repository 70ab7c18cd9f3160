"""Which room can say what a sale was. Rooms above billing register theirs when the app is ready."""

from collections.abc import Callable

from billing.documents.facts import Draft

Source = Callable[[str], Draft | None]
_SOURCES: dict[str, Source] = {}


def register_source(kind: str, source: Source) -> None:
    """``source`` answers for references ``<kind>:…`` what was sold; None where nothing was, or nothing was paid."""
    _SOURCES[kind] = source


def draft_of(object_ref: str) -> Draft | None:
    """What was sold under ``object_ref``; None where nothing was, or where no room knows of it."""
    source = _SOURCES.get(object_ref.partition(":")[0])
    return source(object_ref) if source is not None else None
