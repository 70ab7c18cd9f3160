"""A receiver, and an endpoint that leads there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from marketplace.integrations.event_types import EventType
from marketplace.integrations.services.endpoints import EndpointWithSecret, add_endpoint
from tests.factories.accounts import ArtistFactory
from tests.integrations.receiver import Receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Answers 200 unless told otherwise."""
    made = Receiver()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def artist(db):
    return ArtistFactory()


@pytest.fixture
def added(artist, receiver) -> EndpointWithSecret:
    """The artist's endpoint for every event, with its secret."""
    return add_endpoint(owner=artist.user, url=receiver.url, event_types=EventType.values)
