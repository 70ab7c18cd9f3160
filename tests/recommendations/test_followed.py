"""The follow feed: in the order of time, by key, and members' works for members alone."""

from datetime import UTC, datetime, timedelta

import pytest

from marketplace.accounts.following import follow_artist, unfollow_artist
from marketplace.catalog.audiences import Access, Audience
from marketplace.catalog.services import hide_work, mark_sold_exclusively
from recommendations.selectors import FeedKey, follow_feed, newest_of_artists
from recommendations.services import MuteTarget, hide_for, mute, unmute
from recommendations.viewers import viewer_of
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.catalog import WorkFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 12, tzinfo=UTC)


def published(artist, hours, **more):
    return WorkFactory(artist=artist, published_at=AT - timedelta(hours=hours), **more)


def feed_of(user, **more):
    return follow_feed(user=user, access=Access(user), limit=more.pop("limit", 50), **more).work_ids


def test_new_works_of_followed_artists_alone_newest_first():
    user, one, two = UserFactory(), ArtistFactory(), ArtistFactory()
    WorkFactory()
    for artist in (one, two):
        follow_artist(artist=artist, user=user)
    works = [published(artist, hours) for hours, artist in enumerate([one, two, two, one])]
    assert feed_of(user) == [work.pk for work in works]
    assert feed_of(UserFactory()) == []
    unfollow_artist(artist=two, user=user)
    assert feed_of(user) == [works[0].pk, works[3].pk]


def test_pages_by_key_neither_repeat_nor_skip_while_works_come_and_go():
    user, artist = UserFactory(), ArtistFactory()
    follow_artist(artist=artist, user=user)
    # Two of each moment: the id decides.
    works = [published(artist, n // 2) for n in range(9)]
    seen, after = [], None
    for _ in range(3):
        page = follow_feed(user=user, access=Access(user), after=after, limit=4)
        seen += page.work_ids
        published(artist, -1)
        hide_work(work=WorkFactory(artist=artist, published_at=AT))
        after = FeedKey.parse(str(page.next_key)) if page.next_key else None
    assert after is None
    assert len(seen) == len(set(seen)) == 9
    assert set(seen) == {work.pk for work in works}


@pytest.mark.parametrize("text", ["", "x", "2026-11-24_1", "2026-11-24T12:00:00_018f0000-0000-7000-8000-000000000000"])
def test_a_key_that_is_none_begins_at_the_newest(text):
    assert FeedKey.parse(text) is None


def test_members_only_works_for_members_and_hidden_and_sold_ones_for_nobody(memberships):
    artist = ArtistFactory()
    member, follower = memberships.member_of(artist), UserFactory()
    for user in (member, follower):
        follow_artist(artist=artist, user=user)
    free, closed = published(artist, 1), published(artist, 2, audience=Audience.MEMBERS)
    hide_work(work=published(artist, 3))
    mark_sold_exclusively(work_id=published(artist, 4).pk)
    assert feed_of(member) == [free.pk, closed.pk]
    assert feed_of(follower) == [free.pk]


def test_the_newest_of_each_artist_by_one_query(django_assert_num_queries, memberships):
    artists = [ArtistFactory() for _ in range(6)]
    works = {artist.pk: [published(artist, hours).pk for hours in range(4)] for artist in artists}
    published(artists[0], -1, audience=Audience.MEMBERS)
    with django_assert_num_queries(1):
        found = newest_of_artists(artists=list(works), access=Access(), each=3)
    assert found == {artist: newest[:3] for artist, newest in works.items()}


def test_what_a_person_muted_or_hid_stays_away_from_her_alone():
    user, other, loud, quiet = UserFactory(), UserFactory(), ArtistFactory(), ArtistFactory()
    for person in (user, other):
        for artist in (loud, quiet):
            follow_artist(artist=artist, user=person)
    muted, music = published(loud, 0), published(quiet, 1, medium="music")
    hidden, kept = published(quiet, 2), published(quiet, 3)
    her = viewer_of(user=user)
    mute_id = mute(target=MuteTarget(artist_id=loud.pk), viewer=her)
    mute(target=MuteTarget(medium="music"), viewer=her)
    hide_for(work_id=hidden.pk, viewer=her)
    assert feed_of(user) == [kept.pk]
    assert feed_of(other) == [muted.pk, music.pk, hidden.pk, kept.pk]
    unmute(mute_id=mute_id, viewer=her)
    assert feed_of(user) == [muted.pk, kept.pk]
