"""The studio's fixtures."""

from tests.studio.conftest import artist, queue, taught_model

__all__ = ["artist", "queue", "taught_model"]
