"""Who wants to hear of which event. Filled in each app's ``ready()``, before the first event is processed."""

from collections.abc import Callable

from billing.gateway.facts import EventFacts

Handler = Callable[[EventFacts], None]
_handlers: dict[str, list[Handler]] = {}


def register_handler(event_type: str, handler: Handler) -> None:
    """Call ``handler`` for every event of ``event_type``; registering it twice is registering it once.

    A handler may be called twice for one event and in any order, so it keys its effects on the object. It
    raises ``billing.errors.ObjectNotKnownYet`` (or another Retryable) to be called again later; another
    room's event (told by its metadata or reference) it leaves alone.
    """
    known = _handlers.setdefault(event_type, [])
    if handler not in known:
        known.append(handler)


def handlers_of(event_type: str) -> tuple[Handler, ...]:
    """The handlers of ``event_type``, in the order of registration."""
    return tuple(_handlers.get(event_type, ()))
