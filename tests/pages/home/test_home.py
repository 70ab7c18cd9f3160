"""The front page as a stranger and a person see it."""

import pytest
from django.urls import reverse

from marketplace.catalog.services import hide_work
from recommendations.services import like_work, record_event, refresh_popularity
from recommendations.viewers import Viewer
from tests.factories.accounts import UserFactory
from tests.factories.recommendations import indexed_work
from tests.recommendations.tiny_space import COLOURS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_spaces")]


def shelf(html: str, name: str) -> str:
    return html.split(f'aria-labelledby="{name}"')[1].split("</section>")[0] if f'="{name}"' in html else ""


def test_an_empty_shop_says_what_to_do(client):
    html = client.get("/").content.decode()
    assert "The walls are still empty" in html
    assert reverse("open_storefront") in html


def test_a_stranger_sees_popular_and_new_with_prices_pictures_and_ways_in(client):
    works = [indexed_work(title=f"Number {n}", colour=COLOURS["sunset"], tags=("dusk",)) for n in range(20)]
    for n in range(3):
        record_event(kind="viewed", work_id=works[0].pk, viewer=Viewer(key=f"s:{n}"))
    hide_work(work=works[1])
    refresh_popularity()
    html = client.get("/").content.decode()
    assert "For you" not in html
    assert works[0].get_absolute_url() in html.split("hero-pictures")[1].split("</section>")[0]
    assert "Number 19" in shelf(html, "new")
    assert works[1].get_absolute_url() not in html
    assert "?colour=orange" in html
    assert "/tags/dusk" in html
    assert 'type="image/avif"' in html
    assert 'width="512" height="512"' in html


def test_a_person_sees_works_for_her_with_the_reason(client):
    user = UserFactory()
    sunsets = [indexed_work(title=f"Sunset {n}", colour=COLOURS["sunset"]) for n in range(3)]
    indexed_work(title="Deep water", colour=COLOURS["sea"])
    like_work(work_id=sunsets[0].pk, user=user)
    client.force_login(user)
    for_you = shelf(client.get("/").content.decode(), "for-you")
    assert "Because of “Sunset 0”" in for_you
    assert for_you.index("Sunset 1") < for_you.index("Deep water")


def test_in_chinese(client):
    indexed_work(title="Number", colour=COLOURS["sunset"])
    html = client.get("/", headers={"accept-language": "zh-hans"}).content.decode()
    assert "机器绘就，由人署名的艺术" in html
    assert "橙色" in html


def test_queries_do_not_grow_with_the_shop(client, django_assert_max_num_queries):
    user = UserFactory()
    client.force_login(user)
    for n in range(12):
        work = indexed_work(title=f"Sunset {n}", colour=COLOURS["sunset"], tags=(f"tag{n}",))
        if n < 3:
            like_work(work_id=work.pk, user=user)
    client.get("/")
    with django_assert_max_num_queries(32):
        client.get("/")
