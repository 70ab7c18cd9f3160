"""The workers as processes."""

from tests.generation.conftest import queue, tiny_models_dir

__all__ = ["queue", "tiny_models_dir"]
