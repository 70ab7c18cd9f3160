"""Following an artist: once, taken back, not oneself, and an event for every change."""

import pytest

from marketplace.accounts import following
from marketplace.accounts.errors import OwnStorefront, TooManyFollowed
from marketplace.accounts.following import follow_artist, unfollow_artist
from marketplace.accounts.models import Follow
from marketplace.accounts.selectors import follow_state, followed_by
from recommendations.models import Event
from tests.billing.processes import at_once
from tests.factories.accounts import ArtistFactory, UserFactory


@pytest.mark.django_db
def test_follows_are_on_or_off_and_every_change_is_an_event():
    artist, user, other = ArtistFactory(), UserFactory(), UserFactory()
    assert [follow_artist(artist=artist, user=user), follow_artist(artist=artist, user=user)] == [True, False]
    state = follow_state(artist=artist, user=user)
    assert (state.count, state.is_followed) == (1, True)
    assert not follow_state(artist=artist, user=other).is_followed
    assert not follow_state(artist=artist, user=None).is_followed
    assert [unfollow_artist(artist=artist, user=user), unfollow_artist(artist=artist, user=user)] == [True, False]
    assert not unfollow_artist(artist=artist, user=other)
    assert follow_artist(artist=artist, user=user)
    events = Event.objects.order_by("pk")
    assert list(events.values_list("kind", flat=True)) == ["followed", "unfollowed", "followed"]
    assert set(events.values_list("viewer", "artist", "work")) == {(f"p:{user.pseudonym.hex}", artist.pk, None)}


@pytest.mark.django_db
def test_an_artist_does_not_follow_herself():
    artist = ArtistFactory()
    with pytest.raises(OwnStorefront) as refused:
        follow_artist(artist=artist, user=artist.user)
    assert refused.value.way_out
    assert not Follow.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_there_is_a_most(monkeypatch):
    monkeypatch.setattr(following, "MOST_FOLLOWED", 2)
    user = UserFactory()
    for _ in range(2):
        follow_artist(artist=ArtistFactory(), user=user)
    with pytest.raises(TooManyFollowed, match="2 artists"):
        follow_artist(artist=ArtistFactory(), user=user)
    assert followed_by(user).count() == 2


@pytest.mark.django_db(transaction=True)
def test_sixteen_windows_follow_at_once_and_it_is_one_follow():
    artist, user = ArtistFactory(), UserFactory()
    given = {"artist": str(artist.pk), "user": str(user.pk)}
    assert at_once("tests.accounts.calls:follow", given, processes=4, threads=4) == ["ok"] * 16
    assert Follow.objects.count() == Event.objects.filter(kind="followed").count() == 1
