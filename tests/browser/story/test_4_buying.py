"""Chapter four: a buyer finds it, pays, and holds licence and file."""

import hashlib
import re
from urllib.parse import urlsplit

import pytest

from tests.browser.person import DECLINED_CARD

pytestmark = pytest.mark.browser


class TestABuyer:
    def test_she_finds_it_by_words_of_either_language(self, buyer, running_shop, story):
        buyer.open("/")
        assert buyer.page.locator(".work-card").count() >= 8
        running_shop.wait_for("the work to be found", lambda: self.found(buyer, "sunset", story))
        assert self.found(buyer, "日落", story)
        chinese = [
            row["title"] + row["description"]
            for row in running_shop.rows(
                "select title, description from catalog_worktext where work_id = %s", story["work_id"]
            )
        ]
        assert not re.search("[\u4e00-\u9fff]", "".join(chinese)), "the work that 日落 finds has no Chinese text"

    def found(self, buyer, query, story) -> bool:
        for page in (1, 2, 3):
            buyer.open(f"/search?q={query}&page={page}")
            if buyer.page.locator(f'a[href*="{story["work_id"]}"]').count():
                return True
            if not buyer.page.get_by_role("link", name=re.compile("Next|Older|More", re.I)).count():
                return False
        return False

    def test_she_signs_up(self, buyer):
        buyer.sign_up()

    def test_a_declined_card_changes_nothing_and_says_so(self, buyer, running_shop, story):
        buyer.open(story["work_url"])
        buyer.page.get_by_role("button", name=re.compile("^Buy Personal", re.I)).click()
        buyer.agree_and_go_to_pay()
        buyer.pay(DECLINED_CARD)
        buyer.sees("Your card was declined.")
        assert running_shop.rows("select 1 from licensing_licencegrant where work_id = %s", story["work_id"]) == []

    def test_she_pays_and_holds_licence_and_file(self, buyer, running_shop, story, tmp_path_factory):
        buyer.pay()
        buyer.back_in_the_shop()
        buyer.sees("Paid. The licence is yours.")
        story["order"] = urlsplit(buyer.page.url).path
        folder = tmp_path_factory.mktemp("bought")
        for name, file in {
            "Download the file": "work",
            "Certificate (PDF)": "certificate.pdf",
            "Certificate (signed JSON)": "certificate.json",
        }.items():
            with buyer.page.expect_download() as download:
                buyer.page.get_by_role("link", name=name).click()
            story[file] = folder / (download.value.suggested_filename or file)
            # A file leaves the page where it is: nothing is said to be on its way.
            assert buyer.page.locator("html[data-waiting]").count() == 0
            download.value.save_as(story[file])
        grant = running_shop.one("select number from licensing_licencegrant where work_id = %s", story["work_id"])
        story["number"] = grant["number"]
        assert story["certificate.pdf"].read_bytes().startswith(b"%PDF")
        assert grant["number"] in story["certificate.json"].read_text()
        row = running_shop.one(
            "select sha256 from catalog_workfile f join catalog_workversion v on v.id = f.version_id"
            " where v.work_id = %s and role = 'original'",
            story["work_id"],
        )
        assert hashlib.sha256(story["work"].read_bytes()).hexdigest() == row["sha256"]

    def test_an_exclusive_licence_in_an_open_checkout_is_held_and_shown_so(self, buyer, person, running_shop, story):
        buyer.open(story["work_url"])
        buyer.page.get_by_role("button", name=re.compile("^Buy Exclusive", re.I)).click()
        buyer.agree_and_go_to_pay()
        other = person("Otto")
        other.open(story["work_url"])
        other.sees(re.compile("Somebody is buying the exclusive licence"))
        hold = running_shop.one(
            "select until - created_at < interval '31 minutes' short from licensing_licencehold"
            " where work_id = %s and released_at is null",
            story["work_id"],
        )
        assert hold["short"]
        buyer.open("/orders")
        buyer.page.get_by_role("link", name=re.compile("order|payment|Last light", re.I)).first.click()
        buyer.press("Cancel the order")
        buyer.sees("Cancelled.")
        other.open(story["work_url"])
        assert other.page.get_by_text("Somebody is buying the exclusive licence").count() == 0
