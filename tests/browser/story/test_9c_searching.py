"""Chapter nine, third part: finding. By words of either language, slips, while typing, by a picture, by colour and by
filters; with nothing found, and on a slow network."""

import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.slow_network import held, press_twice

pytestmark = pytest.mark.browser
GIVEN_UP = ("htmx:afterRequest", "htmx:sendAbort")


@pytest.fixture(scope="module")
def reader(person) -> Person:
    return person("Rita")


@pytest.fixture(scope="module")
def chinese_reader(person) -> Person:
    return person("Lan", language="zh-CN", narrow=True, dark=True)


def found(someone: Person) -> list[str]:
    """The works of the page by their addresses, in order."""
    cards = someone.page.locator('[data-surface="search"] [data-work]')
    return [card.get_attribute("data-work") for card in cards.all()]


def commonest_tag(running_shop) -> dict[str, str]:
    """The words of the tag that most works carry: `id`, `en` and `zh`."""
    return running_shop.one(
        "select w.tag_id id, min(e.label) en, min(z.label) zh from catalog_worktag w"
        " join catalog_work k on k.id = w.work_id and k.status = 'listed'"
        " join catalog_taglabel e on e.tag_id = w.tag_id and e.language = 'en' and e.preferred"
        " join catalog_taglabel z on z.tag_id = w.tag_id and z.language = 'zh-hans' and z.preferred"
        " group by w.tag_id order by count(distinct w.work_id) desc, w.tag_id limit 1"
    )


def is_not_wider_than_its_window(someone: Person) -> bool:
    return someone.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


class TestWords:
    def test_the_word_of_either_language_finds_the_works_of_both(self, reader, running_shop):
        tag = commonest_tag(running_shop)
        rows = running_shop.rows("select work_id::text work from catalog_worktag where tag_id = %s", tag["id"])
        works = {row["work"] for row in rows}
        answers = []
        for word in (tag["en"], tag["zh"]):
            reader.open(f"/search?q={word}")
            answers.append(set(found(reader)) & works)
        assert answers[0] & answers[1], tag
        for word in ("sunset", "日落"):
            reader.open(f"/search?q={word}")
            assert found(reader), word

    def test_a_slip_of_the_finger_is_told_and_mended(self, reader):
        reader.open("/search?q=sunste")
        reader.sees("Results for")
        assert found(reader)

    def test_suggestions_come_while_one_types_and_the_keyboard_chooses(self, reader):
        reader.open("/search")
        field = reader.page.get_by_role("combobox")
        field.press_sequentially("sunse", delay=20)
        tag = reader.page.locator("#suggestions [role=option]", has_text=re.compile(r"^sunset\s+Tag"))
        expect(tag).to_be_visible()
        expect(field).to_have_attribute("aria-expanded", "true")
        field.press("Escape")
        expect(tag).to_be_hidden()
        expect(field).to_have_value("sunse")
        field.press_sequentially("t", delay=20)
        expect(tag).to_be_visible()
        for _ in range(9):
            field.press("ArrowDown")
            if tag.get_attribute("aria-selected") == "true":
                break
        address = tag.get_by_role("link", include_hidden=True).get_attribute("href")
        field.press("Enter")
        reader.page.wait_for_url(f"**{address}")

    def test_in_chinese_on_a_phone(self, chinese_reader):
        chinese_reader.open("/search")
        chinese_reader.page.get_by_role("combobox").press_sequentially("日", delay=20)
        expect(chinese_reader.page.locator("#suggestions [role=option]", has_text="日落")).to_be_visible()
        chinese_reader.open("/search?q=sunset")
        assert found(chinese_reader)
        expect(chinese_reader.page.locator(".narrow-down summary")).to_be_visible()
        assert is_not_wider_than_its_window(chinese_reader)


