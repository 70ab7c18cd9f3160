import pytest
from rest_framework.test import APIClient

from tests.factories.accounts import ArtistFactory, UserFactory

pytestmark = pytest.mark.django_db


def client_with(key):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    return client


def signed_in(user):
    client = APIClient()
    client.force_login(user)
    return client


def test_a_key_says_who_i_am_and_a_new_one_ends_it():
    artist = ArtistFactory()
    first = signed_in(artist.user).post("/api/v1/me/key").json()["key"]
    assert client_with(first).get("/api/v1/me").json()["storefront"]["handle"] == artist.handle
    second = signed_in(artist.user).post("/api/v1/me/key").json()["key"]
    assert client_with(first).get("/api/v1/me").status_code == 401
    assert client_with(second).get("/api/v1/me").status_code == 200
    assert client_with(second).delete("/api/v1/me/key").status_code == 204
    assert client_with(second).get("/api/v1/me").status_code == 401


def test_a_person_without_a_storefront_has_none():
    assert signed_in(UserFactory()).get("/api/v1/me").json()["storefront"] is None


def test_a_stranger_is_nobody():
    assert APIClient().get("/api/v1/me").status_code == 401
    assert APIClient().post("/api/v1/me/key").status_code == 401
