"""Chapter three: she publishes one of her pictures."""

import re

import pytest

pytestmark = pytest.mark.browser


class TestShePublishes:
    def test_she_publishes_one_with_her_words_and_prices(self, artist, running_shop, story):
        artist.open("/studio")
        picture = artist.page.locator("article", has_text="a beautiful sunset over the sea").first
        picture.get_by_role("link", name="Publish").first.click()
        title = artist.page.get_by_label("Title in English")
        assert title.input_value(), "a title is suggested"
        title.fill("Last light, east harbour")
        artist.page.get_by_label("Title in Chinese").fill("")
        artist.page.get_by_label("Description in English").fill("The minute after the sun has gone.")
        artist.page.get_by_label("Description in Chinese").fill("")
        assert "sunset" in artist.page.get_by_role("textbox", name="Tags").input_value()
        artist.page.get_by_role("checkbox", name=re.compile("^Personal", re.I)).check()
        artist.page.get_by_label(re.compile("Price of the licence Personal", re.I)).fill("9.00")
        artist.page.get_by_role("checkbox", name=re.compile("^Exclusive", re.I)).check()
        artist.page.get_by_label(re.compile("Price of the licence Exclusive", re.I)).fill("300.00")
        artist.press("Publish")
        artist.page.wait_for_url(re.compile("/works/"))
        artist.sees("Last light, east harbour")
        story["work_url"] = artist.page.url.removeprefix(running_shop.url)
        story["work_id"] = re.search(r"/works/([0-9a-f-]{36})", artist.page.url).group(1)
        row = running_shop.one("select status, made_by_model from catalog_work where id = %s", story["work_id"])
        assert row["status"] == "listed"
        assert row["made_by_model"].startswith("atelier-image-2")

    def test_its_page_shows_where_it_comes_from(self, artist, running_shop, story):
        artist.open(story["work_url"])
        artist.sees(re.compile("atelier-image-2"))
        assert "a beautiful sunset over the sea" not in artist.page.content()
        row = running_shop.one(
            "select count(*) n from provenance_fingerprint f join catalog_workversion v on v.id = f.version_id"
            " where v.work_id = %s",
            story["work_id"],
        )
        assert row["n"] >= 1
