"""Shares in works: who may offer, accept, decline and end them, and what is refused."""

import pytest
from django.db import DatabaseError, transaction

from marketplace.accounts.models import User
from marketplace.catalog.errors import NotYourWork, WorkNotFound
from marketplace.core.ids import new_id
from marketplace.royalties.errors import NotYourShare, ShareInvalid, ShareNotFound, ShareStateForbids
from marketplace.royalties.models import WorkShare
from marketplace.royalties.selectors import collaborators_of, shares_given_by, shares_of
from marketplace.royalties.services import accept_share, decline_share, end_share, offer_share
from marketplace.royalties.tasks import tell_of_share
from tests.billing.processes import at_once, wait_for_the_others
from tests.factories.accounts import ArtistFactory
from tests.factories.catalog import WorkFactory
from tests.factories.royalties import shared

State = WorkShare.State


def offered(work=None, other=None, basis_points=3000) -> WorkShare:
    work = work or WorkFactory()
    other = other or ArtistFactory()
    return offer_share(artist=work.artist, work_id=work.pk, handle=other.handle, basis_points=basis_points)


@pytest.mark.django_db
class TestOffer:
    def test_is_there_for_both_and_does_not_count_yet(self):
        share = offered()
        assert (share.state, share.decided_at, share.percent) == (State.OFFERED, None, "30%")
        assert list(shares_of(share.artist)) == list(shares_given_by(share.work.artist)) == [share]
        assert not collaborators_of(share.work)

    def test_finds_the_storefront_as_people_write_it(self):
        work, other = WorkFactory(), ArtistFactory(handle="lin-wei")
        share = offer_share(artist=work.artist, work_id=work.pk, handle=" @Lin-Wei ", basis_points=100)
        assert share.artist == other

    @pytest.mark.parametrize("basis_points", [0, 99, 9001, -5])
    def test_is_between_one_and_ninety_percent(self, basis_points):
        with pytest.raises(ShareInvalid, match="cannot be given"):
            offered(basis_points=basis_points)
        assert not WorkShare.objects.exists()

    def test_all_together_leave_a_tenth(self):
        work = WorkFactory()
        offered(work, basis_points=5000)
        gone = shared(work, basis_points=2000)
        with pytest.raises(ShareInvalid) as refused:
            offered(work, basis_points=2001)
        assert "20% are free" in refused.value.way_out
        end_share(artist=work.artist, share_id=gone.pk)
        offered(work, basis_points=4000)

    def test_one_artist_has_one(self):
        share = offered()
        with pytest.raises(ShareInvalid, match="has a share"):
            offered(share.work, share.artist, 100)
        decline_share(artist=share.artist, share_id=share.pk)
        offered(share.work, share.artist, 100)

    def test_not_to_oneself_nobody_or_a_closed_account(self):
        work = WorkFactory()
        with pytest.raises(ShareInvalid, match="yours already"):
            offered(work, work.artist)
        with pytest.raises(ShareInvalid, match="no storefront"):
            offer_share(artist=work.artist, work_id=work.pk, handle="nobody", basis_points=100)
        closed = ArtistFactory()
        User.objects.filter(pk=closed.user_id).update(is_active=False)
        with pytest.raises(ShareInvalid, match="no storefront"):
            offered(work, closed)
        assert not WorkShare.objects.exists()

    def test_is_one_of_so_many_a_day(self, monkeypatch):
        monkeypatch.setattr("marketplace.royalties.services.shares.MOST_OFFERS_A_DAY", 2)
        work = WorkFactory()
        end_share(artist=work.artist, share_id=offered(work, basis_points=100).pk)
        offered(WorkFactory(artist=work.artist), basis_points=100)
        with pytest.raises(ShareInvalid, match="2 offers a day"):
            offered(work, basis_points=100)
        offered()

    def test_is_the_artists_of_the_work_alone(self):
        work, other = WorkFactory(), ArtistFactory()
        for artist in (other, None):
            with pytest.raises(NotYourWork):
                offer_share(artist=artist, work_id=work.pk, handle=other.handle, basis_points=100)
        with pytest.raises(WorkNotFound):
            offer_share(artist=other, work_id=new_id(), handle=other.handle, basis_points=100)


@pytest.mark.django_db
class TestDecision:
    def test_counts_once_accepted(self):
        share = offered()
        accept_share(artist=share.artist, share_id=share.pk)
        assert [one.artist for one in collaborators_of(share.work)] == [share.artist]
        with pytest.raises(ShareStateForbids):
            decline_share(artist=share.artist, share_id=share.pk)

    def test_declined_stays_declined(self):
        share = offered()
        declined = decline_share(artist=share.artist, share_id=share.pk)
        assert (declined.state, declined.decided_at is not None) == (State.DECLINED, True)
        for change in (accept_share, end_share):
            with pytest.raises(ShareStateForbids):
                change(artist=share.artist, share_id=share.pk)

    @pytest.mark.parametrize("change", [accept_share, decline_share])
    def test_is_of_the_one_it_was_offered_to(self, change):
        share = offered()
        for artist in (share.work.artist, ArtistFactory(), None):
            with pytest.raises(NotYourShare):
                change(artist=artist, share_id=share.pk)
        with pytest.raises(ShareNotFound):
            change(artist=share.artist, share_id=new_id())
        share.refresh_from_db()
        assert share.state == State.OFFERED


