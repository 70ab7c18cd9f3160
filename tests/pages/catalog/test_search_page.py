"""Search, tag pages and storefronts as pages."""

import pytest

from marketplace.catalog.services import define_tag
from tests.factories.accounts import ArtistFactory
from tests.factories.licensing import work_on_sale
from tests.factories.recommendations import indexed_work
from tests.recommendations.tiny_space import COLOURS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_spaces")]


def page(client, address: str, **params: str) -> str:
    response = client.get(address, params)
    assert response.status_code == 200
    return response.content.decode()


def test_both_words_find_the_work_that_has_no_chinese_text(client):
    define_tag(slug="sunset", labels={"en": ["sunset"], "zh-hans": ["日落"]})
    work = indexed_work(title="Evening at the coast", tags=("sunset",), colour=COLOURS["sunset"])
    for query in ("sunset", "日落"):
        html = page(client, "/search", q=query)
        assert work.get_absolute_url() in html
        assert "1 work<" in html


def test_an_empty_answer_offers_ways_on(client):
    other = indexed_work(title="Deep water", tags=("harbour",))
    html = page(client, "/search", q="xylophone", licence="personal")
    assert "Nothing like that here yet" in html
    assert "Search without conditions" in html
    assert "/tags/harbour" in html
    assert other.get_absolute_url() in html


def test_what_is_typed_is_text_not_markup(client):
    html = page(client, "/search", q="<script>alert(1)</script>")
    assert "<script>alert" not in html


@pytest.mark.parametrize(
    "params",
    [{"price_from": "abc"}, {"price_from": "50", "price_to": "10"}, {"medium": "sculpture"}, {"page": "-3"},
     {"page": "²"}, {"page": "9" * 30}, {"price_from": "-1"}, {"price_to": "1e400"}, {"artist": "@" * 50}],
)  # fmt: skip
def test_bad_conditions_never_break_the_page(client, params):
    indexed_work(title="Deep water")
    html = page(client, "/search", **params)
    assert "Deep water" in html


def test_a_price_range_upside_down_says_so(client):
    assert "This is more than the highest price." in page(client, "/search", price_from="50", price_to="10")


def test_the_price_is_the_lowest_offer(client):
    work = work_on_sale(title="On sale")
    html = page(client, "/search", artist=work.artist.handle)
    assert "from $12.00" in html


def test_pages_keep_the_search(client):
    artist = ArtistFactory()
    for n in range(30):
        indexed_work(title=f"Work number {n}", artist=artist)
    html = page(client, "/search", q="number", artist=artist.handle)
    assert "Page 1 of 2" in html
    assert f"q=number&amp;artist={artist.handle}&amp;page=2" in html
    assert page(client, "/search", q="number", page="2").count('class="work-card"') == 6


def test_a_storefront_shows_its_own_works_whatever_the_letters_case(client):
    mine, other = indexed_work(title="Mine"), indexed_work(title="Not mine")
    html = page(client, f"/@{mine.artist.handle.upper()}")
    assert mine.get_absolute_url() in html
    assert other.get_absolute_url() not in html
    assert client.get("/@nobody-at-all").status_code == 404


def test_a_tag_page_in_the_readers_language(client):
    define_tag(slug="sunset", labels={"en": ["sunset"], "zh-hans": ["日落"]})
    work = indexed_work(title="Evening", tags=("日落",))
    assert "<h1>sunset</h1>" in page(client, "/tags/sunset")
    html = client.get("/tags/sunset", headers={"accept-language": "zh-hans"}).content.decode()
    assert "<h1>日落</h1>" in html
    assert work.get_absolute_url() in html
    assert client.get("/tags/no-such-tag").status_code == 404
