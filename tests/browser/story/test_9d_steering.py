"""Chapter nine, fourth part: feeds and how they are steered, by a stranger and a member, in both languages."""

import re
import urllib.request

import pytest
from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.slow_network import held, press_twice

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def stranger(person) -> Person:
    return person("Sten")


@pytest.fixture(scope="module")
def member(person) -> Person:
    """Somebody with an account, on a wide page in English."""
    return person("Ulla")


@pytest.fixture(scope="module")
def chinese_reader(person) -> Person:
    """Somebody without, on a phone by night in Chinese."""
    return person("Xia", language="zh-CN", narrow=True, dark=True)


def shelf(someone: Person, surface: str) -> list[str]:
    """The works of a list, in order."""
    return [
        str(card.get_attribute("data-work"))
        for card in someone.page.locator(f'[data-surface="{surface}"] [data-work]').all()
    ]


def everywhere(someone: Person) -> set[str]:
    return {str(card.get_attribute("data-work")) for card in someone.page.locator("[data-surface] [data-work]").all()}


def card(someone: Person, surface: str = "popular", place: int = 0):
    return someone.page.locator(f'[data-surface="{surface}"] > li').nth(place)


class TestAStranger:
    def test_sees_popular_and_new_works_with_the_reason(self, stranger):
        stranger.open("/")
        assert shelf(stranger, "popular")
        assert shelf(stranger, "new")
        assert not shelf(stranger, "for_you")
        why = card(stranger).locator("details.why-control")
        why.locator("summary").click()
        expect(why.locator(".why-words p").first).to_be_visible()
        expect(why.get_by_role("button", name="Less like this")).to_be_visible()

    def test_a_work_is_hidden_and_comes_back(self, stranger):
        stranger.open("/")
        first = card(stranger)
        work = str(first.get_attribute("data-work"))
        first.locator("summary").click()
        first.get_by_role("button", name="Less like this").click()
        stranger.sees(re.compile("Hidden. What is like it"))
        stranger.open("/")
        assert work not in everywhere(stranger)
        stranger.open("/feed/settings")
        stranger.page.locator("section", has=stranger.page.locator("#hidden")).get_by_role("button").first.click()
        stranger.sees("You have hidden nothing.")
        stranger.open("/")
        assert work in everywhere(stranger)

    def test_picks_begin_the_front_page_and_a_reset_ends_that(self, stranger):
        stranger.open("/feed/tastes")
        tastes = stranger.page.locator(".tastes .taste")
        assert stranger.page.locator(".tastes picture").count() == tastes.count() >= 3
        for place in range(3):
            tastes.nth(place).click()
        stranger.press("That is what I like")
        stranger.sees("Thank you. Your front page begins with what you chose.")
        assert shelf(stranger, "for_you")
        stranger.sees("From what you chose")

    def test_the_sliders_and_the_switch_for_no_personal_data_are_kept(self, stranger):
        stranger.open("/feed/settings")
        stranger.page.get_by_label("Familiar or new").fill("90")
        stranger.page.get_by_label("No personal data in my feeds").check()
        stranger.press("Save")
        stranger.open("/feed/settings")
        expect(stranger.page.get_by_label("Familiar or new")).to_have_value("90")
        stranger.open("/")
        stranger.sees(re.compile("Your feeds use no personal data"))
        assert not shelf(stranger, "for_you")
        stranger.open("/feed/settings")
        stranger.page.get_by_label("No personal data in my feeds").uncheck()
        stranger.press("Save")
        stranger.open("/")
        assert shelf(stranger, "for_you")


class TestMuting:
    @pytest.mark.parametrize("what", ["artist", "medium", "tag"])
    def test_what_is_muted_stays_away_until_it_is_taken_back(self, stranger, running_shop, what):
        stranger.open("/")
        work = shelf(stranger, "popular")[0]
        stranger.open(f"/feed/less/{work}")
        stranger.page.locator(f'form:has(input[name="{what}"]) button').first.click()
        stranger.sees(re.compile("Muted: your feeds show nothing more of it"))
        stranger.open("/")
        shown = everywhere(stranger)
        assert work not in shown
        if what == "medium":
            stranger.sees("You have hidden or muted all there is")
        else:
            assert shown
        stranger.open("/feed/settings")
        stranger.page.locator("section", has=stranger.page.locator("#muted")).get_by_role("button").click()
        stranger.sees(re.compile("Nothing is muted."))
        stranger.open("/")
        assert work in everywhere(stranger)


class TestInChineseOnAPhone:
    def test_the_pages_fit_and_work(self, chinese_reader):
        for path in ("/", "/feed/settings", "/feed/tastes", "/feed/reset"):
            chinese_reader.open(path)
            assert chinese_reader.page.locator("html").get_attribute("lang") == "zh-Hans"
            fits = "document.documentElement.scrollWidth <= window.innerWidth"
            assert chinese_reader.page.evaluate(fits), path
        chinese_reader.open("/")
        first = card(chinese_reader)
        work = str(first.get_attribute("data-work"))
        first.locator("summary").click()
        first.get_by_role("button").click()
        undo = chinese_reader.page.locator(".hidden-card").get_by_role("button")
        undo.click()
        expect(chinese_reader.page.locator(f'[data-work="{work}"]').first).to_be_visible()
        chinese_reader.open(f"/feed/less/{work}")
        chinese_reader.page.locator('form:has(input[name="artist"]) button').click()
        chinese_reader.page.wait_for_url(lambda url: url.endswith("/"))
        assert work not in everywhere(chinese_reader)


