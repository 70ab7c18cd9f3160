"""Counts beside the choices of a filter, and which filter to lift where nothing is left."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.catalog.services import hide_work
from marketplace.core.money import Money
from marketplace.licensing.services import OfferTerms, set_offers, write_missing_wordings
from recommendations.selectors import WorkFilter, search_works
from recommendations.selectors.facets import PriceBand
from tests.factories.accounts import ArtistFactory
from tests.factories.recommendations import indexed_work
from tests.recommendations.tiny_space import COLOURS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_spaces")]


def counts(facet: str, query: str = "", **filters: object) -> dict[str, int]:
    result = search_works(query=query, filters=WorkFilter(**filters), with_facets=True)
    assert result.facets is not None
    return {choice.value: choice.count for choice in result.facets.choices[facet]}


def test_counts_are_of_the_query_under_the_other_filters():
    ann = ArtistFactory(handle="ann", name="Ann Lee")
    indexed_work(title="Sunset one", artist=ann, colour=COLOURS["sunset"], made_by_model="atelier 1")
    indexed_work(title="Sunset two", artist=ann, colour=COLOURS["sea"], medium="music")
    indexed_work(title="Sunset three", colour=COLOURS["sea"])
    indexed_work(title="Forest", artist=ann, colour=COLOURS["forest"])
    hide_work(work=indexed_work(title="Sunset hidden", artist=ann, colour=COLOURS["sea"]))
    assert counts("colour", "sunset") == {"blue": 2, "orange": 1}
    assert counts("colour", "sunset", artist_handle="ann") == {"blue": 1, "orange": 1}
    # Its own choice does not narrow a facet.
    assert counts("colour", "sunset", colour="orange") == {"blue": 2, "orange": 1}
    assert counts("medium", "sunset", colour="blue") == {"image": 1, "music": 1}
    assert counts("artist", "sunset")["ann"] == 2
    assert counts("model", "sunset") == {"atelier 1": 1}
    assert counts("aspect") == {"square": 4}
    assert counts("colour")["green"] == 1
    assert search_works(query="sunset").facets is None


def test_a_choice_gives_what_its_count_says():
    for n in range(3):
        indexed_work(title=f"Sunset {n}", colour=COLOURS["sunset"], medium="music" if n else "image")
    for value, count in counts("medium", "sunset").items():
        assert search_works(query="sunset", filters=WorkFilter(medium=value)).total == count


def test_licences_and_prices_count_offers_that_suit_both():
    write_missing_wordings()
    dear, cheap = indexed_work(title="Dear"), indexed_work(title="Cheap")
    set_offers(
        work=dear, offers=[OfferTerms("personal", Money(500, "USD")), OfferTerms("commercial", Money(20000, "USD"))]
    )
    set_offers(work=cheap, offers=[OfferTerms("commercial", Money(999, "USD"))])
    assert counts("licence") == {"commercial": 2, "personal": 1}
    assert counts("licence", price_to_minor=1000) == {"commercial": 1, "personal": 1}
    result = search_works(query="", filters=WorkFilter(licence="commercial"), with_facets=True)
    assert result.facets.prices == [PriceBand(None, 999, 1), PriceBand(10000, None, 1)]
    every = search_works(query="", with_facets=True).facets.prices
    assert every == [PriceBand(None, 999, 2), PriceBand(10000, None, 1)]


def test_the_shape_is_filtered_by():
    indexed_work(title="Square")
    assert search_works(query="", filters=WorkFilter(aspect="square")).total == 1
    assert search_works(query="", filters=WorkFilter(aspect="wide")).total == 0
    assert search_works(query="", filters=WorkFilter(model="nothing")).total == 0


def test_with_nothing_left_it_says_which_filter_to_lift():
    def lifted(query: str, **filters: str) -> dict[str, int]:
        return search_works(query=query, filters=WorkFilter(**filters), with_facets=True).lifted

    indexed_work(title="Sunset", colour=COLOURS["sunset"])
    assert lifted("sunset", colour="blue", medium="image") == {"colour": 1}
    assert lifted("sunset", colour="blue", medium="music") == {}
    assert lifted("", colour="blue") == {"colour": 1}
    assert lifted("sunset") == {}


def queries_of(query: str, **filters: object) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        search_works(query=query, filters=WorkFilter(**filters), with_facets=True)
    return len(captured)


def test_the_number_of_queries_does_not_grow_with_the_works():
    indexed_work(title="Sunset", made_by_model="one")
    few = [queries_of("sunset"), queries_of(""), queries_of("sunset", medium="image")]
    for n in range(6):
        indexed_work(title=f"Sunset {n}", made_by_model=f"model {n}", colour=COLOURS["sea"])
    assert [queries_of("sunset"), queries_of(""), queries_of("sunset", medium="image")] == few
    assert max(few) <= 24
