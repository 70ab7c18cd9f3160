"""Works, search and recommendations for programs."""

import pytest

from marketplace.catalog.services import define_tag, hide_work, mark_sold_exclusively
from recommendations.models import Like
from recommendations.services import like_work
from tests.factories.accounts import UserFactory
from tests.factories.licensing import work_on_sale
from tests.factories.recommendations import indexed_work
from tests.recommendations.tiny_space import COLOURS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_spaces")]


def test_works_are_listed_without_hidden_and_sold_ones(client):
    shown, hidden, sold = (indexed_work(title=title) for title in ("Shown", "Hidden", "Sold"))
    hide_work(work=hidden)
    mark_sold_exclusively(work_id=sold.pk)
    answer = client.get("/api/v1/works").json()
    assert [entry["id"] for entry in answer["results"]] == [str(shown.pk)]
    preview = answer["results"][0]["previews"][0]
    assert client.get(preview["url"].split("8000", 1)[-1]).headers["Content-Type"] == preview["media_type"]


def test_one_work_with_its_offers(client):
    define_tag(slug="sunset", labels={"en": ["sunset"], "zh-hans": ["日落"]})
    work = work_on_sale(title="Evening")
    answer = client.get(f"/api/v1/works/{work.pk}").json()
    assert [offer["price_minor"] for offer in answer["offers"]] == [1200, 4900, 25000]
    assert answer["texts"][0]["title"] == "Evening"
    hide_work(work=work)
    refused = client.get(f"/api/v1/works/{work.pk}")
    assert refused.status_code == 404
    assert refused.json()["error"] == "work_not_found"


def test_search_in_both_languages(client):
    work = indexed_work(title="Evening", colour=COLOURS["sunset"])
    for query in ("evening", "日落"):
        answer = client.get("/api/v1/search", {"q": query}).json()
        assert (answer["count"], answer["results"][0]["id"]) == (1, str(work.pk))


@pytest.mark.parametrize("params", [{"page": "0"}, {"page_size": "101"}, {"medium": "stone"}, {"q": "x" * 300}])
def test_bad_searches_are_told_so(client, params):
    assert client.get("/api/v1/search", params).status_code == 400


def test_recommendations_for_a_person_and_a_stranger(client):
    user = UserFactory()
    liked, alike = (indexed_work(title=title, colour=COLOURS["sunset"]) for title in ("One", "Two"))
    like_work(work_id=liked.pk, user=user)
    assert {entry["reason"] for entry in client.get("/api/v1/recommendations").json()} <= {"popular", "new"}
    client.force_login(user)
    first = client.get("/api/v1/recommendations").json()[0]
    assert (first["reason"], first["because_of"], first["work"]["id"]) == ("like", str(liked.pk), str(alike.pk))


def test_likes_by_members_alone(client):
    work = indexed_work(title="One")
    url = f"/api/v1/works/{work.pk}/like"
    assert client.put(url).status_code in {401, 403}
    assert not Like.objects.exists()
    client.force_login(UserFactory())
    assert client.put(url).json() == client.put(url).json() == {"is_liked": True, "likes": 1}
    assert client.delete(url).json() == {"is_liked": False, "likes": 0}


def test_queries_do_not_grow_with_the_works(client, django_assert_max_num_queries):
    for n in range(10):
        indexed_work(title=f"Sunset {n}", colour=COLOURS["sunset"], tags=("one", "two"))
    with django_assert_max_num_queries(12):
        client.get("/api/v1/works")
    with django_assert_max_num_queries(22):
        client.get("/api/v1/search", {"q": "sunset"})
