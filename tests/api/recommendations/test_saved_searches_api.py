"""Saved searches by program, as owner, other member and stranger."""

import pytest
from django.http import QueryDict

from marketplace.pages.catalog.forms import SearchForm, address_of
from recommendations.models import SavedSearch
from recommendations.selectors.saved_searches import filters_of
from recommendations.services.saved_searches import MOST_SAVED
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_spaces")]
URL = "/api/v1/searches"
NARROW = {
    "q": "calm  sea",
    "medium": "image",
    "licence": "personal",
    "colour": "blue",
    "price_from_minor": 500,
    "price_to_minor": 2550,
    "aspect": "wide",
    "origin": "edited",
    "model": "atelier 1",
    "artist": "@ann",
}


@pytest.fixture
def owner(client):
    user = UserFactory()
    client.force_login(user)
    return user


def send(client, method, url, **body):
    return getattr(client, method)(url, body, content_type="application/json")


def test_keep_list_change_and_delete(client, owner):
    answer = send(client, "post", URL, q="sea", name="The sea", alerts="daily")
    assert answer.status_code == 201
    kept = answer.json()
    assert (kept["name"], kept["query"], kept["alerts"], kept["filters"]) == ("The sea", "sea", "daily", {})
    assert SavedSearch.objects.get(owner=owner).next_look_at is not None
    assert client.get(URL).json() == [kept]
    one = f"{URL}/{kept['id']}"
    assert client.get(one).json() == kept
    assert send(client, "patch", one, name="Waves").json()["name"] == "Waves"
    changed = send(client, "patch", one, alerts="none").json()
    assert (changed["name"], changed["alerts"]) == ("Waves", "none")
    assert SavedSearch.objects.get().next_look_at is None
    assert client.delete(one).status_code == 204
    assert client.get(one).json()["error"] == "saved_search_not_found"
    assert client.get(URL).json() == []


def test_its_page_shows_the_same_search_and_keeping_it_there_is_the_same_one(client, owner):
    kept = send(client, "post", URL, **NARROW).json()
    form = SearchForm(QueryDict(kept["page"].removeprefix("/search?")))
    assert form.is_valid(), form.errors
    assert form.filters == filters_of(SavedSearch.objects.get())
    assert form.cleaned_data["q"] == kept["query"] == "calm sea"
    assert client.get(kept["page"]).status_code == 200
    client.post("/account/searches/save", {"address": address_of(form)})
    assert send(client, "post", URL, **NARROW, name="Another").json() == kept
    assert SavedSearch.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"licence": "any"}, {"colour": "blueish"}, {"medium": "sculpture"}, {"alerts": "hourly"}, {"q": "x" * 201},
     {"price_from_minor": 900, "price_to_minor": 100}, {"price_to_minor": -1}, {"artist": "a" * 41},
     {"q": "夕" * 120}],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused(client, owner, wrong):
    assert send(client, "post", URL, **wrong).status_code == 400
    assert not SavedSearch.objects.exists()


def test_no_more_than_a_page_holds(client, owner):
    for n in range(MOST_SAVED):
        send(client, "post", URL, q=f"word {n}")
    answer = send(client, "post", URL, q="one more")
    assert (answer.status_code, answer.json()["error"]) == (409, "too_many_saved_searches")
    assert len(client.get(URL).json()) == MOST_SAVED


def test_a_bad_change_changes_nothing(client, owner):
    kept = send(client, "post", URL, q="sea").json()
    for wrong in ({"alerts": "hourly"}, {"name": ""}, {"name": "x" * 81}, {"name": "Waves", "alerts": "hourly"}):
        assert send(client, "patch", f"{URL}/{kept['id']}", **wrong).status_code == 400
    assert client.get(URL).json() == [kept]


def test_another_member_and_a_stranger_reach_nothing(client, owner):
    one = f"{URL}/{send(client, 'post', URL, q='sea').json()['id']}"
    before = SavedSearch.objects.values().get()
    client.force_login(UserFactory())
    assert client.get(URL).json() == []
    for answer in (client.get(one), send(client, "patch", one, name="Mine"), client.delete(one)):
        assert (answer.status_code, answer.json()["error"]) == (404, "saved_search_not_found")
    client.logout()
    for answer in (client.get(URL), send(client, "post", URL, q="x"), client.get(one), client.delete(one)):
        assert answer.status_code in (401, 403)
    assert SavedSearch.objects.values().get() == before
