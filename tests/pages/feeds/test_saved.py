"""The list of saved works, as its owner, another member and a stranger."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recommendations.models import Save
from recommendations.services import save_work
from tests.factories.accounts import UserFactory
from tests.factories.recommendations import indexed_work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_spaces")]


def test_an_empty_list_says_what_to_do(client):
    client.force_login(UserFactory())
    html = client.get(reverse("saved_works")).content.decode()
    assert "Your list is empty" in html
    assert reverse("search") in html


def test_saving_on_the_works_page_and_taking_it_out(client):
    work = indexed_work(title="Evening")
    client.force_login(UserFactory())
    url, htmx = reverse("save_work", args=[work.pk]), {"HX-Request": "true"}
    assert "Save for later" in client.get(work.get_absolute_url()).content.decode()
    assert "In my list" in client.post(url, headers=htmx).content.decode()
    assert "In my list" in client.get(work.get_absolute_url()).content.decode()
    assert "Evening" in client.get(reverse("saved_works")).content.decode()
    assert client.post(url, {"action": "unsave"}).headers["Location"] == work.get_absolute_url()
    assert not Save.objects.exists()


def test_the_list_is_for_its_owner_alone(client):
    work = indexed_work(title="Evening")
    save_work(work_id=work.pk, user=UserFactory())
    assert client.get(reverse("saved_works")).headers["Location"].startswith(reverse("account_login"))
    assert client.post(reverse("save_work", args=[work.pk])).headers["Location"].startswith(reverse("account_login"))
    client.force_login(UserFactory())
    assert "Evening" not in client.get(reverse("saved_works")).content.decode()
    client.post(reverse("save_work", args=[work.pk]), {"action": "unsave"})
    assert Save.objects.count() == 1


def test_queries_do_not_grow_with_the_list_and_it_has_pages(client):
    user = UserFactory()
    client.force_login(user)

    def more(number: int) -> int:
        for _n in range(number):
            save_work(work_id=indexed_work(title="Evening").pk, user=user)
        client.get(reverse("saved_works"))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("saved_works"))
        return len(captured)

    assert more(2) == more(23)
    second = client.get(reverse("saved_works"), {"page": "2"}).content.decode()
    assert second.count('class="work-card"') == 1
    assert client.get(reverse("saved_works"), {"page": "0"}).status_code == 200
