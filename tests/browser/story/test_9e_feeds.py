"""Chapter nine, fifth part: each feed and each way to steer it, in both languages, wide and narrow."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.slow_network import held, press_twice
from tests.browser.story.readers import LANGUAGES, cards, fits, open_why, reader_of, works_in

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=LANGUAGES)
def reader(request, person):
    return reader_of(person, request.param)


class TestAStranger:
    def test_sees_what_is_popular_and_new_and_why(self, reader):
        reader.open("/")
        assert cards(reader.page, "popular").count() >= 4
        assert cards(reader.page, "new").count() >= 4
        assert cards(reader.page, "for_you").count() == 0
        for surface, words in {
            "popular": "Many people looked at it, liked it or bought it lately.",
            "new": "It was published lately. Everybody sees new works.",
        }.items():
            assert open_why(cards(reader.page, surface).first) == reader.words(words)
        assert fits(reader.page)

    def test_chooses_what_she_likes_and_begins_with_it(self, reader):
        reader.page.get_by_role("link", name=reader.words("Choose what you like")).click()
        tastes = reader.page.locator(".taste")
        assert tastes.locator("img").count() == tastes.count() >= 3, "every choice has its picture"
        reader.press(reader.words("That is what I like"))
        expect(reader.page.locator("#notices .error")).to_be_visible()
        for number in range(3):
            tastes.nth(number).click()
        button = reader.page.get_by_role("button", name=reader.words("That is what I like"))
        with held(reader.page, "/feed/tastes") as requests:
            meanwhile = press_twice(button, requests)
        assert meanwhile == {"bar": True, "busy": True, "pressable": 0, "sent": 1}
        reader.sees(reader.words("Thank you. Your front page begins with what you chose."))
        before, after = reader.words("You chose “%(tag)s” as something that you like.", tag="|").split("|")
        said = open_why(cards(reader.page, "for_you").first)
        assert said.startswith(before)
        assert said.endswith(after)
        # Behind what she chose comes what is popular and new: nothing is empty.
        assert cards(reader.page, "popular").count() >= 4
        assert cards(reader.page, "new").count() >= 4
        assert fits(reader.page)

    def test_less_like_this_is_asked_once_and_taken_back_with_the_why(self, reader):
        work = works_in(reader.page, "for_you")[0]
        card = reader.page.locator(f'[data-surface="for_you"] [data-work="{work}"]')
        said = card.locator(".why-words > p").first.inner_text()
        less = card.get_by_role("button", name=reader.words("Less like this"))
        with held(reader.page, "/feed/hide") as requests:
            less.click()
            expect(less).to_be_disabled()
            less.dispatch_event("click")
            assert len(requests.waiting) == 1
            requests.let_go()
            reader.sees(reader.words("Hidden. What is like it comes less often."))
        reader.press(reader.words("Undo"))
        expect(card.locator("a.title")).to_be_visible()
        assert open_why(card) == said
        less.click()
        reader.sees(reader.words("Hidden. What is like it comes less often."))
        reader.open("/")
        assert reader.page.locator(f'[data-work="{work}"]').count() == 0
        reader.open("/feed/settings")
        reader.page.locator(f'form[action="/feed/unhide/{work}"] button').click()
        reader.sees(reader.words("You have hidden nothing."))


class TestSteering:
    def test_mutes_artist_tag_and_kind_and_takes_it_back(self, reader, running_shop):
        reader.open("/")
        work = works_in(reader.page, "popular")[0]
        hers = "select id::text from catalog_work where artist_id = (select artist_id from catalog_work where id = %s)"
        tagged = (
            "select work_id::text id from catalog_worktag where tag_id in"
            " (select tag_id from recommendations_mute where tag_id is not null)"
        )
        for field in ("artist", "tag", "medium"):
            reader.open(f"/feed/less/{work}")
            reader.page.locator(f'form:has(input[name="{field}"]) button').first.click()
            reader.sees(reader.words("Muted: your feeds show nothing more of it."))
            if field != "medium":
                shown = {work for surface in ("for_you", "popular", "new") for work in works_in(reader.page, surface)}
                gone = running_shop.rows(hers, work) if field == "artist" else running_shop.rows(tagged)
                assert shown
                assert not shown & {row["id"] for row in gone}
        # With the kind all is gone, and the page says so and leads to where it is taken back.
        reader.sees(reader.words("You have hidden or muted all there is"))
        reader.page.locator(".empty a[href='/feed/settings']").click()
        muted = reader.page.locator('form[action^="/feed/unmute/"] button')
        for left in (3, 2, 1):
            expect(muted).to_have_count(left)
            muted.first.click()
        expect(muted).to_have_count(0)
        assert fits(reader.page)
        reader.open("/")
        assert work in works_in(reader.page, "popular")

    def test_sliders_and_no_personal_data_are_kept_and_a_new_beginning_forgets_her_taste(self, reader):
        words = reader.words("Your feeds use no personal data: they show what is popular and new for everybody.")
        wanted = {"novelty": "80", "diversity": "20"}
        for is_on in (True, False):
            reader.open("/feed/settings")
            for name, value in wanted.items():
                reader.page.locator(f'input[name="{name}"]').fill(value)
            reader.page.locator('input[name="no_personal_data"]').set_checked(is_on)
            reader.press(reader.words("Save"))
            reader.sees(reader.words("Saved."))
            kept = {name: reader.page.locator(f'input[name="{name}"]').input_value() for name in wanted}
            assert kept == wanted
            reader.open("/")
            assert (cards(reader.page, "for_you").count() == 0) == is_on
            assert (reader.page.get_by_text(words).count() > 0) == is_on
        reader.open("/feed/reset")
        reader.page.locator('input[name="delete"]').check()
        reader.press(reader.words("Begin anew"))
        reader.sees(re.compile(re.escape(reader.words("Your taste begins anew."))))
        reader.open("/")
        assert cards(reader.page, "for_you").count() == 0
        assert cards(reader.page, "popular").count() >= 4


class TestAMember:
    def test_lists_that_are_still_empty_say_how_they_are_filled(self, reader):
        reader.sign_up()
        for path, says in {
            "/saved": "“Save for later” on a work’s page puts it here. Nobody else sees it.",
            "/following": "Follow artists whose works you like: what they publish appears here.",
            "/account/searches": "Search for something, narrow it down, and save it:"
            " then a letter can tell you of new works.",
        }.items():
            reader.open(path)
            empty = reader.page.locator(".empty")
            expect(empty).to_contain_text(reader.words(says))
            expect(empty.get_by_role("link")).to_have_attribute("href", "/search")

    def test_what_she_likes_comes_back_with_the_reason_and_what_she_saves_is_her_list(self, reader):
        reader.open("/")
        work = works_in(reader.page, "popular")[0]
        reader.open(f"/works/{work}")
        title = reader.page.locator("h1").first.inner_text()
        for act in ("like", "save"):
            button = reader.page.locator(f"form[action$='/{act}'] button").first
            button.click()
            expect(button).to_have_attribute("aria-pressed", "true")
        reader.open("/")
        liked = reader.words("It is like a work that you liked:")
        saved = reader.words("It is like a work that you saved:")
        first = cards(reader.page, "for_you").first
        assert open_why(first).startswith((liked, saved))
        assert first.locator(".why-words > p a").first.inner_text() == title
        reader.open("/saved")
        assert reader.page.locator(f'.work-card[data-work="{work}"]').count() == 1
        assert fits(reader.page)

    def test_who_follows_sees_new_works_and_chooses_letters(self, reader):
        reader.open("/@mei-lin")
        button = reader.page.locator("form.follow button")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        reader.open("/following")
        assert reader.page.locator(".work-card").count() >= 1
        assert fits(reader.page)
        reader.page.get_by_role("link", name=reader.words("Artists"), exact=True).click()
        reader.sees("Mei Lin")
        reader.open("/account/mail")
        boxes = reader.page.locator('main input[type="checkbox"]')
        assert boxes.count() >= 2
        assert not any(box.is_checked() for box in boxes.all()), "nothing comes unasked"
        boxes.first.check()
        reader.press(reader.words("Save"))
        expect(boxes.first).to_be_checked()
        reader.page.get_by_role("link", name=reader.words("See what the weekly letter looks like")).click()
        letter = reader.page.frame_locator("iframe.letter-preview")
        for said in (reader.name, reader.words("For you")):
            expect(letter.locator("body")).to_contain_text(said)
        expect(letter.locator('a[href*="/works/"]').first).to_be_visible()
        assert fits(reader.page)

    def test_a_search_is_kept_with_letters(self, reader):
        reader.open("/search?q=sunset")
        reader.press(reader.words("Save this search"))
        letters = reader.page.get_by_label(reader.words("Letters about new works"))
        letters.select_option("weekly")
        reader.page.locator('form[action$="/letters"] button').click()
        reader.sees(reader.words("Saved."))
        expect(letters).to_have_value("weekly")
        assert fits(reader.page)
        reader.page.get_by_role("link", name=reader.words("Run again")).click()
        reader.page.wait_for_url("**/search?q=sunset")


def test_nothing_broke(person):
    assert [reader_of(person, language).complaints for language in LANGUAGES] == [[], []]