class TestAMember:
    def test_a_like_makes_a_feed_that_says_why(self, member, running_shop):
        member.sign_up()
        member.open("/")
        work = shelf(member, "new")[0]
        member.open(f"/works/{work}")
        similar = shelf(member, "similar")
        assert similar
        assert work not in similar
        member.page.locator('form[action$="/like"] button').click()
        expect(member.page.locator('form[action$="/like"] button')).to_have_attribute("aria-pressed", "true")
        member.open("/")
        assert shelf(member, "for_you")
        why = card(member, "for_you").locator("details.why-control")
        why.locator("summary").click()
        expect(why.locator(".why-words")).to_contain_text(re.compile("lik", re.I))

    def test_following_fills_the_feed_and_muting_empties_it(self, member):
        member.open("/following")
        member.sees(re.compile("You follow nobody yet"))
        member.open("/")
        member.page.locator(".work-card .by").first.click()
        follow = member.page.locator("form.follow button").first
        follow.click()
        expect(member.page.locator("form.follow button").first).to_have_attribute("aria-pressed", "true")
        member.open("/following")
        works = member.page.locator(".work-card[data-work]")
        assert works.count()
        work = works.first.get_attribute("data-work")
        member.open(f"/feed/less/{work}")
        member.page.locator('form:has(input[name="artist"]) button').click()
        member.sees(re.compile("Muted: your feeds show nothing more of it"))
        member.open("/following")
        expect(works).to_have_count(0)
        member.open("/feed/settings")
        member.page.locator("section", has=member.page.locator("#muted")).get_by_role("button").click()
        member.open("/following")
        assert works.count()

    def test_a_search_is_saved_with_letters_and_deleted(self, member):
        member.open("/search?q=sea")
        member.press("Save this search")
        member.page.wait_for_url("**/account/searches")
        member.page.get_by_label("Letters about new works").select_option("weekly")
        member.page.locator('form[action$="/letters"] button').click()
        expect(member.page.get_by_label("Letters about new works")).to_have_value("weekly")
        member.page.get_by_role("link", name="Run again").click()
        member.page.wait_for_url("**/search?q=sea")
        member.open("/account/searches")
        member.page.locator("summary", has_text="Rename or delete").click()
        member.press("Delete")
        member.sees("You have saved no search yet")

    def test_letters_are_chosen_and_seen_before(self, member):
        member.open("/account/mail")
        boxes = member.page.locator('main input[type="checkbox"]')
        boxes.nth(0).check()
        member.press("Save")
        expect(boxes.nth(0)).to_be_checked()
        member.open("/account/mail/preview")
        frame = member.page.frame_locator("iframe")
        expect(frame.locator("a").first).to_be_visible()

    def test_a_reset_of_taste(self, member):
        member.open("/feed/reset")
        member.press("Begin anew")
        member.open("/")
        assert not shelf(member, "for_you")


class TestForReaders:
    def test_an_artists_and_a_searchs_new_works_as_a_feed(self, stranger, running_shop):
        stranger.open("/search?q=sea")
        link = stranger.page.locator('link[type="application/atom+xml"]').get_attribute("href")
        with urllib.request.urlopen(f"{running_shop.url}{link}", timeout=30) as answer:
            assert "application/atom+xml" in answer.headers["Content-Type"]
            assert b"<entry>" in answer.read()


class TestASlowNetwork:
    def test_a_like_is_counted_once_however_often_it_is_pressed(self, member, running_shop):
        member.open("/")
        work = shelf(member, "popular")[1]
        member.open(f"/works/{work}")
        likes = "select count(*) n from recommendations_like where work_id = %s"
        before = running_shop.one(likes, work)["n"]
        button = member.page.locator('form[action$="/like"] button')
        with held(member.page, f"/works/{work}/like") as requests:
            button.click()
            expect(button).to_be_disabled()
            button.click(force=True)
            button.dispatch_event("click")
            assert len(requests.waiting) == 1
            requests.let_go()
            expect(button).to_have_attribute("aria-pressed", "true")
        expect(button).to_be_enabled()
        assert running_shop.one(likes, work)["n"] == before + 1

    def test_a_form_is_sent_once_and_the_page_says_that_it_is_on_its_way(self, member, running_shop):
        member.open("/search?q=mountain")
        button = member.page.get_by_role("button", name="Save this search")
        with held(member.page, "/account/searches/save") as requests:
            meanwhile = press_twice(button, requests)
        assert meanwhile == {"bar": True, "busy": True, "pressable": 0, "sent": 1}
        member.page.wait_for_url("**/account/searches")
        kept = running_shop.one("select count(*) n from recommendations_savedsearch where query = 'mountain'")
        assert kept["n"] == 1

    def test_nothing_broke(self, stranger, member, chinese_reader):
        assert [person.complaints for person in (stranger, member, chinese_reader)] == [[], [], []]
