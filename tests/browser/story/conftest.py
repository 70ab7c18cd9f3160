"""The people of the story, and what one chapter hands to the next.

The chapters go in order, each on the last one, against one running shop. Every step is taken on its pages; the
database is only looked at.
"""

import pytest


@pytest.fixture(scope="session")
def artist(person):
    return person("Mei")


@pytest.fixture(scope="session")
def buyer(person):
    return person("Bruno")


@pytest.fixture(scope="session")
def visitor(person):
    return person("Vera", narrow=True, dark=True)


@pytest.fixture(scope="session")
def moderator(person):
    return person("Moderator")


@pytest.fixture(scope="session")
def story():
    """What one chapter hands to the next: addresses, numbers, files."""
    return {}
