"""The filters of a search in one place: how many are chosen, and each taken off alone."""

import re

import pytest

from tests.factories.recommendations import indexed_work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_spaces")]


def page(client, **params: str) -> str:
    response = client.get("/search", params)
    assert response.status_code == 200
    return response.content.decode()


def chips(html: str) -> dict[str, str]:
    """What the row of chosen filters says: label -> address without it."""
    row = re.search(r'<ul class="tags active-filters".*?</ul>', html, re.S)
    found = re.findall(r'<a class="tag" href="([^"]*)">(?:<svg.*?</svg> )?(.*?) <span', row[0], re.S) if row else []
    return {label: address.replace("&amp;", "&") for address, label in found}


def test_each_chosen_filter_is_a_chip_that_takes_it_off(client):
    indexed_work(title="Harbour", made_by_model="atelier 1", artist__handle="ann")
    html = page(
        client, q="harbour", medium="image", price_from="5", price_to="20", model="atelier 1", artist="@ann", page="1"
    )
    found = chips(html)
    assert found == {
        "Medium: Image": "?q=harbour&price_from=5&price_to=20&model=atelier+1&artist=%40ann",
        "Model: atelier 1": "?q=harbour&medium=image&price_from=5&price_to=20&artist=%40ann",
        "Artist: @ann": "?q=harbour&medium=image&price_from=5&price_to=20&model=atelier+1",
        "$5 to $20": "?q=harbour&medium=image&model=atelier+1&artist=%40ann",
    }
    assert '<span class="count-badge">4<' in html
    for address in found.values():
        assert len(chips(client.get(f"/search{address}").content.decode())) == 3


def test_without_a_filter_there_is_no_number_and_the_filters_are_closed(client):
    indexed_work(title="Harbour")
    html = page(client, q="harbour")
    assert not chips(html)
    assert "count-badge" not in html
    assert '<details class="narrow-down">' in html


def test_a_filter_in_error_is_no_chip_and_the_filters_are_open(client):
    html = page(client, price_from="50", price_to="10", medium="sculpture")
    assert "This is more than the highest price." in html
    assert '<details class="narrow-down" open>' in html
    assert list(chips(html)) == ["Up to $10"]


def test_no_colour_is_wished_for_at_first_and_none_is_black(client):
    indexed_work(title="Harbour")
    html = page(client)
    assert re.search(r'<input type="radio" name="by_colour" value="" [^>]*checked', html)
    assert re.search(r'type="color"[^>]*value="#3a6fb5"', html)
    # The form sends the colour field in any case: it says nothing without the choice.
    html = page(client, by_colour="", near="#c82828", weight="0.5")
    assert not chips(html)
    assert 'name="address" value=""' in html


def test_a_wished_colour_is_a_chip_with_its_colour(client):
    indexed_work(title="Harbour", colour=(200, 40, 40))
    html = page(client, q="harbour", by_colour="on", near="#c82828", weight="1")
    assert chips(html) == {"Near this colour": "?q=harbour"}
    assert 'fill="#c82828"' in html
    assert re.search(r'<input type="radio" name="by_colour" value="on" [^>]*checked', html)
    assert re.search(r'type="color"[^>]*value="#c82828"', html)


def test_chips_are_text_not_markup(client):
    html = page(client, model='"><script>alert(1)</script>', artist="<b>")
    assert "<script>alert" not in html
    assert "<b>" not in html
