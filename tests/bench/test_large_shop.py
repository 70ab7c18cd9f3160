"""The benchmark's shop, small: it fills, everything on it answers, and the number of queries does not grow with it."""

from uuid import UUID

import numpy as np
import pytest
from django.db import connection

from marketplace.accounts.models import User
from marketplace.catalog.models import Work
from recommendations.models import Embedding, Event, SearchDocument
from recommendations.selectors import home_feed, search_works, similar_works
from recommendations.selectors.neighbours import nearest_works
from recommendations.viewers import viewer_of
from tests.bench.large_shop.catalogue import work_id
from tests.bench.large_shop.loading import fill_shop
from tests.bench.large_shop.nearest import SPACES, measure_nearest, recall
from tests.bench.large_shop.pages import measure_pages
from tests.bench.large_shop.timing import counted_queries

pytestmark = pytest.mark.django_db
USERS = 20
QUERIES = {"feed": 10, "similar": 5, "search": 9}
TOLD = {"home_signed_in_p95_ms", "similar_selector_p95_ms", "search_page_p95_ms", "picture_bare_query_p95_ms"}


def counts() -> dict[str, int]:
    """How many queries a feed, similar works and a search send."""
    person = User.objects.get(email="person-3@example.org")
    work = Work.objects.get(pk=UUID(work_id(7)))
    found = {}
    for name, ask in {
        "feed": lambda: home_feed(viewer=viewer_of(user=person), limit=10),
        "similar": lambda: similar_works(work=work, limit=10),
        "search": lambda: search_works(query="sunset over the sea", with_facets=True),
    }.items():
        ask()
        with counted_queries() as sent:
            assert ask()
        found[name] = len(sent)
    return found


def test_a_shop_of_2000_works_asks_as_many_queries_as_one_of_500_and_its_filters_fill_pages():
    fill_shop(works=2000, users=USERS, seed=3)
    assert counts() == QUERIES
    rare = Work.objects.listed().filter(medium="model_3d")
    vector = np.full(384, 384**-0.5, dtype=np.float32)
    found = nearest_works(space="text", vector=vector, works=rare, limit=10)
    assert len(found) == min(10, rare.count()) > 5


@pytest.mark.django_db(transaction=True)  # its requests close connections when they end, as a server's do
def test_the_benchmark_measures_a_shop(capsys):
    fill_shop(works=500, users=USERS, seed=3)
    assert counts() == QUERIES
    assert Work.objects.count() == SearchDocument.objects.count() == 500
    assert Embedding.objects.count() == 500 * len(SPACES)
    assert Event.objects.values("viewer").distinct().count() == USERS
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM recommendations_embedding a JOIN recommendations_embedding b USING (space, version) "
            "WHERE space = 'picture' AND a.id < b.id AND a.vector <=> b.vector < 0.01"
        )
        (close,) = cursor.fetchone()
    assert 20 < close < 5000  # of works in series, and of none beside
    chance = np.random.default_rng(4)
    measure_nearest(works=500, count=6, chance=chance)
    measure_pages(works=500, users=USERS, requests=3, chance=chance)
    told = dict(line.split(": ", 1) for line in capsys.readouterr().out.splitlines() if ": " in line)
    assert float(told["text_recall_of_listed"].split()[0]) >= 0.99
    assert set(told) >= TOLD
    assert told["shown_under_one_percent"].endswith(f"of {told['kept_by_one_percent'].split()[0]}")


def test_recall_counts_what_is_as_near_whichever_it_is():
    assert recall([[0.9, 0.8, 0.8]], [[0.9, 0.8, 0.8]]).mean == 1
    assert recall([[0.9, 0.8]], [[0.8, 0.7]]).mean == 0.5
