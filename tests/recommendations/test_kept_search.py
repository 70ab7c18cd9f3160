"""In a large shop what a query finds is found once for the counts beside it, and what was hidden since is not shown."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.catalog.audiences import Access, Audience
from marketplace.catalog.models import Work
from marketplace.catalog.services import hide_work
from recommendations.selectors import WorkFilter, kept, search_works
from tests.factories.audiences import club_member
from tests.factories.recommendations import indexed_work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_spaces")]
MUSIC = WorkFilter(medium="music")


@pytest.fixture
def large_shop(monkeypatch):
    monkeypatch.setattr(kept, "LARGE", -2)  # PostgreSQL says -1 of a table that it never looked at
    monkeypatch.setattr(kept, "_kept", {})


@pytest.fixture
def works():
    media = ("image", "image", "music", "music")
    return [indexed_work(title=f"Sunset {number}", medium=medium) for number, medium in enumerate(media)]


def narrowed(access: Access | None = None) -> tuple[set, dict[str, int], int]:
    """The works found among music, the counts by medium, and how many statements that took."""
    with CaptureQueriesContext(connection) as sent:
        result = search_works(query="sunset", filters=MUSIC, access=access or Access(), with_facets=True)
    return set(result.work_ids), {one.value: one.count for one in result.facets.choices["medium"]}, len(sent)


@pytest.mark.usefixtures("large_shop")
def test_narrowing_down_searches_once_and_leaves_out_what_was_hidden_since(works, monkeypatch):
    everything = {"image": 2, "music": 2}
    search_works(query="forest", access=Access(), with_facets=True)  # whether the shop is large is known from here on
    first = narrowed()
    assert first[:2] == ({works[2].pk, works[3].pk}, everything)
    again = narrowed()
    assert again[:2] == first[:2]
    assert again[2] < first[2]
    hide_work(work=works[2])
    assert narrowed()[:2] == ({works[3].pk}, everything)
    # Counted anew of what was found before, it is left out.
    for place in [place for place in kept._kept if "facets" in place[2]]:
        monkeypatch.delitem(kept._kept, place)
    assert narrowed()[:2] == ({works[3].pk}, {"image": 2, "music": 1})


@pytest.mark.usefixtures("large_shop")
def test_what_a_stranger_found_is_what_is_counted_of_and_what_a_member_found_is_not(works):
    Work.objects.filter(pk=works[3].pk).update(audience=Audience.CLUB_FIRST, public_from="2999-01-01T00:00Z")
    member = Access(club_member())
    assert works[3].pk in search_works(query="sunset", access=member, with_facets=True).work_ids
    assert narrowed()[:2] == ({works[2].pk}, {"image": 2, "music": 1})
    # She finds it among music all the same; the counts are of works that are open to everybody.
    assert narrowed(member)[:2] == ({works[2].pk, works[3].pk}, {"image": 2, "music": 1})


@pytest.mark.usefixtures("large_shop")
def test_what_a_member_found_without_a_filter_is_counted_for_her_alone(works, monkeypatch):
    """Of two works that are looked at, one is hers alone; a stranger's two are other ones."""
    monkeypatch.setattr("recommendations.selectors.full_text.MOST_HITS", 2)
    Work.objects.filter(pk=works[3].pk).update(audience=Audience.CLUB_FIRST, public_from="2999-01-01T00:00Z")

    def counts(access: Access) -> dict[str, int]:
        choices = search_works(query="sunset", access=access, with_facets=True).facets.choices["medium"]
        return {one.value: one.count for one in choices}

    hers = counts(Access(club_member()))
    strangers = counts(Access())
    assert sum(hers.values()) == sum(strangers.values()) == 2
    assert hers == counts(Access(club_member()))
    assert strangers == counts(Access())


def test_a_small_shop_counts_anew(works):
    narrowed()
    indexed_work(title="Sunset over music", medium="music")
    assert narrowed()[1] == {"image": 2, "music": 3}


def test_the_oldest_makes_room(monkeypatch, large_shop):
    monkeypatch.setattr(kept, "MOST_KEPT", 2)
    for key in ("one", "two", "one", "three"):
        kept.keep(key, key)
    for key in ("sunset", "sea", "rain"):
        kept.keep(key, key, of_a_query=True)
    assert [value for _until, value in kept._kept.values()] == ["one", "three", "sea", "rain"]
