"""The artist takes works down and puts them back; nobody else does, and moderation's word stands."""

from uuid import uuid4

import pytest

from marketplace.catalog.errors import NotYourWork, WorkNotFound, WorkStateForbids
from marketplace.catalog.models import Work
from marketplace.catalog.services import hide_work
from marketplace.publishing.services import put_back, take_down
from tests.factories.accounts import ArtistFactory
from tests.factories.catalog import WorkFactory

pytestmark = pytest.mark.django_db


def test_the_artist_takes_down_and_puts_back():
    work = WorkFactory()
    published_at = work.published_at
    for _ in range(2):
        assert take_down(artist=work.artist, work_id=work.pk).status == Work.Status.UNLISTED
    for _ in range(2):
        assert put_back(artist=work.artist, work_id=work.pk).status == Work.Status.LISTED
    work.refresh_from_db()
    assert work.published_at == published_at


@pytest.mark.parametrize("change", [take_down, put_back])
def test_nobody_else_can(change):
    work = WorkFactory(status=Work.Status.LISTED if change is take_down else Work.Status.UNLISTED)
    before = work.status
    for artist in (ArtistFactory(), None):
        with pytest.raises(NotYourWork):
            change(artist=artist, work_id=work.pk)
    work.refresh_from_db()
    assert work.status == before
    with pytest.raises(WorkNotFound):
        change(artist=work.artist, work_id=uuid4())


def test_what_moderation_hid_stays_hidden():
    work = WorkFactory()
    hide_work(work=work)
    for change in (put_back, take_down):
        with pytest.raises(WorkStateForbids):
            change(artist=work.artist, work_id=work.pk)
    work.refresh_from_db()
    assert work.status == Work.Status.HIDDEN
