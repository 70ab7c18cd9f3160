"""What remixes owe: set by the parent's artist, kept as it stood at publication, given on down the lineage."""

import pytest
from django.db import DatabaseError, transaction

from marketplace.accounts.models import User
from marketplace.catalog.errors import NotYourWork, WorkNotFound
from marketplace.catalog.models import Work
from marketplace.core.ids import new_id
from marketplace.core.money import Money
from marketplace.royalties.errors import ShareInvalid
from marketplace.royalties.models import LineageShare, RemixTerms
from marketplace.royalties.selectors import parents_shown, remix_share_of, sharing_of
from marketplace.royalties.services import end_share, set_remix_share
from tests.factories.accounts import ArtistFactory
from tests.factories.catalog import WorkFactory
from tests.factories.royalties import remixed, shared


def usd(amount: int) -> Money:
    return Money(amount, "USD")


def given(work: Work, net: int) -> dict[str, int]:
    """What a sale that leaves ``net`` gives to each, by handle."""
    royalties = sharing_of(work).royalties(usd(net))
    return {artist.handle: amount.amount_minor for artist, amount in royalties.items()}


def close(artist) -> None:
    User.objects.filter(pk=artist.user_id).update(is_active=False)


@pytest.mark.django_db
class TestTerms:
    def test_are_nothing_until_the_artist_sets_them(self):
        work = WorkFactory()
        assert remix_share_of(work) == 0
        set_remix_share(artist=work.artist, work_id=work.pk, basis_points=1250)
        set_remix_share(artist=work.artist, work_id=work.pk, basis_points=5000)
        assert remix_share_of(work) == 5000

    @pytest.mark.parametrize("basis_points", [-1, 5001])
    def test_are_at_most_half(self, basis_points):
        work = WorkFactory()
        with pytest.raises(ShareInvalid):
            set_remix_share(artist=work.artist, work_id=work.pk, basis_points=basis_points)
        assert not RemixTerms.objects.exists()

    def test_are_the_artists_alone(self):
        work = WorkFactory()
        for artist in (ArtistFactory(), None):
            with pytest.raises(NotYourWork):
                set_remix_share(artist=artist, work_id=work.pk, basis_points=100)
        with pytest.raises(WorkNotFound):
            set_remix_share(artist=work.artist, work_id=new_id(), basis_points=100)
        assert not RemixTerms.objects.exists()


@pytest.mark.django_db
class TestLineage:
    def test_what_stood_at_publication_counts(self):
        parent, child, later = WorkFactory(), WorkFactory(), WorkFactory()
        remixed(child, parent, owing=1000)
        set_remix_share(artist=parent.artist, work_id=parent.pk, basis_points=4000)
        remixed(later, parent, owing=None)
        assert given(child, 1000) == {parent.artist.handle: 100}
        assert given(later, 1000) == {parent.artist.handle: 400}

    def test_is_written_once_and_kept(self):
        parent, child = WorkFactory(), WorkFactory()
        for _ in range(2):
            remixed(child, parent, child)
        row = LineageShare.objects.get()
        for change in (lambda rows: rows.update(basis_points=0), lambda rows: rows.delete()):
            with pytest.raises(DatabaseError, match="is kept"), transaction.atomic():
                change(LineageShare.objects.filter(pk=row.pk))

    def test_four_generations(self):
        great, grand, parent, child = (WorkFactory() for _n in range(4))
        remixed(grand, great, owing=5000)
        remixed(parent, grand, owing=2000)
        remixed(child, parent, owing=1000)
        assert given(child, 9000) == {
            parent.artist.handle: 720,
            grand.artist.handle: 90,
            great.artist.handle: 90,
        }

    def test_a_work_of_ones_own_leads_on_and_pays_nothing(self):
        grand, parent = WorkFactory(), WorkFactory()
        child = WorkFactory(artist=parent.artist)
        remixed(parent, grand, owing=2000)
        remixed(child, parent, owing=5000)
        assert given(child, 1000) == {grand.artist.handle: 200}

    def test_what_would_come_back_to_the_seller_stays_with_her(self):
        first = WorkFactory()
        between = WorkFactory()
        last = WorkFactory(artist=first.artist)
        remixed(between, first, owing=5000)
        remixed(last, between, owing=5000)
        assert given(last, 1000) == {between.artist.handle: 250}

    @pytest.mark.parametrize("status", [Work.Status.UNLISTED, Work.Status.HIDDEN])
    def test_a_parent_that_is_not_shown_gets_its_share_and_is_not_named(self, status):
        parent, child = WorkFactory(), WorkFactory()
        remixed(child, parent)
        Work.objects.filter(pk=parent.pk).update(status=status)
        assert given(child, 1000) == {parent.artist.handle: 100}
        assert not parents_shown(child)

    def test_the_share_of_a_closed_account_stays_with_the_seller_and_those_before_it_get_theirs(self):
        grand, parent, child = (WorkFactory() for _n in range(3))
        remixed(parent, grand, owing=5000)
        remixed(child, parent, owing=1000)
        close(parent.artist)
        assert given(child, 1000) == {grand.artist.handle: 50}


@pytest.mark.django_db
class TestCollaborators:
    def test_share_what_the_lineage_leaves(self):
        parent, child = WorkFactory(), WorkFactory()
        remixed(child, parent, owing=5000)
        share = shared(child, basis_points=3000)
        assert given(child, 1000) == {parent.artist.handle: 500, share.artist.handle: 150}

    def test_who_is_both_gets_one_sum(self):
        parent, child = WorkFactory(), WorkFactory()
        remixed(child, parent, owing=5000)
        shared(child, with_=parent.artist, basis_points=3000)
        assert given(child, 1000) == {parent.artist.handle: 650}

    def test_count_until_they_end(self):
        share = shared(WorkFactory())
        assert given(share.work, 1000) == {share.artist.handle: 300}
        end_share(artist=share.artist, share_id=share.pk)
        assert given(share.work, 1000) == {}

    def test_with_a_closed_account_get_nothing(self):
        share = shared(WorkFactory())
        close(share.artist)
        assert given(share.work, 1000) == {}

    def test_many_take_as_many_queries_as_one(self, django_assert_num_queries):
        work = WorkFactory()
        remixed(work, *[WorkFactory() for _n in range(10)], owing=100)
        for _n in range(50):
            shared(work, basis_points=100)
        # The lineage's two generations, the shares, the artists.
        with django_assert_num_queries(4):
            sharing = sharing_of(work)
        with django_assert_num_queries(0):
            assert len(sharing.royalties(usd(100_000))) == 60

    def test_nobody_takes_two_queries(self, django_assert_num_queries):
        work = WorkFactory()
        with django_assert_num_queries(2):
            assert sharing_of(work).royalties(usd(1000)) == {}
