"""Saving a search from its page, and what its owner can do with it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recommendations.models import SavedSearch
from tests.factories.accounts import UserFactory
from tests.factories.recommendations import indexed_work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_spaces")]
ADDRESS = "q=red+sunset&medium=image&price_to=50"


@pytest.fixture
def owner(client):
    person = UserFactory()
    client.force_login(person)
    return person


def test_the_present_search_is_saved_with_its_filters_and_run_again(client, owner):
    html = client.get(f"/search?{ADDRESS}&page=1").content.decode()
    assert 'name="address" value="q=red+sunset&amp;medium=image&amp;price_to=50"' in html
    answer = client.post(reverse("save_search"), {"address": ADDRESS}, follow=True)
    assert "red sunset" in answer.content.decode()
    search = SavedSearch.objects.get()
    assert search.owner == owner
    assert (search.query, search.filters) == ("red sunset", {"medium": "image", "price_to_minor": 5000})
    assert client.get(search.get_absolute_url()).status_code == 200
    assert search.get_absolute_url() == f"/search?{ADDRESS}"
    client.post(reverse("save_search"), {"address": "medium=image&price_to=50&q=red++sunset&nothing=1"})
    assert SavedSearch.objects.count() == 1


def test_a_search_with_a_mistake_in_it_is_not_saved(client, owner):
    answer = client.post(reverse("save_search"), {"address": "medium=marble"})
    assert answer.status_code == 400
    assert "cannot be saved" in answer.content.decode()
    assert not SavedSearch.objects.exists()


def test_a_stranger_is_asked_to_sign_in_and_comes_back_to_the_search(client):
    answer = client.post(reverse("save_search"), {"address": ADDRESS})
    assert answer.headers["Location"].startswith(reverse("account_login"))
    assert "red" in answer.headers["Location"]
    assert client.get(reverse("saved_searches")).headers["Location"].startswith(reverse("account_login"))
    assert not SavedSearch.objects.exists()


def test_rename_letters_and_delete(client, owner):
    client.post(reverse("save_search"), {"address": ADDRESS})
    search = SavedSearch.objects.get()
    client.post(reverse("rename_search", args=[search.pk]), {"name": "For the hall"})
    client.post(reverse("search_letters", args=[search.pk]), {"alerts": "weekly"})
    html = client.get(reverse("saved_searches")).content.decode()
    assert "For the hall" in html
    assert '<option value="weekly" selected>' in html
    assert "data-confirm" in html
    assert client.post(reverse("search_letters", args=[search.pk]), {"alerts": "hourly"}).status_code == 400
    assert client.post(reverse("rename_search", args=[search.pk]), {"name": " "}).status_code == 400
    search.refresh_from_db()
    assert (search.name, search.alerts) == ("For the hall", "weekly")
    assert (
        "You have saved no search yet"
        in client.post(reverse("delete_search", args=[search.pk]), follow=True).content.decode()
    )


def test_another_member_and_a_stranger_neither_see_nor_change_it(client, owner):
    client.post(reverse("save_search"), {"address": ADDRESS})
    search = SavedSearch.objects.get()
    before = SavedSearch.objects.values().get()
    posts = [("rename_search", {"name": "Mine"}), ("search_letters", {"alerts": "daily"}), ("delete_search", {})]
    client.force_login(UserFactory())
    assert "red sunset" not in client.get(reverse("saved_searches")).content.decode()
    for name, data in posts:
        assert client.post(reverse(name, args=[search.pk]), data).status_code == 404
    client.logout()
    for name, data in posts:
        assert client.post(reverse(name, args=[search.pk]), data).status_code == 302
    assert SavedSearch.objects.values().get() == before


def test_queries_do_not_grow_and_chinese_opens(client, owner, django_assert_num_queries):
    indexed_work(title="Sunset")
    client.post(reverse("save_search"), {"address": "q=sunset"})
    client.get(reverse("saved_searches"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("saved_searches"))
    most = len(few)
    for n in range(8):
        client.post(reverse("save_search"), {"address": f"q=sunset+{n}"})
    client.get(reverse("saved_searches"))
    with django_assert_num_queries(most):
        client.get(reverse("saved_searches"))
    html = client.get(reverse("saved_searches"), headers={"accept-language": "zh-hans"}).content.decode()
    assert 'lang="zh-Hans"' in html
