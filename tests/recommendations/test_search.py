"""Finding works by words in both languages, by tags and by their pictures."""

import pytest

from marketplace.catalog.models import Work
from marketplace.catalog.services import define_tag, hide_work, mark_sold_exclusively
from marketplace.core.money import Money
from marketplace.licensing.services import OfferTerms, set_offers, write_missing_wordings
from recommendations.errors import QueryUnusable
from recommendations.selectors import WorkFilter, search_works
from tests.factories.recommendations import indexed_work
from tests.recommendations.tiny_space import COLOURS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_spaces")]


def found(query: str, **more: object) -> list[Work]:
    result = search_works(query=query, **more)
    assert result.total >= len(result.work_ids)
    return [Work.objects.get(pk=key) for key in result.work_ids]


def test_a_chinese_word_finds_a_work_without_chinese_text_through_its_picture():
    sunset = indexed_work(title="Evening at the coast", colour=COLOURS["sunset"])
    indexed_work(title="Deep water", colour=COLOURS["sea"])
    assert found("日落") == [sunset]


def test_a_chinese_word_finds_a_work_through_the_tag_vocabulary(no_spaces):
    define_tag(slug="sunset", labels={"en": ["sunset", "dusk"], "zh-hans": ["日落", "夕阳"]})
    sunset = indexed_work(title="Evening at the coast", tags=("sunset",))
    indexed_work(title="Deep water", tags=("sea",))
    assert found("日落") == [sunset]
    assert found("夕阳") == [sunset]
    assert found("美丽的日落场景") == [sunset]
    assert found("dusk") == [sunset]


def test_an_english_word_finds_a_work_titled_in_chinese_through_its_picture():
    sunset = indexed_work(title="海上时分", language="zh-hans", colour=COLOURS["sunset"])
    indexed_work(title="深水", language="zh-hans", colour=COLOURS["sea"])
    assert found("sunset") == [sunset]


def test_an_english_word_finds_a_work_titled_in_chinese_through_its_tag(no_spaces):
    define_tag(slug="sunset", labels={"en": ["sunset"], "zh-hans": ["日落"]})
    sunset = indexed_work(title="海上日落", language="zh-hans", tags=("日落",))
    indexed_work(title="深水", language="zh-hans")
    assert found("sunset") == [sunset]


def test_words_of_a_title_stemmed_and_segmented(no_spaces):
    english = indexed_work(title="Sunsets over quiet harbours")
    chinese = indexed_work(title="海上日落时分", language="zh-hans")
    assert found("sunset harbour") == [english]
    assert found("日落") == [chinese]
    assert found("海上") == [chinese]


def test_the_artists_name_finds_her_works(no_spaces):
    work = indexed_work(title="Untold", artist__name="Mira Lindqvist")
    assert found("lindqvist") == [work]


def test_words_beat_meaning_and_both_are_there():
    pictured = indexed_work(title="Evening", colour=COLOURS["sunset"])
    titled = indexed_work(title="Sunset", colour=COLOURS["sunset"])
    assert found("sunset") == [titled, pictured]


def test_a_word_that_nothing_holds_finds_nothing():
    indexed_work(title="Evening", colour=COLOURS["sunset"])
    assert found("xylophone") == []


def test_a_common_word_does_not_bring_everything(no_spaces):
    both = indexed_work(title="Blue sunset sea")
    indexed_work(title="Blue")
    assert found("blue sunset sea") == [both]


@pytest.mark.parametrize("query", ["'; DROP TABLE", "a & !b | (", "%%%", "\\", ":*", "' OR 1=1 --", "的", "<script>"])
def test_signs_of_query_languages_are_only_text(query):
    indexed_work(title="Evening")
    assert search_works(query=query).total == 0


def test_a_query_of_a_book_is_refused():
    with pytest.raises(QueryUnusable):
        search_works(query="sunset " * 100)


def test_hidden_and_exclusively_sold_works_are_not_found():
    hidden = indexed_work(title="Sunset one", colour=COLOURS["sunset"])
    sold = indexed_work(title="Sunset two", colour=COLOURS["sunset"])
    hide_work(work=hidden)
    mark_sold_exclusively(work_id=sold.pk)
    assert found("sunset") == []
    assert found("日落") == []


def test_filters_hold_for_words_and_for_pictures():
    write_missing_wordings()
    dear = indexed_work(title="Sunset dear", colour=COLOURS["sunset"])
    cheap = indexed_work(title="Sunset cheap", colour=COLOURS["sunset"])
    set_offers(
        work=dear,
        offers=[OfferTerms("personal", Money(1000, "USD")), OfferTerms("commercial", Money(9000, "USD"))],
    )
    set_offers(work=cheap, offers=[OfferTerms("commercial", Money(3000, "USD"))])
    assert found("sunset", filters=WorkFilter(licence="commercial", price_to_minor=5000)) == [cheap]
    assert found("日落", filters=WorkFilter(licence="commercial", price_to_minor=5000)) == [cheap]
    assert found("sunset", filters=WorkFilter(artist_handle=dear.artist.handle.upper())) == [dear]
    assert found("sunset", filters=WorkFilter(medium="music")) == []
    assert found("sunset", filters=WorkFilter(colour="blue")) == []
    assert set(found("", filters=WorkFilter(colour="orange"))) == {dear, cheap}


def test_pages_hold_every_work_once_and_a_page_beyond_is_the_last(no_spaces):
    works = {indexed_work(title=f"Sunset {n}").pk for n in range(7)}
    pages = [search_works(query="sunset", page=n, page_size=3) for n in (1, 2, 3)]
    assert [len(page.work_ids) for page in pages] == [3, 3, 1]
    assert {key for page in pages for key in page.work_ids} == works
    assert search_works(query="sunset", page=99, page_size=3) == pages[2]
    assert search_works(query="", page=0, page_size=3).page == 1


def test_the_number_of_queries_does_not_grow_with_the_works(django_assert_max_num_queries):
    for n in range(8):
        indexed_work(title=f"Sunset {n}", colour=COLOURS["sunset"])
    with django_assert_max_num_queries(12):
        search_works(query="sunset over the sea", filters=WorkFilter(artist_handle="nobody"))
    with django_assert_max_num_queries(12):
        assert search_works(query="日落").total == 8