class TestFilters:
    def test_they_stand_behind_one_button_and_what_is_chosen_is_taken_off_alone(self, reader):
        reader.open("/search")
        everything = reader.page.locator(".section-head .count").inner_text()
        form = reader.page.get_by_role("form", name="Narrow down")
        expect(form).to_be_hidden()
        reader.page.locator("summary", has_text="Filters").click()
        expect(form).to_be_visible()
        form.get_by_label("Price to").fill("9")
        form.get_by_label("Medium").select_option("image")
        form.get_by_role("button", name="Apply").click()
        reader.page.wait_for_url(re.compile("price_to=9"))
        chips = reader.page.get_by_role("list", name="Chosen filters")
        expect(chips.get_by_role("listitem")).to_have_count(2)
        expect(reader.page.locator("summary .count-badge")).to_contain_text("2")
        assert "near=" not in reader.page.locator('input[name="address"]').get_attribute("value")
        chips.get_by_role("link", name=re.compile("Up to")).click()
        expect(chips.get_by_role("listitem")).to_have_count(1)
        chips.get_by_role("link", name=re.compile("Medium")).click()
        expect(chips).to_have_count(0)
        assert reader.page.locator(".section-head .count").inner_text() == everything

    def test_a_colour_is_wished_for_only_when_it_is_chosen(self, reader):
        reader.open("/search")
        reader.page.locator("summary", has_text="Filters").click()
        expect(reader.page.get_by_label("No colour")).to_be_checked()
        colour = reader.page.get_by_label("Which")
        expect(colour).to_have_value("#3a6fb5")
        colour.fill("#c82828")
        expect(reader.page.get_by_label("Near this colour")).to_be_checked()
        reader.page.get_by_role("button", name="Apply").click()
        expect(reader.page.get_by_role("list", name="Chosen filters")).to_contain_text("Near this colour")
        reddest = found(reader)
        reader.open("/search?by_colour=on&near=%232828c8&weight=1")
        assert reddest[:5] != found(reader)[:5]

    def test_without_scripts_too(self, chromium, running_shop):
        context = chromium.new_context(base_url=running_shop.url, java_script_enabled=False)
        page = context.new_page()
        page.goto("/search")
        page.locator("summary", has_text="Filters").click()
        page.get_by_label("Price to").fill("9")
        page.get_by_role("button", name="Apply").click()
        expect(page.get_by_role("list", name="Chosen filters").get_by_role("listitem")).to_have_count(1)
        page.get_by_role("list", name="Chosen filters").get_by_role("link").click()
        expect(page.get_by_role("list", name="Chosen filters")).to_have_count(0)
        context.close()


class TestByPicture:
    def test_a_picture_finds_works_that_look_like_it(self, reader, tmp_path):
        file = tmp_path / "blue.png"
        Image.new("RGB", (200, 150), (40, 70, 170)).save(file)
        reader.open("/search/picture")
        reader.upload("Picture", file)
        reader.press("Find works like it")
        reader.sees("Works like your picture")
        assert reader.page.locator(".work-card").count() >= 5


class TestNothingFound:
    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_there_are_ways_out(self, reader, chinese_reader, language):
        someone = reader if language == "en" else chinese_reader
        someone.open("/search?q=sunset&price_to=0.01")
        empty = someone.page.locator(".empty")
        expect(empty).to_be_visible()
        assert not found(someone)
        assert someone.page.locator('[data-surface="popular"] [data-work]').count()
        empty.locator("a.tag").first.click()
        expect(someone.page.locator(".empty")).to_have_count(0)
        assert found(someone)
        assert is_not_wider_than_its_window(someone)


class TestASlowNetwork:
    def test_a_search_says_that_it_is_on_its_way_and_is_sent_once(self, reader):
        reader.open("/")
        button = reader.page.get_by_role("search").get_by_role("button")
        reader.page.locator("#site-search").fill("sea")
        with held(reader.page, "/search", but="/search/suggest") as requests:
            meanwhile = press_twice(button, requests)
        assert meanwhile == {"bar": True, "busy": True, "pressable": 0, "sent": 1}
        reader.page.wait_for_url("**/search?q=sea")
        expect(reader.page.locator("html[data-waiting]")).to_have_count(0)
        # Coming back by the browser's arrow, the page is as it was.
        reader.page.go_back()
        expect(reader.page.locator("html[data-waiting]")).to_have_count(0)
        expect(button).to_be_enabled()

    def test_late_suggestions_do_not_take_the_place_of_newer_ones(self, reader):
        reader.open("/search")
        field = reader.page.get_by_role("combobox")
        options = reader.page.locator("#suggestions [role=option]")
        with held(reader.page, "/search/suggest") as requests:
            field.press_sequentially("moun")
            reader.page.wait_for_timeout(400)
            assert len(requests.waiting) == 1
            field.fill("sunset")
            reader.page.wait_for_timeout(400)
            # The first was given up by the page; what still waits is the last.
            requests.waiting = requests.waiting[-1:]
            requests.let_go()
            expect(options.filter(has_text="sunset").first).to_be_visible()
        expect(options.filter(has_text="mountains")).to_have_count(0)

    def test_nothing_broke(self, reader, chinese_reader):
        # htmx writes down that it gave up a request for suggestions when more was typed.
        assert [said for said in reader.complaints if not said.startswith(GIVEN_UP, said.index(": ") + 2)] == []
        assert chinese_reader.complaints == []
