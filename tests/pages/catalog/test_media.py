"""Previews as browsers fetch them: for everybody, but those of hidden works for artist and moderators alone."""

import pytest

from marketplace.blobs import public_store
from marketplace.catalog.services.works import hide_work, restore_work
from tests.factories.accounts import UserFactory
from tests.factories.catalog import WorkFactory, WorkFileFactory, WorkVersionFactory
from tests.factories.moderation import moderator

pytestmark = pytest.mark.django_db


@pytest.fixture
def preview():
    file = WorkFileFactory()
    public_store().put(file.storage_key, b"picture", media_type="image/webp")
    return file


def test_everybody_sees_the_preview_of_a_listed_work(client, preview):
    answer = client.get(f"/media/{preview.storage_key}")
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"picture", "image/webp")
    assert answer["Cache-Control"] == "public, max-age=86400"
    again = client.get(f"/media/{preview.storage_key}", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/media/previews/no/such.webp").status_code == 404


def test_a_hidden_works_preview_is_for_its_artist_and_moderators_until_it_is_restored(client, preview):
    work = preview.version.work
    etag = client.get(f"/media/{preview.storage_key}")["ETag"]
    assert hide_work(work=work)
    for person in (None, UserFactory(), UserFactory(is_staff=True)):
        client.logout()
        if person:
            client.force_login(person)
        for headers in ({}, {"If-None-Match": etag}):
            answer = client.get(f"/media/{preview.storage_key}", headers=headers)
            assert (answer.status_code, answer.content) == (404, b"")
            assert answer["Cache-Control"] == "private, no-store"
    for person in (work.artist.user, moderator()):
        client.force_login(person)
        answer = client.get(f"/media/{preview.storage_key}")
        assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    client.logout()
    restore_work(work=work)
    assert client.get(f"/media/{preview.storage_key}").status_code == 200


def test_a_file_that_another_work_shows_too_stays(client, preview):
    other = WorkFileFactory(version=WorkVersionFactory(work=WorkFactory()), storage_key=preview.storage_key)
    hide_work(work=preview.version.work)
    assert client.get(f"/media/{preview.storage_key}").status_code == 200
    hide_work(work=other.version.work)
    assert client.get(f"/media/{preview.storage_key}").status_code == 404
