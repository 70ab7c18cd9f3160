"""Choosing tastes, as a stranger and a member."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.catalog.models import Tag
from marketplace.catalog.services import set_tags
from recommendations.models import TastePick
from recommendations.viewers import viewer_of
from tests.factories.accounts import UserFactory
from tests.factories.catalog import WorkFactory
from tests.factories.recommendations import indexed_work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_spaces")]


def tagged_works(number: int, first: int = 0) -> list[Tag]:
    for n in range(first, first + number):
        indexed_work(title=f"Work {n}", tags=(f"tag {n:02d}",))
    return list(Tag.objects.order_by("slug"))


def test_a_stranger_is_invited_chooses_and_her_front_page_begins_with_it(client):
    tags = tagged_works(5)
    assert reverse("tastes") in client.get("/").content.decode()
    html = client.get(reverse("tastes")).content.decode()
    assert html.count('type="checkbox"') == 5
    assert html.count("<picture>") == 5
    assert "Skip this" in html
    answer = client.post(reverse("tastes"), {"tag": [str(tag.pk) for tag in tags[:3]]})
    assert answer.headers["Location"] == "/"
    html = client.get("/").content.decode()
    for_you = html.split('data-surface="for_you"')[1].split("</section>")[0]
    assert "Work 0" in for_you
    assert "as something that you like" in for_you
    assert "Tell us what you like" not in html


def test_a_tag_without_a_picture_is_left_out_and_not_counted_on(client):
    tags = tagged_works(3)
    without = WorkFactory(title="No picture yet")
    set_tags(work=without, labels=("tag 03",))
    covered = WorkFactory(title="No picture either")
    set_tags(work=covered, labels=(tags[0].labels.get(language="en").label,))
    html = client.get(reverse("tastes")).content.decode()
    assert html.count('type="checkbox"') == html.count("<picture>") == 3
    assert "tag 03" not in html
    assert "Choose at least 3" in html


def test_two_are_too_few_and_nothing_is_kept(client):
    tags = tagged_works(4)
    client.force_login(UserFactory())
    answer = client.post(reverse("tastes"), {"tag": [str(tags[0].pk), str(tags[1].pk), "nonsense"]})
    assert "Choose at least 3." in answer.content.decode()
    assert answer.content.decode().count(" checked") == 2
    assert not TastePick.objects.exists()


def test_a_members_choice_is_hers(client):
    tags = tagged_works(4)
    user = UserFactory()
    client.force_login(user)
    client.post(reverse("tastes"), {"tag": [str(tag.pk) for tag in tags]})
    assert set(TastePick.objects.values_list("viewer", flat=True)) == {viewer_of(user=user).key}
    client.logout()
    assert " checked" not in client.get(reverse("tastes")).content.decode()


def test_no_more_than_24_are_offered_with_the_same_number_of_queries(client):
    tagged_works(4)
    client.get(reverse("tastes"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("tastes"))
    tagged_works(22, first=4)
    with CaptureQueriesContext(connection) as many:
        html = client.get(reverse("tastes")).content.decode()
    assert html.count('type="checkbox"') == 24
    assert len(many) == len(few)


def test_a_shop_without_tags_says_so(client):
    assert "There is nothing to choose from yet" in client.get(reverse("tastes")).content.decode()
