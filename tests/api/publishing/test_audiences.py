"""For whom a work is, by program: chosen at publication and changed, by its artist alone."""

from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from marketplace.catalog.models import Work
from marketplace.core.clock import now
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.catalog import WorkFactory
from tests.factories.publishing import delivered
from tests.provenance.pictures import encoded, painting

pytestmark = pytest.mark.django_db


def _client(user=None) -> APIClient:
    client = APIClient()
    if user:
        client.force_authenticate(user)
    return client


def _publication(output, **more):
    return {
        "output": str(output.pk),
        "texts": [{"language": "en", "title": "Evening"}],
        "offers": [{"code": "personal", "price_minor": 1200}],
        **more,
    }


def test_a_work_is_published_for_members(blob_stores):
    artist = ArtistFactory()
    output = delivered(encoded(painting("monet")), artist=artist)
    said = _publication(output, audience="members", members_level=2)
    made = _client(artist.user).post("/api/v1/my/works", said, format="json")
    assert made.status_code == 201
    assert (made.json()["audience"], made.json()["members_level"]) == ("members", 2)
    assert not Work.objects.listed().open_to(None).exists()
    assert Work.objects.get().status == "listed"


def test_a_moment_too_near_publishes_nothing(blob_stores):
    artist = ArtistFactory()
    output = delivered(encoded(painting("monet")), artist=artist)
    for public_from in (None, now() + timedelta(minutes=30), now() + timedelta(days=31)):
        said = _publication(output, audience="club_first", public_from=public_from)
        answer = _client(artist.user).post("/api/v1/my/works", said, format="json")
        assert (answer.status_code, answer.json()["error"]) == (400, "audience_invalid")
    assert not Work.objects.exists()


def test_the_artist_changes_it():
    work = WorkFactory()
    client = _client(work.artist.user)
    moment = now() + timedelta(days=3)
    for said, stands in (
        ({"audience": "club_first", "public_from": moment.isoformat()}, ("club_first", moment, 1)),
        ({"audience": "members", "members_level": 3}, ("members", None, 3)),
        ({"audience": "everyone"}, ("everyone", None, 1)),
    ):
        answer = client.put(f"/api/v1/my/works/{work.pk}/audience", said, format="json")
        assert answer.status_code == 200
        work.refresh_from_db()
        assert (work.audience, work.public_from, work.members_level) == stands


def test_what_is_not_possible_and_others_change_nothing():
    work = WorkFactory(audience="members", members_level=2)
    address = f"/api/v1/my/works/{work.pk}/audience"
    for said in ({}, {"audience": "friends"}, {"audience": "club_first"}, {"audience": "members", "members_level": 0}):
        assert _client(work.artist.user).put(address, said, format="json").status_code == 400
    for user, status in ((None, 401), (UserFactory(), 403), (ArtistFactory().user, 403)):
        assert _client(user).put(address, {"audience": "everyone"}, format="json").status_code == status
    work.refresh_from_db()
    assert (work.audience, work.members_level) == ("members", 2)
