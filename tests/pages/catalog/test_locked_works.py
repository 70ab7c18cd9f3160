"""Works that are not for the visitor: on their page, on the storefront, in lists, in a like and a report."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.catalog.audiences import Audience, AudienceChoice
from marketplace.catalog.services import set_audience
from marketplace.core.clock import now
from marketplace.licensing.services import OfferTerms, set_offers, write_missing_wordings
from recommendations.models import Event, Like
from tests.factories.accounts import UserFactory
from tests.factories.audiences import club_member
from tests.factories.licensing import licence_in
from tests.factories.moderation import moderator
from tests.factories.recommendations import indexed_work
from tests.orders.baskets import usd
from tests.recommendations.tiny_space import COLOURS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_spaces")]
MEMBERS = AudienceChoice(Audience.MEMBERS)


def sold(title="Evening", **facts):
    write_missing_wordings()
    work = indexed_work(title=title, colour=COLOURS["sunset"], **facts)
    set_offers(work=work, offers=[OfferTerms("personal", usd(1200))])
    return work


@pytest.fixture
def work():
    return set_audience(work=sold(), choice=MEMBERS)


def page(client, person, address) -> str:
    client.logout()
    if person:
        client.force_login(person)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.text


def keys_of(work) -> list[str]:
    return [file.storage_key for version in work.versions.all() for file in version.files.all()]


def test_the_page_of_a_closed_work_says_for_whom_it_is_and_shows_no_picture(client, work, memberships):
    for person in (None, UserFactory(), club_member()):
        shown = page(client, person, work.get_absolute_url())
        assert "Evening" in shown
        assert work.artist.name in shown
        assert f"This work is for members of {work.artist.name}." in shown
        assert f'href="/artists/{work.artist.handle}/membership"' in shown
        assert "og:image" not in shown
        assert not any(key in shown for key in keys_of(work))
        assert "/start" not in shown
        assert "$12.00" not in shown
        assert ("Sign in, if it is open to you" in shown) is (person is None)
    assert not Event.objects.exists()


def test_those_who_may_see_the_whole_page(client, work, memberships):
    before = licence_in(sold("Bought before"))
    set_audience(work=before.work, choice=MEMBERS)
    for person, seen in (
        (work.artist.user, work),
        (moderator(), work),
        (memberships.member_of(work.artist), work),
        (before.holder, before.work),
    ):
        shown = page(client, person, seen.get_absolute_url())
        assert "og:image" in shown
        assert any(key in shown for key in keys_of(seen))
        assert "For members" in shown
    assert Event.objects.filter(work=work).count() == 2


def test_the_clubs_work_until_its_moment(client, work):
    moment = now() + timedelta(days=2)
    set_audience(work=work, choice=AudienceChoice(Audience.CLUB_FIRST, moment))
    shown = page(client, UserFactory(), work.get_absolute_url())
    assert "This work is for the club until" in shown
    assert 'href="/pricing"' in shown
    assert "og:image" not in shown
    assert "og:image" in page(client, club_member(), work.get_absolute_url())


def test_the_storefront_shows_closed_works_locked(client, work, memberships):
    storefront = work.artist.get_absolute_url()
    shown = page(client, None, storefront)
    assert work.get_absolute_url() in shown
    assert f'href="/artists/{work.artist.handle}/membership"' in shown
    assert "For members" in shown
    assert "$12.00" not in shown
    assert not any(key in shown for key in keys_of(work))
    for person in (work.artist.user, memberships.member_of(work.artist)):
        shown = page(client, person, storefront)
        assert any(key in shown for key in keys_of(work))
        assert f"/artists/{work.artist.handle}/membership" not in shown


def test_other_lists_leave_it_out(client, work, memberships):
    member = memberships.member_of(work.artist)
    for address in ("/", "/search", "/search?q=evening", f"/search?artist={work.artist.handle}"):
        assert work.get_absolute_url() not in page(client, None, address), address
        assert work.get_absolute_url() in page(client, member, address), address


def test_queries_of_the_storefront_do_not_grow_with_locked_works(client, work, memberships):
    person = memberships.member_of(sold().artist)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(client, person, work.artist.get_absolute_url())
        return len(queries)

    page(client, person, work.artist.get_absolute_url())
    few = asked()
    memberships.asked = 0
    for n in range(6):
        set_audience(work=sold(f"Evening {n}", artist=work.artist), choice=MEMBERS)
    assert asked() == few
    assert memberships.asked == 1


def test_a_like_of_a_closed_work_is_refused_with_the_way_in(client, work, memberships):
    for person, status, likes in ((UserFactory(), 403, 0), (memberships.member_of(work.artist), 302, 1)):
        client.force_login(person)
        answer = client.post(f"/works/{work.pk}/like", {"action": "like"})
        assert answer.status_code == status
        assert Like.objects.count() == likes
    client.force_login(UserFactory())
    assert "/membership" in client.post(f"/works/{work.pk}/like", {"action": "like"}).text


def test_it_can_be_reported_without_its_picture(client, work):
    shown = page(client, UserFactory(), f"/works/{work.pk}/report")
    assert "Evening" in shown
    assert not any(key in shown for key in keys_of(work))
    assert any(key in page(client, work.artist.user, f"/works/{work.pk}/report") for key in keys_of(work))
