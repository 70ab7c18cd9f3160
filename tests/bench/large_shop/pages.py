"""Pages and selectors as visitors get them: one request at a time, from the request to the whole answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from io import BytesIO
from urllib.parse import quote, urlencode
from uuid import UUID

import numpy as np
from django.conf import settings
from django.test import Client, RequestFactory

from marketplace.accounts.models import User
from marketplace.catalog.models import Work
from marketplace.wsgi import application
from recommendations.selectors import WorkFilter, home_feed, search_works, similar_works
from recommendations.viewers import viewer_of
from tests.bench.large_shop.catalogue import work_id
from tests.bench.large_shop.timing import counted_queries, tell_times, timed

HOST = "127.0.0.1"
PAGE = 24
WORDS = (
    "sunset", "sea",
    "forest in autumn", "red boat", "night city", "soft meadow", "mountain with a tree", "snow",
    "日落", "大海", "森林", "秋天的树", "夜晚的城市", "sunset over the sea", "moutain", "lighthouse",
    "mist", "spring garden",
)  # fmt: skip
# What filters of the search page keep: about a hundredth, and about a thousandth.
FILTERS = {
    "one_percent": {"medium": "model_3d"},
    "one_per_mille": {"medium": "panorama"},
    "one_percent_colour_and_shape": {"colour": "blue", "aspect": "tall", "price_from": "30"},
}


class Visitor:
    """Asks the shop's WSGI application, as its server does, with the session of a person (None: a stranger)."""

    _application = staticmethod(application)

    def __init__(self, user: User | None) -> None:
        self.user = user
        self._factory = RequestFactory(SERVER_NAME=HOST)
        if user is not None:
            client = Client()
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            self._factory.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def ask(self, path: str) -> bytes:
        """The page. Raises RuntimeError where the answer is none."""
        request = self._factory.get(path)
        status: list[str] = []
        answer = self._application(
            request.environ | {"wsgi.input": BytesIO()}, lambda code, _headers, _info=None: status.append(code)
        )
        body = b"".join(answer)
        answer.close()
        if not status[0].startswith("200"):
            raise RuntimeError(f"{path} was answered {status[0]}")
        return body


def measure_pages(*, works: int, users: int, requests: int, chance: np.random.Generator) -> None:
    """Print times and queries of the home page, the API, similar works, search and filtered pages."""
    people = list(User.objects.filter(email__startswith="person-").order_by("email")[:users])
    visitors = [
        Visitor(people[int(at)]) for at in chance.choice(len(people), min(requests, len(people)), replace=False)
    ]
    stranger = Visitor(None)
    shown = [Work.objects.get(pk=UUID(work_id(int(at)))) for at in chance.integers(0, works, requests)]
    asked: dict[str, list[Callable[[], object]]] = {
        "home_feed_selector": [partial(_feed, visitor.user) for visitor in visitors],
        "home_signed_in": [partial(visitor.ask, "/") for visitor in visitors],
        "home_signed_out": [partial(stranger.ask, "/")] * requests,
        "api_recommendations": [partial(visitor.ask, "/api/v1/recommendations") for visitor in visitors],
        "similar_selector": [partial(similar_works, work=work, limit=10) for work in shown],
        "work_page": [partial(stranger.ask, quote(work.get_absolute_url())) for work in shown],
        "search_selector": [partial(search_works, query=words, with_facets=True) for words in WORDS],
        "search_page": [partial(stranger.ask, f"/search?{urlencode({'q': words})}") for words in WORDS],
        "search_without_words": [partial(stranger.ask, "/search")] * 10,
        "search_filtered": [
            partial(stranger.ask, f"/search?{urlencode({'q': words, 'medium': 'animation'})}") for words in WORDS
        ],
    }
    for name, narrowed in FILTERS.items():
        asked[f"search_of_{name}"] = [
            partial(stranger.ask, f"/search?{urlencode({'q': words} | narrowed)}") for words in WORDS
        ]
    for name, calls in asked.items():
        repeated = (calls * -(-requests // len(calls)))[:requests]
        tell_times(name, timed(repeated))
        with counted_queries() as sent:
            repeated[0]()
        print(f"{name}_queries: {len(sent)}")
    measure_full_pages()


def _feed(user: User | None) -> object:
    return home_feed(viewer=viewer_of(user=user), limit=10)


def measure_full_pages() -> None:
    """Print how many works the filters keep and how many a page under them shows, of words that mean many works."""
    for name, narrowed in FILTERS.items():
        chosen = {key: value for key, value in narrowed.items() if key != "price_from"}
        price = int(narrowed["price_from"]) * 100 if "price_from" in narrowed else None
        filters = WorkFilter(**chosen, price_from_minor=price)
        kept = filters.works().count()
        shown = [len(search_works(query=words, filters=filters, page_size=PAGE).work_ids) for words in WORDS[:6]]
        print(f"kept_by_{name}: {kept} of {Work.objects.listed().count()}")
        print(f"shown_under_{name}: {min(shown)} to {max(shown)} of {min(PAGE, kept)}", flush=True)
