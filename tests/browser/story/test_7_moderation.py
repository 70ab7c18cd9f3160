"""Chapter seven: a report, a decision, an appeal."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser


class TestModeration:
    def test_a_visitor_reports_it(self, visitor, running_shop, story):
        visitor.open(story["work_url"])
        visitor.page.get_by_role("link", name="Report this work").click()
        visitor.page.get_by_role("radio").first.check()
        visitor.page.get_by_label("Tell us more").fill("I have seen this before.")
        visitor.press("Send the report")
        row = running_shop.one("select details from moderation_report where work_id = %s", story["work_id"])
        assert row["details"] == "I have seen this before."

    def test_the_moderator_sees_it_in_the_queue_and_hides_it_with_a_reason(self, moderator, running_shop, story):
        moderator.sign_in("moderator@demo.atelier", running_shop.demo_password)
        self.open_from_the_queue(moderator)
        moderator.sees("I have seen this before.")
        moderator.page.get_by_label(re.compile("Your reason")).fill("Looks like another artist's harbour.")
        moderator.press("Hide the work")
        running_shop.wait_for(
            "the work to be hidden",
            lambda: (
                running_shop.one("select status from catalog_work where id = %s", story["work_id"])["status"]
                == "hidden"
            ),
        )

    def test_the_artist_reads_the_reason_and_appeals(self, artist, running_shop):
        letter = running_shop.outbox.wait_for(to=artist.email, subject="hidden")
        assert "Looks like another artist's harbour." in letter.text
        artist.open("/moderation/notices")
        artist.page.locator("main a[href*='/moderation/notices/']").first.click()
        artist.sees("Looks like another artist's harbour.")
        artist.page.get_by_label("Why is the decision wrong?").fill("I painted it myself, here is the recipe.")
        artist.press("Send the appeal")
        artist.sees("Your appeal")
        assert running_shop.one("select text from moderation_appeal")["text"].startswith("I painted it myself")

    def open_from_the_queue(self, moderator):
        moderator.open("/admin/moderation/reportedwork/")
        moderator.page.get_by_role("link", name="Last light, east harbour").first.click()

    def test_the_buyers_licence_stays_valid(self, buyer, visitor, story, running_shop):
        answer = visitor.page.request.get(f"{running_shop.url}{story['work_url']}")
        assert answer.status == 404
        visitor.open(f"/verify?number={story['number']}")
        visitor.sees("This licence is valid")
        buyer.open("/orders")
        buyer.sees("Last light, east harbour")
        with buyer.page.expect_download() as download:
            buyer.page.get_by_role("link", name=re.compile("Download")).first.click()
        assert Path(download.value.path()).read_bytes() == story["work"].read_bytes()

    def test_the_moderator_grants_the_appeal_and_the_work_is_back(
        self, moderator, artist, visitor, running_shop, story
    ):
        self.open_from_the_queue(moderator)
        moderator.sees(re.compile("I painted it myself"))
        moderator.page.get_by_label(re.compile("Your reason")).fill("The recipe convinces; we are sorry.")
        moderator.press("Show the work again")
        letter = running_shop.outbox.wait_for(to=artist.email, subject="appeal")
        assert "The recipe convinces" in letter.text
        visitor.open(story["work_url"])
        visitor.sees("Last light, east harbour")
        assert running_shop.one("select state from moderation_appeal")["state"] != "open"


def test_no_page_complained(artist, buyer, visitor, running_shop):
    of_the_shop = [
        line
        for someone in (artist, buyer, visitor)
        for line in someone.complaints
        if line.startswith(running_shop.url) and "404" not in line
    ]
    assert of_the_shop == []
