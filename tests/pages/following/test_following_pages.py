"""The follow button, the feed and the artists followed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.accounts.following import follow_artist
from marketplace.accounts.models import Follow
from marketplace.catalog.audiences import Audience
from marketplace.catalog.services import hide_work
from marketplace.core.clock import now
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.recommendations import indexed_work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_spaces")]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def work():
    return indexed_work(title="Evening", artist=ArtistFactory(handle="aoi", name="Aoi"))


def test_following_and_unfollowing_on_the_artists_and_the_works_page(client, work):
    client.force_login(UserFactory())
    url = reverse("follow_artist", args=["aoi"])
    for page in (work.get_absolute_url(), work.artist.get_absolute_url()):
        html = client.get(page).content.decode()
        assert f'action="{url}"' in html
        assert "Follow Aoi" in html
    html = client.post(url, {"action": "follow"}, headers=HTMX).content.decode()
    assert 'aria-pressed="true"' in html
    assert "Following Aoi" in html
    assert "Following Aoi" in client.get(work.get_absolute_url()).content.decode()
    answer = client.post(url, {"action": "unfollow", "next": work.get_absolute_url()})
    assert answer.headers["Location"] == work.get_absolute_url()
    assert not Follow.objects.exists()


def test_two_windows_at_once_are_one_follow_and_one_taken_back_is_none(client, work):
    client.force_login(UserFactory())
    url = reverse("follow_artist", args=["aoi"])
    for action, follows in (("follow", 1), ("follow", 1), ("unfollow", 0), ("unfollow", 0)):
        assert client.post(url, {"action": action}).status_code == 302
        assert Follow.objects.count() == follows


def test_a_stranger_is_asked_to_sign_in(client, work):
    url = reverse("follow_artist", args=["aoi"])
    answer = client.post(url)
    assert answer.headers["Location"].startswith(reverse("account_login"))
    assert "aoi" in answer.headers["Location"]
    assert reverse("account_login") in client.post(url, headers=HTMX).headers["HX-Redirect"]
    assert client.get(url).status_code == 405
    for name in ("follow_feed", "followed_artists"):
        assert client.get(reverse(name)).headers["Location"].startswith(reverse("account_login"))
    assert not Follow.objects.exists()


def test_the_artist_sees_how_many_follow_and_no_button(client, work):
    for _ in range(2):
        follow_artist(artist=work.artist, user=UserFactory())
    client.force_login(work.artist.user)
    html = client.get(work.artist.get_absolute_url()).content.decode()
    assert "2 followers" in html
    assert reverse("follow_artist", args=["aoi"]) not in html
    answer = client.post(reverse("follow_artist", args=["aoi"]))
    assert answer.status_code == 409
    assert "your own storefront" in answer.content.decode()
    assert Follow.objects.count() == 2


def test_nobody_is_led_to_another_site(client, work):
    client.force_login(UserFactory())
    answer = client.post(reverse("follow_artist", args=["aoi"]), {"next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == work.artist.get_absolute_url()
    assert client.post(reverse("follow_artist", args=["nobody"])).status_code == 404


def test_the_feed_in_pages_and_with_nothing_in_it(client):
    user, artist = UserFactory(), ArtistFactory()
    client.force_login(user)
    assert "You follow nobody yet" in client.get(reverse("follow_feed")).content.decode()
    follow_artist(artist=artist, user=user)
    assert "Nothing new yet" in client.get(reverse("follow_feed")).content.decode()
    for n in range(30):
        indexed_work(title=f"Number {n:02}", artist=artist, published_at=now() - timedelta(hours=n))
    html = client.get(reverse("follow_feed")).content.decode()
    assert html.index("Number 00") < html.index("Number 23")
    assert "Number 24" not in html
    address = html.split('rel="next" href="')[1].split('"')[0]
    later = client.get(reverse("follow_feed") + address).content.decode()
    assert "Number 24" in later
    assert "Number 29" in later
    assert "Number 23" not in later
    assert "Number 00" in client.get(reverse("follow_feed") + "?after=nonsense").content.decode()


def test_artists_with_their_newest_as_far_as_they_are_open(client, memberships):
    user, artist, other = UserFactory(), ArtistFactory(name="Aoi"), ArtistFactory(name="Bo")
    for one in (artist, other):
        follow_artist(artist=one, user=user)
    indexed_work(title="Open", artist=artist)
    indexed_work(title="For members", artist=artist, audience=Audience.MEMBERS)
    hide_work(work=indexed_work(title="Hidden", artist=artist))
    client.force_login(user)
    html = client.get(reverse("followed_artists")).content.decode()
    assert "Aoi" in html
    assert "Open" in html
    assert "For members" not in html
    assert "Hidden" not in html
    assert "Nothing to see at present." in html
    memberships.member_of(artist, user=user)
    assert "For members" in client.get(reverse("followed_artists")).content.decode()


def test_in_chinese_the_pages_open(client, work):
    client.force_login(UserFactory())
    for page in (reverse("follow_feed"), reverse("followed_artists"), work.artist.get_absolute_url()):
        response = client.get(page, headers={"accept-language": "zh-hans"})
        assert response.status_code == 200
        assert 'lang="zh-Hans"' in response.content.decode()


@pytest.mark.parametrize("name", ["follow_feed", "followed_artists"])
def test_queries_do_not_grow_with_artists_and_works(client, name, django_assert_max_num_queries):
    user = UserFactory()
    client.force_login(user)

    def follow_one_more():
        artist = ArtistFactory()
        follow_artist(artist=artist, user=user)
        for n in range(3):
            indexed_work(title=f"Number {n}", artist=artist)

    follow_one_more()
    client.get(reverse(name))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse(name))
    most = len(few)
    for _ in range(5):
        follow_one_more()
    with django_assert_max_num_queries(most):
        client.get(reverse(name))
