import pytest

from marketplace.catalog import services
from marketplace.catalog.errors import NotYourWork, WorkNotFound, WorkStateForbids
from marketplace.catalog.models import Work, WorkFile
from marketplace.catalog.selectors import current_file, title_in, work_of_artist, work_to_show
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.catalog import WorkFactory

pytestmark = pytest.mark.django_db


def test_a_new_work_is_a_draft_that_only_its_artist_sees():
    artist = ArtistFactory()
    work = services.create_work(artist=artist, title="海上日落", language="zh-hans")
    assert work.status == Work.Status.DRAFT
    assert work.get_absolute_url().endswith("/海上日落")
    assert work_to_show(work_id=work.pk, viewer=artist.user) == work
    for viewer in (None, UserFactory()):
        with pytest.raises(WorkNotFound):
            work_to_show(work_id=work.pk, viewer=viewer)


def test_listing_unlisting_and_listing_again_keeps_the_first_date():
    work = services.create_work(artist=ArtistFactory(), title="Dusk", language="en")
    services.list_work(work=work)
    first = work.published_at
    services.unlist_work(work=work)
    assert not Work.objects.listed().filter(pk=work.pk).exists()
    services.list_work(work=work)
    assert (work.status, work.published_at) == (Work.Status.LISTED, first)


def test_an_artist_cannot_list_what_moderation_hid():
    work = WorkFactory()
    assert services.hide_work(work=work)
    assert not services.hide_work(work=work)
    with pytest.raises(WorkStateForbids):
        services.list_work(work=work)
    assert Work.objects.get(pk=work.pk).status == Work.Status.HIDDEN
    assert services.restore_work(work=work)
    assert not services.restore_work(work=work)
    assert work.status == Work.Status.LISTED


@pytest.mark.parametrize("status", [Work.Status.LISTED, Work.Status.UNLISTED, Work.Status.DRAFT])
def test_restoring_brings_back_what_was_hidden_and_no_more(status):
    work = WorkFactory(status=status)
    for _round in range(2):
        assert services.hide_work(work=work)
        assert services.restore_work(work=work)
        assert work.status == status


def test_a_work_hidden_before_its_status_was_kept_comes_back_to_the_shop():
    work = WorkFactory(status=Work.Status.HIDDEN)
    assert services.restore_work(work=work)
    assert work.status == Work.Status.LISTED


def test_what_was_sold_exclusively_leaves_the_lists_and_stays_reachable():
    work = WorkFactory()
    services.mark_sold_exclusively(work_id=work.pk)
    assert not Work.objects.listed().exists()
    assert Work.objects.reachable().get() == work


def test_only_its_artist_gets_a_work_to_change():
    work = WorkFactory()
    assert work_of_artist(work_id=work.pk, artist=work.artist) == work
    for stranger in (None, ArtistFactory()):
        with pytest.raises(NotYourWork):
            work_of_artist(work_id=work.pk, artist=stranger)


def test_titles_follow_the_reader():
    work = WorkFactory(title="Sunset")
    assert title_in(work, "zh-hans") == "Sunset"
    services.set_text(work=work, language="zh-hans", title="日落")
    assert title_in(work, "zh-hans") == "日落"


def test_the_next_version_becomes_the_current_one():
    work = WorkFactory()
    for sha in ("a" * 64, "b" * 64):
        services.add_version(
            work=work,
            files=[services.FileFacts(WorkFile.Role.ORIGINAL, "image/png", sha, 10, f"o/{sha}", 512, 512)],
        )
    assert [v.number for v in work.versions.order_by("number")] == [1, 2]
    assert current_file(work, role=WorkFile.Role.ORIGINAL).sha256 == "b" * 64
