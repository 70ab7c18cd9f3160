import pytest

from marketplace.accounts.models import Artist
from tests.factories.accounts import ArtistFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_person_opens_her_storefront(client):
    user = UserFactory()
    client.force_login(user)
    answer = client.post("/storefront/open", {"name": "Mei Lin", "handle": "mei-lin", "bio": ""}, follow=True)
    assert "Mei Lin" in answer.text
    assert Artist.objects.get(user=user).handle == "mei-lin"


def test_a_taken_address_is_told_beside_the_field_and_nothing_is_lost(client):
    ArtistFactory(handle="taken")
    user = UserFactory()
    client.force_login(user)
    answer = client.post("/storefront/open", {"name": "Mei", "handle": "taken", "bio": "I paint."})
    assert "Another storefront has this address." in answer.text
    assert "I paint." in answer.text
    assert not Artist.objects.filter(user=user).exists()


def test_a_second_one_is_not_opened(client):
    artist = ArtistFactory()
    client.force_login(artist.user)
    assert client.post("/storefront/open", {"name": "B", "handle": "second", "bio": ""}).status_code == 302
    assert Artist.objects.filter(user=artist.user).count() == 1


def test_a_stranger_is_asked_to_sign_in(client):
    assert client.get("/storefront/open").url.startswith("/accounts/login/")


def test_the_page_speaks_chinese(client):
    client.force_login(UserFactory())
    assert "开设店铺" in client.get("/storefront/open", headers={"accept-language": "zh-hans"}).text


def test_the_key_is_shown_once(client):
    client.force_login(UserFactory())
    answer = client.post("/account/key")
    assert "Authorization: Token" in answer.text
    assert "Authorization: Token" not in client.get("/account").text
