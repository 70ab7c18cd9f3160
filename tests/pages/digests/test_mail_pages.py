"""Choosing letters, and seeing what one looks like."""

import pytest
from django.urls import reverse

from marketplace.accounts.following import follow_artist
from marketplace.catalog.services import hide_work
from marketplace.digests.models import Digest, DigestWork, MailWishes
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.recommendations import indexed_work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_spaces")]
PAGES = ["mail_wishes", "letter_preview", "letter_preview_html"]


def test_letters_are_off_until_they_are_chosen(client):
    person = UserFactory()
    client.force_login(person)
    assert "checked" not in client.get(reverse("mail_wishes")).content.decode()
    assert not MailWishes.objects.exists()
    client.post(reverse("mail_wishes"), {"weekly": "on"})
    wishes = MailWishes.objects.get()
    assert (wishes.reader, wishes.weekly, wishes.releases) == (person, True, False)
    assert client.get(reverse("mail_wishes")).content.decode().count("checked") == 1
    client.post(reverse("mail_wishes"), {})
    assert not MailWishes.objects.get().weekly


def test_a_stranger_sees_and_changes_nothing(client):
    for name in PAGES:
        assert client.get(reverse(name)).headers["Location"].startswith(reverse("account_login"))
    client.post(reverse("mail_wishes"), {"weekly": "on"})
    assert not MailWishes.objects.exists()


def test_the_preview_is_the_readers_own_and_notes_nothing(client):
    person, artist = UserFactory(), ArtistFactory()
    follow_artist(artist=artist, user=person)
    indexed_work(title="Evening", artist=artist)
    hide_work(work=indexed_work(title="Hidden one", artist=artist))
    client.force_login(person)
    page = client.get(reverse("letter_preview")).content.decode()
    assert reverse("letter_preview_html") in page
    assert "Evening" in page
    answer = client.get(reverse("letter_preview_html"))
    html = answer.content.decode()
    assert "New works of artists you follow" in html
    assert "Evening" in html
    assert "Hidden one" not in html + page
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert not Digest.objects.exists()
    assert not DigestWork.objects.exists()
    client.force_login(UserFactory())
    other = client.get(reverse("letter_preview_html")).content.decode()
    assert "New works of artists you follow" not in other


def test_an_empty_letter_says_that_none_would_come(client):
    client.force_login(UserFactory())
    assert "It would say nothing at present" in client.get(reverse("letter_preview")).content.decode()
    assert client.get(reverse("letter_preview_html")).status_code == 404


def test_in_chinese_the_pages_open(client):
    client.force_login(UserFactory(language="zh-hans"))
    indexed_work(title="Evening")
    for name in PAGES:
        response = client.get(reverse(name), headers={"accept-language": "zh-hans"})
        assert response.status_code == 200
        assert 'lang="zh-Hans"' in response.content.decode()
