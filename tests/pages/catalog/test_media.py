"""Previews as browsers fetch them: for everybody, but those of hidden works for artist and moderators alone."""

from datetime import timedelta

import pytest

from marketplace.blobs import public_store
from marketplace.catalog.audiences import Audience, AudienceChoice
from marketplace.catalog.models import Work
from marketplace.catalog.services import set_audience
from marketplace.catalog.services.works import hide_work, restore_work
from marketplace.core.clock import now
from tests.factories.accounts import UserFactory
from tests.factories.audiences import club_member
from tests.factories.catalog import WorkFactory, WorkFileFactory, WorkVersionFactory
from tests.factories.licensing import licence_in, work_on_sale
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


def seen(client, preview, person, **headers):
    client.logout()
    if person:
        client.force_login(person)
    return client.get(f"/media/{preview.storage_key}", headers=headers)


def test_a_members_works_preview_is_for_those_who_may_open_it(client, preview, memberships):
    work = preview.version.work
    etag = seen(client, preview, None)["ETag"]
    set_audience(work=work, choice=AudienceChoice(Audience.MEMBERS, members_level=2))
    outside = (None, UserFactory(), club_member(), UserFactory(is_staff=True), memberships.member_of(work.artist))
    for person in outside:
        for headers in ({}, {"If-None-Match": etag}):
            answer = seen(client, preview, person, **headers)
            assert (answer.status_code, answer.content) == (404, b"")
            assert answer["Cache-Control"] == "private, no-store"
    for person in (work.artist.user, moderator(), memberships.member_of(work.artist, level=2)):
        answer = seen(client, preview, person)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    hide_work(work=work)
    for person in (memberships.member_of(work.artist, level=3), None):
        assert seen(client, preview, person).status_code == 404
    for person in (work.artist.user, moderator()):
        assert seen(client, preview, person).status_code == 200


def test_the_clubs_preview_is_everybodys_once_the_moment_has_come(client, preview):
    work = preview.version.work
    set_audience(work=work, choice=AudienceChoice(Audience.CLUB_FIRST, now() + timedelta(hours=2)))
    assert seen(client, preview, UserFactory()).status_code == 404
    assert seen(client, preview, club_member())["Cache-Control"] == "private, no-store"
    Work.objects.update(public_from=now() - timedelta(seconds=1))
    answer = seen(client, preview, None)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "public, max-age=86400")


def test_a_buyer_keeps_the_preview_of_a_work_that_was_narrowed(client, preview):
    work = work_on_sale()
    preview.version = work.versions.get()
    preview.save()
    holder = licence_in(work).holder
    set_audience(work=work, choice=AudienceChoice(Audience.MEMBERS))
    assert seen(client, preview, holder).status_code == 200
    assert seen(client, preview, UserFactory()).status_code == 404


def test_a_file_that_an_open_work_shows_too_is_open(client, preview):
    other = WorkFileFactory(version=WorkVersionFactory(work=WorkFactory()), storage_key=preview.storage_key)
    set_audience(work=preview.version.work, choice=AudienceChoice(Audience.MEMBERS))
    assert seen(client, preview, None).status_code == 200
    hide_work(work=other.version.work)
    assert seen(client, preview, UserFactory()).status_code == 404
