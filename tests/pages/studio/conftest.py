"""The studio's fixtures, and a browser's client that is signed in."""

import pytest
from django.test import Client

from tests.studio.conftest import artist, queue, taught_model

__all__ = ["artist", "queue", "taught_model"]


@pytest.fixture
def signed_in(client: Client, artist) -> Client:
    """The artist's client."""
    client.force_login(artist)
    return client
