"""What is suggested as one types."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.catalog.services import define_tag, hide_work
from recommendations.selectors import suggestions
from recommendations.selectors.suggestions import NOTHING
from tests.factories.accounts import ArtistFactory
from tests.factories.recommendations import indexed_work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_spaces")]


def test_tags_artists_titles_and_words_in_the_readers_language():
    define_tag(slug="sunset", labels={"en": ["sunset", "sundown"], "zh-hans": ["日落"]})
    sunny = ArtistFactory(handle="sunny", name="Sunny Day")
    work = indexed_work(title="Sunset over quiet harbours", artist=sunny, tags=("sunset",))
    found = suggestions(typed="sun", language="en")
    assert found.tags == [("sunset", "sunset")]
    assert found.artists == [("sunny", "Sunny Day")]
    assert [title.work_id for title in found.titles] == [work.pk]
    assert found.words == ["sundown", "sunny", "sunset"]
    assert suggestions(typed="sunset ov", language="en").titles[0].title == "Sunset over quiet harbours"
    assert suggestions(typed="sundo", language="zh-hans").tags == [("sunset", "日落")]
    assert suggestions(typed="日", language="en").tags == [("sunset", "sunset")]
    assert suggestions(typed="blue harb", language="en").words == ["blue harbours"]


def test_chinese_titles_by_their_words():
    work = indexed_work(title="海上日落时分", language="zh-hans")
    assert [title.work_id for title in suggestions(typed="日落", language="zh-hans").titles] == [work.pk]


def test_what_is_hidden_is_suggested_to_nobody():
    work = indexed_work(title="Secret garden", artist__name="Secretive", tags=("secrecy",))
    assert suggestions(typed="secre", language="en").words
    hide_work(work=work)
    assert suggestions(typed="secre", language="en") == NOTHING


@pytest.mark.parametrize("typed", ["", " ", "s", "%%", "a:* | b", "'; --", "\\", "!&|", "_" * 90])
def test_signs_and_single_letters_suggest_nothing(typed):
    indexed_work(title="Sunset")
    assert suggestions(typed=typed, language="en") == NOTHING


def test_at_most_four_of_each_in_as_many_queries():
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            suggestions(typed="sun", language="en")
        return len(captured)

    indexed_work(title="Sunset", tags=("sunset",))
    few = queries()
    for n in "abcdef":
        indexed_work(title=f"Sunday {n}", tags=(f"sun{n}",), artist__name=f"Sun{n}")
    assert queries() == few <= 8
    found = suggestions(typed="sun", language="en")
    assert (len(found.tags), len(found.artists), len(found.titles), len(found.words)) == (4, 4, 4, 4)
