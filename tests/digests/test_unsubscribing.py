"""Letters end by the link in them, without signing in (RFC 8058), and by nobody else's."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.core.clock import now
from marketplace.digests.errors import UnsubscribeLinkWrong
from marketplace.digests.models import Digest
from marketplace.digests.selectors import mail_wishes_of
from marketplace.digests.services import compose_due, send_digest
from marketplace.digests.unsubscribing import Unsubscription, unsubscription_of
from recommendations.models import SavedSearch
from tests.digests.readers import follower, searcher, tomorrow
from tests.factories.recommendations import indexed_work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_spaces")]


def path_of(url: str) -> str:
    return re.sub(r"^https?://[^/]+", "", url)


def alerts() -> set[str]:
    return set(SavedSearch.objects.values_list("alerts", flat=True))


@pytest.fixture
def message(mailoutbox):
    """A letter about two searches, as it went out."""
    owner = searcher("sunset", "sea")
    indexed_work(title="Sunset")
    indexed_work(title="Sea")
    (digest,) = compose_due(reader_id=owner.pk, at=tomorrow())
    Digest.objects.update(written_at=now())
    send_digest(digest_id=digest.pk)
    return mailoutbox[0]


def test_the_mail_programs_own_button_ends_them_by_one_post_without_a_cookie(message):
    headers = message.message()
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    (url,) = re.fullmatch(r"<(\S+)>", headers["List-Unsubscribe"]).groups()
    client = Client(enforce_csrf_checks=True)
    for _ in range(2):
        answer = client.post(path_of(url), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "no more letters" in answer.content.decode()
    assert alerts() == {"none"}


def test_opening_the_link_only_asks(message):
    url = path_of(message.message()["List-Unsubscribe"].strip("<>"))
    client = Client(enforce_csrf_checks=True)
    asked = client.get(url)
    assert "Do you want no more letters" in asked.content.decode()
    assert client.head(url).status_code == 200
    assert alerts() == {"daily"}
    assert client.post(url).status_code == 200
    assert alerts() == {"none"}


def test_the_letters_of_one_search_can_be_ended_alone(message):
    links = re.findall(r"No more letters about this search: \S*?(/mail/unsubscribe/\S+)", message.body)
    assert len(links) == 2
    Client().post(links[0])
    assert sorted(SavedSearch.objects.values_list("alerts", flat=True)) == ["daily", "none"]


def test_weekly_letters_and_releases_end_by_themselves():
    person, other = follower(releases=True), follower(releases=True)
    url = reverse("unsubscribe", args=[Unsubscription(person.pk, "weekly").token])
    assert Client().post(url).status_code == 200
    assert (mail_wishes_of(person).weekly, mail_wishes_of(person).releases) == (False, True)
    Client().post(reverse("unsubscribe", args=[Unsubscription(person.pk, "releases").token]))
    assert not mail_wishes_of(person).releases
    assert (mail_wishes_of(other).weekly, mail_wishes_of(other).releases) == (True, True)


def test_a_link_that_was_changed_ends_nothing(message):
    url = path_of(message.message()["List-Unsubscribe"].strip("<>"))
    forged = [url[:-1] + ("A" if url[-1] != "A" else "B"), "/mail/unsubscribe/nothing", url.replace(":", "")]
    for address in forged:
        for answer in (Client().get(address), Client().post(address)):
            assert answer.status_code == 404
    assert alerts() == {"daily"}
    with pytest.raises(UnsubscribeLinkWrong):
        unsubscription_of("")


def test_a_search_of_somebody_else_is_not_touched_by_a_signed_link(message):
    other = searcher("city")
    search = SavedSearch.objects.get(owner=other)
    owner = SavedSearch.objects.exclude(owner=other).first().owner
    Client().post(reverse("unsubscribe", args=[Unsubscription(owner.pk, "searches", search.pk).token]))
    search.refresh_from_db()
    assert search.alerts == "daily"
