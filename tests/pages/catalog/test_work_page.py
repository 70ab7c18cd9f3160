"""A work's page and its like button, as owner, member and stranger."""

from datetime import timedelta

import pytest
from django.urls import reverse

from marketplace.catalog.services import add_version, hide_work, mark_sold_exclusively, set_text
from marketplace.core.clock import now
from marketplace.licensing.services import hold_exclusive
from recommendations.models import Event, Like
from tests.factories.accounts import UserFactory
from tests.factories.licensing import offer_of, work_on_sale
from tests.factories.recommendations import indexed_work, preview_of
from tests.recommendations.tiny_space import COLOURS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_spaces")]


def opened(client, work) -> str:
    response = client.get(work.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def test_a_stranger_sees_picture_offers_and_an_invitation(client):
    work = work_on_sale(title="Evening")
    html = opened(client, work)
    for code, price in (("personal", "$12.00"), ("exclusive", "$250.00")):
        assert f'value="{offer_of(work, code).pk}"' in html
        assert price in html
    assert reverse("start_order") in html
    assert reverse("report_work", args=[work.pk]) in html
    assert "Sign in to like" in html
    assert "Origin" in html


def test_the_picture_in_all_sizes(client):
    work = indexed_work(title="Wide", colour=COLOURS["sea"])
    add_version(work=work, files=preview_of(COLOURS["sea"], width=800, height=500))
    html = opened(client, work)
    assert 'width="800" height="500"' in html
    assert "800w" in html


def test_a_view_is_recorded_once_and_not_for_the_artist_nor_for_loading_ahead(client):
    work = indexed_work(title="Evening")
    client.get(work.get_absolute_url(), headers={"Sec-Purpose": "prefetch"})
    assert not Event.objects.exists()
    opened(client, work)
    opened(client, work)
    assert Event.objects.get().viewer.startswith("s:")
    client.force_login(work.artist.user)
    opened(client, work)
    assert Event.objects.count() == 1


def test_an_old_slug_leads_to_the_work(client):
    work = indexed_work(title="Evening")
    for address in (f"/works/{work.pk}", f"/works/{work.pk}/old-name"):
        assert client.get(address).headers["Location"] == work.get_absolute_url()


def test_titles_in_the_readers_language(client):
    work = indexed_work(title="Evening")
    set_text(work=work, language="zh-hans", title="黄昏")
    html = client.get(work.get_absolute_url(), headers={"accept-language": "zh-hans"}).content.decode()
    assert '<h1 lang="zh-Hans">黄昏</h1>' in html


def test_an_exclusive_hold_is_shown_and_nothing_can_be_bought_meanwhile(client):
    work = work_on_sale()
    hold_exclusive(work=work, holder_ref="order:1", until=now() + timedelta(minutes=30))
    html = opened(client, work)
    assert "Somebody is buying the exclusive licence" in html
    # The buttons themselves: other buttons name the attribute with which they are shut while they send.
    assert html.count(" disabled>") == 3


def test_a_work_sold_exclusively_is_shown_but_not_sold(client):
    work = work_on_sale()
    mark_sold_exclusively(work_id=work.pk)
    html = opened(client, work)
    assert "Sold exclusively" in html
    assert reverse("start_order") not in html


def test_a_hidden_work_is_there_for_its_artist_alone(client):
    work = work_on_sale()
    hide_work(work=work)
    assert client.get(work.get_absolute_url()).status_code == 404
    client.force_login(UserFactory())
    assert client.get(work.get_absolute_url()).status_code == 404
    client.force_login(work.artist.user)
    html = opened(client, work)
    assert "Hidden by moderation" in html
    assert reverse("start_order") not in html


def test_the_artist_is_not_offered_her_own_work(client):
    work = work_on_sale()
    client.force_login(work.artist.user)
    html = opened(client, work)
    assert "This is your work." in html
    assert reverse("start_order") not in html


def test_liking_and_taking_it_back_by_htmx(client):
    work = indexed_work(title="Evening")
    client.force_login(UserFactory())
    url, htmx = reverse("like_work", args=[work.pk]), {"HX-Request": "true"}
    assert 'aria-pressed="true"' in client.post(url, {"action": "like"}, headers=htmx).content.decode()
    assert 'aria-pressed="true"' in opened(client, work)
    assert 'aria-pressed="false"' in client.post(url, {"action": "unlike"}, headers=htmx).content.decode()
    assert client.post(url).headers["Location"] == work.get_absolute_url()
    assert Like.objects.count() == 1


def test_a_stranger_who_likes_is_asked_to_sign_in(client):
    work = indexed_work(title="Evening")
    url = reverse("like_work", args=[work.pk])
    assert client.post(url).headers["Location"].startswith(reverse("account_login"))
    assert client.post(url, headers={"HX-Request": "true"}).headers["HX-Redirect"].endswith(work.get_absolute_url())
    assert client.get(url).status_code == 405
    assert not Like.objects.exists()


def test_queries_are_bounded(client, django_assert_max_num_queries):
    work = work_on_sale(title="Evening")
    for n in range(10):
        indexed_work(title=f"Other {n}", colour=COLOURS["sunset"])
    client.force_login(UserFactory())
    opened(client, work)
    with django_assert_max_num_queries(34):
        opened(client, work)
