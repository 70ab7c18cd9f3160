"""A published work shows up in the feed, the new works and the search; a hidden one is gone with the next request.

With the shop's own worker as a process. How long it took is printed (`-s`) and never decides; docs/fairness.md has it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from django.test import Client

from marketplace.accounts.models import User
from marketplace.catalog.models import Work
from marketplace.catalog.services import add_version, create_work, hide_work, list_work
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.catalog import WorkFactory
from tests.factories.recommendations import preview_of
from tests.generation.conftest import queue
from tests.generation.processes import WorkerProcess, ordinary_worker, wait_until

__all__ = ["queue"]
TITLE = "Heron over the marsh"
PLACES = ("/", "/search?q=heron", "/api/v1/recommendations", "/api/v1/search?q=heron")


@pytest.fixture
def shop_worker(queue: None) -> Iterator[WorkerProcess]:
    process = ordinary_worker()
    process.start()
    yield process
    process.kill()
    process.log.unlink(missing_ok=True)


def where(work: Work, person: User | None) -> set[str]:
    """The addresses at which the work is shown to ``person``."""
    client = Client()
    if person:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    pages = {place: client.get(place) for place in PLACES}
    assert {page.status_code for page in pages.values()} == {200}
    return {place for place, page in pages.items() if str(work.pk) in page.content.decode()}


def test_a_work_comes_within_seconds_and_goes_at_once(shop_worker):
    for _number in range(30):
        WorkFactory()
    artist, person = ArtistFactory(), UserFactory()
    work = create_work(artist=artist, title=TITLE, language="en")
    add_version(work=work, files=preview_of((90, 120, 90)))
    for viewer in (None, person):
        assert where(work, viewer) == set()

    published = time.monotonic()
    list_work(work=work)
    for viewer in (None, person):
        wait_until(
            lambda viewer=viewer: where(work, viewer) == set(PLACES),
            timeout_s=120,
            what=lambda viewer=viewer: f"shown at {where(work, viewer)} alone; {shop_worker.said()[-2000:]}",
        )
    print(f"new_work_shown_everywhere_s: {time.monotonic() - published:.1f}")

    hide_work(work=work)
    for viewer in (None, person):
        assert where(work, viewer) == set()
