"""Chapter nine, second part: an artist's members, a work that is theirs alone, shares in a work, tax for the books."""

import re

import pytest

from tests.browser.person import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def fan(person):
    return person("Fanny")


@pytest.fixture(scope="module")
def clerk(person, running_shop):
    """Who reports the tax."""
    clerk = person("Clerk")
    running_shop.manage(
        "shell",
        "-c",
        "from marketplace.accounts.models import User; from allauth.account.models import EmailAddress;"
        f"u = User.objects.create_superuser({clerk.email!r}, {PASSWORD!r});"
        "EmailAddress.objects.create(user=u, email=u.email, verified=True, primary=True)",
    )
    clerk.sign_in(clerk.email, PASSWORD)
    return clerk


class TestTheTier:
    def test_the_artist_offers_one(self, artist):
        artist.open("/account/memberships")
        artist.sees("You offer no tiers yet.")
        artist.page.get_by_label("Name in English").fill("Studio friends")
        artist.page.get_by_label("Name in Chinese").fill("画室之友")
        artist.page.get_by_label("Price a month").fill("5")
        artist.press("Offer the tier")
        artist.sees(re.compile("takes members now"))

    def test_a_work_becomes_theirs_alone(self, artist, story):
        artist.open("/my/works")
        artist.page.get_by_role("link", name="For whom").first.click()
        artist.page.get_by_label("My members only").check()
        assert "Studio friends" in artist.page.get_by_label("From which tier").inner_text()
        artist.press("Save")
        artist.sees(re.compile("It is changed for whom"))
        row = artist.page.locator(".own-work").filter(has_text="For members").first
        story["members_work"] = row.locator("a.title").get_attribute("href")


class TestTheFan:
    def test_it_is_locked_for_strangers_with_the_way_in(self, fan, story):
        fan.open(story["members_work"])
        assert fan.page.locator(".locked-stage").count() == 1
        assert fan.page.locator("meta[property='og:image']").count() == 0
        fan.sign_up()
        fan.open(story["members_work"])
        fan.page.locator(".panel a.button").first.click()
        fan.sees("Studio friends")

    def test_it_reads_in_chinese_too(self, fan):
        fan.page.get_by_role("button", name="简体中文").click()
        fan.sees("画室之友")
        fan.page.get_by_role("button", name="English").click()
        fan.sees("Studio friends")

    def test_she_joins_and_sees_it(self, fan, story, running_shop):
        fan.page.get_by_label(re.compile("Begin the membership at once")).check()
        fan.press(re.compile("^Join for"))
        fan.page.wait_for_url(lambda url: url.startswith(running_shop.stripe_url))
        fan.pay()
        fan.back_in_the_shop()
        fan.sees("Active")
        fan.open(story["members_work"])
        assert fan.page.locator(".locked-stage").count() == 0
        running_shop.manage("check_ledger")

    def test_she_ends_it_with_what_is_paid(self, fan):
        fan.open("/memberships")
        fan.press("End the membership")
        fan.sees(re.compile("is not charged again"))

    def test_the_artist_sees_her_member(self, artist):
        artist.open("/account/memberships")
        artist.sees("Fanny")
        assert artist.page.locator("#member-count").inner_text() == "1"


class TestShares:
    def test_both_sides_have_a_page(self, artist):
        artist.open("/account/royalties")
        artist.open("/my/works")
        artist.page.get_by_role("link", name="Royalties").first.click()
        artist.sees("Offer a share")
        artist.page.get_by_label("Share of remixes in %").fill("15")
        artist.press("Save")
        artist.sees("Changed for remixes that are published from now on.")


class TestTax:
    def test_the_clerk_sees_each_quarter(self, clerk):
        clerk.open("/admin/billing/taxedpart/")
        clerk.sees(re.compile("tax", re.I))
