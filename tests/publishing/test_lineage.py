"""What a picture was made from, found again when it is published: through files, and through unpublished pictures."""

import hashlib

import pytest

from marketplace.blobs import private_store
from marketplace.catalog.models import Work, WorkFile
from marketplace.provenance.models import PictureSource
from marketplace.provenance.services import note_picture_source
from marketplace.publishing.lineage import works_made_from
from marketplace.royalties.services import set_remix_share
from marketplace.studio.services import picture_to_begin_with
from tests.factories.accounts import ArtistFactory
from tests.factories.publishing import delivered, published
from tests.provenance.pictures import encoded, painting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("blob_stores")]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def file_of(work: Work) -> bytes:
    """The signed file, as whoever has a licence downloads it."""
    original = WorkFile.objects.get(version__work=work, role=WorkFile.Role.ORIGINAL)
    return private_store().get(original.storage_key)


def begun(artist, data: bytes) -> str:
    """The hash of what a job of ``artist``'s begins with when she hands ``data`` in."""
    return sha256(picture_to_begin_with(artist.user, upload=data, output_id=None))


@pytest.fixture
def parent():
    work = published(encoded(painting("turner")))
    set_remix_share(artist=work.artist, work_id=work.pk, basis_points=1500)
    return work


class TestTheFile:
    def test_of_a_work_that_was_handed_in_leads_to_it(self, parent):
        artist = ArtistFactory()
        child = published(
            encoded(painting("monet")),
            artist=artist,
            recipe={"kind": "image_to_image", "parent_input_sha256": begun(artist, file_of(parent)), "strength": 0.5},
        )
        (row,) = child.made_from.all()
        assert (row.parent, row.basis_points) == (parent, 1500)
        set_remix_share(artist=parent.artist, work_id=parent.pk, basis_points=0)
        row.refresh_from_db()
        assert row.basis_points == 1500

    @pytest.mark.parametrize("name", ["parent_input_sha256", "reference_sha256", "control_sha256"])
    def test_may_have_been_any_of_what_a_recipe_begins_with(self, parent, name):
        artist = ArtistFactory()
        output = delivered(b"x", artist=artist, **{name: begun(artist, file_of(parent))})
        hashes = [output.recipe[name]]
        assert works_made_from(artist=artist, hashes=hashes) == [parent]

    def test_may_be_a_preview_or_the_unsigned_picture(self, parent):
        preview = WorkFile.objects.filter(version__work=parent, role=WorkFile.Role.PREVIEW).first()
        unsigned = parent.versions.get().provenance.unsigned_sha256
        for known in (preview.sha256, unsigned):
            assert works_made_from(artist=ArtistFactory(), hashes=[known]) == [parent]

    def test_of_a_work_that_is_out_of_the_shop_leads_to_it_too(self, parent):
        artist = ArtistFactory()
        known = begun(artist, file_of(parent))
        Work.objects.filter(pk=parent.pk).update(status=Work.Status.HIDDEN)
        assert works_made_from(artist=artist, hashes=[known]) == [parent]

    def test_that_nobody_knows_leads_nowhere(self):
        artist = ArtistFactory()
        known = begun(artist, encoded(painting("friedrich")))
        assert works_made_from(artist=artist, hashes=[known, "0" * 64]) == []
        work = published(encoded(painting("monet")), artist=artist)
        assert not work.made_from.exists()


class TestPicturesBetween:
    def test_that_were_not_published_are_passed_through(self, parent):
        artist = ArtistFactory()
        between = encoded(painting("van-gogh"))
        output = delivered(between, artist=artist, parent_input_sha256=begun(artist, file_of(parent)))
        again = picture_to_begin_with(artist.user, upload=None, output_id=output.pk)
        child = published(
            encoded(painting("monet")), artist=artist, recipe={"parent_input_sha256": sha256(again), "strength": 0.5}
        )
        assert [row.parent for row in child.made_from.all()] == [parent]

    def test_that_were_published_are_parents_themselves(self, parent):
        artist = ArtistFactory()
        picture = encoded(painting("van-gogh"))
        recipe = {"parent_input_sha256": begun(artist, file_of(parent)), "strength": 0.5}
        between = published(picture, artist=artist, recipe=recipe)
        output_id = between.publication.source_key.removeprefix("output:")
        again = picture_to_begin_with(artist.user, upload=None, output_id=output_id)
        child = published(
            encoded(painting("monet")), artist=artist, recipe={"parent_input_sha256": sha256(again), "strength": 0.5}
        )
        (row,) = child.made_from.all()
        # Her own work gets nothing; it leads on to what it was made from.
        assert (row.parent, row.basis_points) == (between, 0)
        assert [row.parent for row in between.made_from.all()] == [parent]

    def test_of_others_are_not_looked_at(self, parent):
        artist, other = ArtistFactory(), ArtistFactory()
        between = encoded(painting("van-gogh"))
        delivered(between, artist=other, parent_input_sha256=begun(other, file_of(parent)))
        assert works_made_from(artist=artist, hashes=[begun(artist, between)]) == []

    def test_that_lead_back_to_themselves_end(self):
        artist = ArtistFactory()
        one, other = encoded(painting("turner")), encoded(painting("monet"))
        note_picture_source(made=one, of=other)
        note_picture_source(made=other, of=one)
        assert works_made_from(artist=artist, hashes=[sha256(one)]) == []


def test_a_source_is_noted_once_and_not_for_what_is_the_same():
    artist = ArtistFactory()
    data = encoded(painting("turner"), "JPEG")
    for _ in range(2):
        made = picture_to_begin_with(artist.user, upload=data, output_id=None)
    note_picture_source(made=made, of=made)
    row = PictureSource.objects.get()
    assert (row.made_sha256, row.of_sha256) == (sha256(made), sha256(data))