@pytest.mark.django_db
class TestEnd:
    @pytest.mark.parametrize("side", ["artist", "collaborator"])
    @pytest.mark.parametrize("is_accepted", [True, False])
    def test_either_side_may(self, side, is_accepted):
        share = shared(WorkFactory()) if is_accepted else offered()
        who = share.work.artist if side == "artist" else share.artist
        ended = end_share(artist=who, share_id=share.pk)
        assert (ended.state, ended.ended_at is not None) == (State.ENDED, True)
        assert not collaborators_of(share.work)
        with pytest.raises(ShareStateForbids):
            end_share(artist=who, share_id=share.pk)

    def test_nobody_else_may(self):
        share = shared(WorkFactory())
        for artist in (ArtistFactory(), None):
            with pytest.raises(NotYourShare):
                end_share(artist=artist, share_id=share.pk)
        share.refresh_from_db()
        assert share.state == State.ACCEPTED


@pytest.mark.django_db
class TestTheDatabase:
    @pytest.mark.parametrize(
        "change",
        [
            lambda rows: rows.update(basis_points=200),
            lambda rows: rows.update(artist=ArtistFactory()),
            lambda rows: rows.update(state="offered", decided_at=None),
            lambda rows: rows.delete(),
        ],
    )
    def test_keeps_what_was_agreed(self, change):
        share = shared(WorkFactory())
        with pytest.raises(DatabaseError, match=r"stays as it was agreed|is kept"), transaction.atomic():
            change(WorkShare.objects.filter(pk=share.pk))
        share.refresh_from_db()
        assert (share.state, share.basis_points) == (State.ACCEPTED, 3000)


@pytest.mark.django_db
class TestLetters:
    def test_tell_the_other_side_in_its_language(self, mailoutbox):
        share = offered()
        User.objects.filter(pk=share.artist.user_id).update(language="en")
        tell_of_share(share_id=str(share.pk), reader_id=str(share.artist_id), state="offered")
        accept_share(artist=share.artist, share_id=share.pk)
        tell_of_share(share_id=str(share.pk), reader_id=str(share.work.artist_id), state="accepted")
        end_share(artist=share.artist, share_id=share.pk)
        tell_of_share(share_id=str(share.pk), reader_id=str(share.work.artist_id), state="ended")
        to_collaborator, to_artist, at_the_end = mailoutbox
        assert to_collaborator.to == [share.artist.user.email]
        assert f"{share.work.artist.name} offers you 30%" in to_collaborator.body
        assert to_artist.to == [share.work.artist.user.email]
        assert f"{share.artist.name} has accepted 30%" in to_artist.body
        assert "has ended the share of 30%" in at_the_end.body
        assert "/account/royalties" in at_the_end.body


def change_at_once(n: int, *, share_id: str, artist_id: str, owner_id: str) -> None:
    """One of several that accept, decline and end one share in the same moment."""
    from marketplace.accounts.models import Artist

    artist, owner = Artist.objects.get(pk=artist_id), Artist.objects.get(pk=owner_id)
    wait_for_the_others()
    change, who = [(accept_share, artist), (decline_share, artist), (end_share, owner)][n % 3]
    change(artist=who, share_id=share_id)


def offer_at_once(n: int, *, work_id: str, owner_id: str, handles: list[str]) -> None:
    """One of several that offer shares in one work."""
    from marketplace.accounts.models import Artist

    owner = Artist.objects.get(pk=owner_id)
    wait_for_the_others()
    offer_share(artist=owner, work_id=work_id, handle=handles[n], basis_points=4000)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_a_share_ends_in_one_state(self):
        share = offered()
        facts = {"share_id": share.pk, "artist_id": share.artist_id, "owner_id": share.work.artist_id}
        codes = at_once(
            "tests.royalties.test_shares:change_at_once",
            {name: str(value) for name, value in facts.items()},
            processes=2,
            threads=3,
        )
        share.refresh_from_db()
        # Whoever comes first decides; an end may still follow an acceptance.
        assert codes.count("ok") == (2 if share.state == State.ENDED and share.decided_at else 1)
        assert set(codes) == {"ok", "share_state_forbids"}

    def test_offers_stay_within_ninety_percent(self):
        work = WorkFactory()
        handles = [ArtistFactory().handle for _n in range(4)]
        arguments = {"work_id": str(work.pk), "owner_id": str(work.artist_id), "handles": handles}
        codes = at_once("tests.royalties.test_shares:offer_at_once", arguments, processes=2, threads=2)
        assert sorted(codes) == ["ok", "ok", "share_invalid", "share_invalid"]
