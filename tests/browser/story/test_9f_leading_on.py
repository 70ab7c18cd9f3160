"""Chapter nine, sixth part: one work leads to others. What is like it, what is composed alike, what was bought with
it, and feeds for readers; in both languages."""

from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.story.readers import LANGUAGES, cards, fits, open_why, reader_of, works_in

pytestmark = pytest.mark.browser
ATOM = "{http://www.w3.org/2005/Atom}"
XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture(scope="module", params=LANGUAGES)
def reader(request, person):
    return reader_of(person, request.param)


@pytest.fixture(scope="module")
def pair(running_shop):
    """Two works that one person bought together, and of which personal licences are still sold."""
    return [
        str(row["id"])
        for row in running_shop.rows(
            "with buyer as (select viewer from recommendations_event where kind = 'bought'"
            " group by viewer having count(distinct work_id) = 2 order by max(happened_at) desc limit 1)"
            " select distinct w.id from catalog_work w join recommendations_event e on e.work_id = w.id"
            " and e.kind = 'bought' and e.viewer = (select viewer from buyer) where w.status = 'listed'"
        )
    ]


def entries_of(reader: Person) -> list[ElementTree.Element]:
    """The entries of the Atom feed to which the head of this page leads, in the reader's language."""
    link = reader.page.locator('link[rel="alternate"][type="application/atom+xml"]').get_attribute("href")
    answer = reader.page.request.get(str(link), headers={"Accept-Language": reader.language})
    assert answer.ok
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.body())
    assert feed.tag == f"{ATOM}feed"
    assert str(feed.get(XML_LANGUAGE)).lower() == str(reader.page.locator("html").get_attribute("lang")).lower()
    return feed.findall(f"{ATOM}entry")


class TestOneWorkLeadsToOthers:
    def test_similar_works_and_composed_alike_and_bluer(self, reader):
        # A red one: others are bluer.
        reader.open("/search?by_colour=on&near=%23c82828&weight=1")
        work = works_in(reader.page, "search")[0]
        reader.open(f"/works/{work}")
        assert cards(reader.page, "similar").count() >= 3
        assert work not in works_in(reader.page, "similar")
        words = open_why(cards(reader.page, "similar").first)
        assert words == reader.words("Its picture or its words are like those of the work on this page.")
        assert fits(reader.page)
        changes = reader.page.get_by_role("navigation", name=reader.words("Like this, but"))
        changes.get_by_role("link", name=reader.words("composed alike")).click()
        reader.page.wait_for_url(f"**/works/{work}/but/composed-alike")
        assert reader.page.locator(".work-card").count() >= 3
        reader.sees(reader.words("Composed like"))
        changes.get_by_role("link", name=reader.words("bluer")).click()
        reader.page.wait_for_url("**/but/composed-alike?and=bluer")
        assert changes.locator('[aria-current="page"]').all_inner_texts() == [
            reader.words("bluer"),
            reader.words("composed alike"),
        ]
        assert reader.page.locator(".work-card").count() >= 1
        assert reader.page.locator(f'.work-card[data-work="{work}"]').count() == 0
        assert fits(reader.page)

    def test_feeds_for_readers_are_atom(self, reader):
        reader.open("/@mei-lin")
        hers = entries_of(reader)
        assert {entry.findtext(f"{ATOM}author/{ATOM}name") for entry in hers} == {"Mei Lin"}
        reader.open("/search?q=sunset")
        found = entries_of(reader)
        assert found
        for entry in [*hers, *found]:
            assert entry.findtext(f"{ATOM}title")
            assert entry.findtext(f"{ATOM}updated")
        reader.open(urlsplit(str(found[0].find(f"{ATOM}link").get("href"))).path)
        expect(reader.page.locator("h1").first).to_have_text(str(found[0].findtext(f"{ATOM}title")))


class TestBoughtTogether:
    def test_a_second_person_buys_both_and_is_shown_what_goes_with_it(self, person, pair):
        customer = reader_of(person, "zh-hans")
        assert len(pair) == 2
        for work in pair:
            customer.open(f"/works/{work}")
            customer.press(customer.words("Put into the cart"))
            expect(customer.page.locator("#notices .success")).to_be_visible()
        customer.open("/checkout")
        customer.agree_and_go_to_pay()
        customer.pay()
        customer.back_in_the_shop()
        customer.sees(customer.words("Paid. The licences are yours."))
        self.is_shown_what_goes_with_it(customer, pair)
        assert fits(customer.page)

    def test_so_is_the_first_buyer_in_english(self, buyer, story):
        buyer.open(story["order"])
        self.is_shown_what_goes_with_it(buyer, [story["work_id"]])

    def is_shown_what_goes_with_it(self, someone, bought):
        offered = works_in(someone.page, "after_purchase")
        assert offered
        assert not set(offered) & {str(work) for work in bought}, "what she holds is not offered again"
        said = open_why(cards(someone.page, "after_purchase").first)
        assert said == someone.words("It goes with what you have just bought: others bought both, or it is like it.")

    # Not by `reader`: tests with its parameters would come before those that buy.
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_one_leads_to_the_other(self, person, pair, language):
        passer_by = reader_of(person, language, name="Noor" if language == "en" else "Anran")
        passer_by.open(f"/works/{pair[0]}")
        assert pair[1] in works_in(passer_by.page, "goes_with")
        card = passer_by.page.locator(f'[data-surface="goes_with"] [data-work="{pair[1]}"]')
        assert open_why(card) == passer_by.words("People who bought the work on this page bought it too.")
        assert fits(passer_by.page)

    def test_front_pages_of_buyers_begin_with_what_they_bought(self, person, buyer):
        for someone in (buyer, reader_of(person, "zh-hans")):
            someone.open("/")
            bought = someone.words("It is like a work that you bought:")
            reasons = cards(someone.page, "for_you").locator(".why-words > p:first-child").all_text_contents()
            assert [said for said in reasons if said.startswith(bought)], reasons
            for surface in ("popular", "new"):
                assert cards(someone.page, surface).count() >= 4
            assert fits(someone.page)


def test_nothing_broke(person):
    assert [reader_of(person, language).complaints for language in LANGUAGES] == [[], []]
