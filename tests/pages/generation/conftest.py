"""An artist with credits, the studio's model, and administrators."""

import pytest

from marketplace.accounts.models import User
from tests.studio.conftest import artist, taught_model

__all__ = ["artist", "taught_model"]


@pytest.fixture
def administrator(db: None) -> User:
    """May do everything."""
    return User.objects.create_superuser("head@example.org", "x")
