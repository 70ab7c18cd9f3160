"""Pages and selectors, one request at a time, from the request to the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import quote
from uuid import UUID

import numpy as np

from tests.bench.recommendations.catalogue import ID_OF_A_WORK, RARE_TAGS
from tests.bench.recommendations.measures import tell, tell_times, timed
from tests.bench.recommendations.themes import Theme

ON_A_PAGE = 24


def measure_requests(*, works: int, people: int, requests: int, about: Sequence[Theme], seed: int) -> None:
    """Front page, similar works, search, filters; the number of queries of each."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    from marketplace.catalog.audiences import Access
    from marketplace.catalog.models import Work
    from recommendations.selectors import home_feed, search_works, similar_works
    from recommendations.selectors.filters import WorkFilter
    from recommendations.viewers import viewer_of

    stream = np.random.default_rng(seed + 2)
    users = list(get_user_model().objects.filter(email__startswith="bench").order_by("pk")[:people])
    some = [users[n] for n in stream.integers(0, len(users), size=requests).tolist()]
    shown = [
        Work.objects.select_related("artist").get(pk=UUID(ID_OF_A_WORK.format(n)))
        for n in stream.integers(1, works + 1, size=requests).tolist()
    ]
    queries = [_query(about[n], n) for n in stream.integers(0, len(about), size=requests).tolist()]
    signed_in = []
    for user in some[: min(requests, 40)]:
        client = Client(HTTP_HOST="localhost")
        client.force_login(user)
        signed_in.append(client)
    stranger = Client(HTTP_HOST="localhost")

    _tell(
        "feed",
        [lambda user=user: home_feed(viewer=viewer_of(user=user), limit=10, access=Access(user)) for user in some],
    )  # type: ignore[misc]
    _tell("home_page", [lambda n=n: _asked(signed_in[n % len(signed_in)], "/") for n in range(requests)])  # type: ignore[misc]
    _tell("home_page_of_a_stranger", [lambda: _asked(stranger, "/")] * requests)
    _tell(
        "api_feed",
        [lambda n=n: _asked(signed_in[n % len(signed_in)], "/api/v1/recommendations") for n in range(requests)],
    )  # type: ignore[misc]
    _tell("similar", [lambda work=work: similar_works(work=work, limit=12) for work in shown])  # type: ignore[misc]
    on_sale = [work for work in shown if not work.sold_exclusively]
    _tell("work_page", [lambda work=work: _asked(stranger, work.get_absolute_url()) for work in on_sale])  # type: ignore[misc]
    _tell("search", [lambda query=query: search_works(query=query) for query in queries])  # type: ignore[misc]
    _tell("search_with_facets", [lambda query=query: search_works(query=query, with_facets=True) for query in queries])  # type: ignore[misc]
    _tell("search_page", [lambda query=query: _asked(stranger, f"/search?q={quote(query)}") for query in queries])  # type: ignore[misc]
    for slug, every in RARE_TAGS.items():
        rare = WorkFilter(tag_slug=slug)
        kept = rare.works().count()
        filtered = [lambda query=query, rare=rare: search_works(query=query, filters=rare) for query in queries]  # type: ignore[misc]
        _tell(f"search_in_one_of_{every}", filtered)
        full = min(ON_A_PAGE, kept)
        near = [len(_nearest_in(rare, query)) for query in queries[:20]]
        tell(f"full_pages_in_one_of_{every}", float(np.mean([count >= full for count in near])))


def _nearest_in(rare: object, query: str) -> list[UUID]:
    """The first page by meaning alone, of what the filter keeps: words would fill a page by themselves."""
    from recommendations.encoders import Space, encoder_for, present_spaces
    from recommendations.selectors.filters import WorkFilter
    from recommendations.selectors.neighbours import nearest_works

    assert isinstance(rare, WorkFilter)
    space = Space.TEXT if Space.TEXT in present_spaces() else present_spaces()[0]
    vector = encoder_for(space).encode_texts([query])[0]
    return [near.work_id for near in nearest_works(space=space, vector=vector, works=rare.works(), limit=ON_A_PAGE)]


def _query(theme: Theme, number: int) -> str:
    """What people type: a scene, a colour and a scene, in one language or the other."""
    if number % 4 == 0:
        return theme.tags[0][2]
    words = theme.english.split(",")[0]
    return words if number % 2 else words.split(" ", 1)[1]


def _asked(client: object, path: str) -> None:
    from django.test import Client

    assert isinstance(client, Client)
    response = client.get(path)
    if response.status_code != 200:
        raise RuntimeError(f"{path} answers {response.status_code}")


def _tell(name: str, calls: Sequence[Callable[[], object]]) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    calls[0]()
    with CaptureQueriesContext(connection) as captured:
        calls[-1]()
    tell_times(name, timed(calls))
    tell(f"{name}_queries", len(captured))
