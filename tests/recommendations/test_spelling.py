"""A slip of the finger finds what was meant; a word never becomes another."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.catalog.models import Work
from marketplace.catalog.services import hide_work
from recommendations.models import IndexedWord
from recommendations.selectors import search_works
from recommendations.services import index_work
from recommendations.spelling import deletes_of, edits_allowed, edits_between, likeliest
from tests.factories.recommendations import indexed_work

letters = st.text("abcde", min_size=4, max_size=9)


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [("sunste", "sunset", 1), ("sunset", "sunset", 0), ("sunet", "sunset", 1), ("mountian", "mountain", 1),
     ("flwoer", "flower", 1), ("sea", "", 3), ("harbor", "harbour", 1), ("abcdef", "badcfe", 3)],
)  # fmt: skip
def test_edits_by_hand(one, other, edits):
    assert edits_between(one, other) == edits_between(other, one) == edits


@settings(deadline=None)
@given(letters, st.data())
def test_a_word_with_as_many_slips_as_allowed_is_found_by_its_deletes(word, data):
    typed = list(word)
    for _n in range(edits_allowed(word)):
        place = data.draw(st.integers(0, len(typed) - 1))
        match data.draw(st.sampled_from(["change", "leave out", "swap"])):
            case "change":
                typed[place] = "x"
            case "leave out" if len(typed) > 5 or len(word) == len(typed) == 5:
                del typed[place]
            case _ if place:
                typed[place - 1], typed[place] = typed[place], typed[place - 1]
    other = "".join(typed)
    if edits_allowed(other) >= edits_between(word, other):
        assert deletes_of(word) & deletes_of(other)


def test_few_forms_of_any_word():
    assert max(len(deletes_of("abcdefghijklmnopqrstuvwxyz"[:n])) for n in range(27)) == 56
    assert deletes_of("sea") == {"sea"}
    assert likeliest("sunste", ["sunset", "sunny", "sunste", "unset"], most=3) == ["sunset", "unset"]


@pytest.mark.django_db
class TestInTheShop:
    pytestmark = [pytest.mark.usefixtures("no_spaces")]

    def test_sunste_finds_sunset_and_says_so(self):
        sunset = indexed_work(title="Sunset over the harbour")
        indexed_work(title="Forest")
        result = search_works(query="Sunste")
        assert result.work_ids == [sunset.pk]
        assert result.corrected == "sunset"
        assert search_works(query="quiet SUNSTE, harbuor").corrected == "quiet sunset, harbour"

    @pytest.mark.parametrize("query", ["unset", "sunsets", "the", "se", "日落", "1234567", "xylophone", "which", ""])
    def test_a_word_that_is_known_or_unlike_all_is_left_alone(self, query):
        indexed_work(title="Sunset"), indexed_work(title="Unset")
        assert search_works(query=query).corrected == ""

    def test_a_word_of_hidden_works_alone_is_not_told(self):
        work = indexed_work(title="Secrets")
        assert search_works(query="secrest").corrected == "secrets"
        hide_work(work=work)
        assert search_works(query="secrest").corrected == ""

    def test_of_equally_near_words_the_one_that_more_works_hold(self):
        indexed_work(title="Tower"), indexed_work(title="Lower"), indexed_work(title="Lower field")
        assert search_works(query="qower").corrected == "lower"

    def test_indexing_twice_keeps_each_word_once(self):
        work = indexed_work(title="Sunset sunset")
        index_work(work_id=work.pk)
        assert IndexedWord.objects.filter(word="sunset").count() == 1

    def test_many_words_cost_no_more_queries(self, django_assert_max_num_queries):
        indexed_work(title="Sunset")
        IndexedWord.objects.bulk_create(
            IndexedWord(word=word, deletes=sorted(deletes_of(word))) for word in {f"suns{n:05x}" for n in range(3000)}
        )
        with django_assert_max_num_queries(14):
            assert search_works(query="sunste forset").corrected == "sunset forset"
        assert Work.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("no_spaces")
def test_a_word_is_known_whether_a_new_document_or_an_old_one_holds_it(monkeypatch):
    monkeypatch.setattr("recommendations.selectors.spelling.NEWEST", 1)
    # Each looks like a slip of the other.
    indexed_work(title="Harbour"), indexed_work(title="Harbours end"), indexed_work(title="Arbour")
    assert search_works(query="harbour").corrected == search_works(query="arbour").corrected == ""
    assert search_works(query="harbuor").corrected == "harbour"
