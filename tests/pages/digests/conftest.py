"""The spaces that these tests search in."""

from tests.recommendations.spaces_fixture import no_spaces, tiny_spaces, tiny_spaces_folder

__all__ = ["no_spaces", "tiny_spaces", "tiny_spaces_folder"]
