"""Chapter nine: prices, the cart, a tip, a code, invoices, the portal, the statement's chart, the books."""

import re

import pytest

from tests.browser.person import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def guest(person):
    return person("Gina", narrow=True)


@pytest.fixture(scope="module")
def keeper(person, running_shop):
    """Who keeps the books."""
    keeper = person("Keeper")
    running_shop.manage(
        "shell",
        "-c",
        "from marketplace.accounts.models import User; from allauth.account.models import EmailAddress;"
        f"u = User.objects.create_superuser({keeper.email!r}, {PASSWORD!r});"
        "EmailAddress.objects.create(user=u, email=u.email, verified=True, primary=True)",
    )
    keeper.sign_in(keeper.email, PASSWORD)
    return keeper


def works_to_buy(guest, count):
    """The pages of works that are not sold yet."""
    guest.open("/search")
    found = [link.get_attribute("href") for link in guest.page.locator(".work-card a[href*='/works/']").all()]
    return list(dict.fromkeys(found))[-count:]


class TestPrices:
    def test_plans_and_packs_by_the_month_and_the_year(self, guest):
        guest.open("/pricing")
        for text in ("Studio", "Pro", "Club", "Credit packs", "$19.00"):
            guest.sees(text)
        guest.page.get_by_role("link", name="By the year").click()
        guest.sees(re.compile(r"\$190\.00"))


class TestTheCart:
    def test_a_guest_fills_it_and_sees_the_sum(self, guest):
        guest.open("/cart")
        guest.sees("Your cart is empty")
        for address in works_to_buy(guest, 2):
            guest.open(address)
            guest.press("Put into the cart")
            guest.sees(re.compile("is in your cart"))
        assert guest.page.locator(".lines > li").count() == 2

    def test_a_tip_changes_it(self, guest):
        guest.open("/cart")
        guest.page.get_by_role("link", name="Go on").click()
        guest.page.get_by_text("Leave a tip").click()
        guest.page.locator('input[name^="tip_"]').first.fill("2")
        guest.page.locator('input[name^="tip_"]').first.blur()
        guest.sees("$2.00")

    def test_nothing_goes_on_without_consent(self, guest):
        guest.page.get_by_label("Your e-mail address").fill(guest.email)
        guest.press("Go on to payment")
        guest.sees("Please agree to delivery at once.")

    def test_she_pays_once_and_holds_both(self, guest, running_shop):
        guest.agree_and_go_to_pay()
        guest.pay()
        guest.back_in_the_shop()
        guest.sees("Paid. The licences are yours.")
        assert guest.page.get_by_role("link", name="Download the file").count() == 2
        sold = running_shop.one(
            "select count(*) n, count(distinct order_ref) orders from billing_sale where kind = 'sale'"
            " and order_ref = (select 'order:' || id from orders_order order by created_at desc limit 1)"
        )
        assert (sold["n"], sold["orders"]) == (3, 1), "two licences and a tip"
        running_shop.manage("check_ledger")

    def test_the_invoice_comes_with_the_order(self, guest, running_shop):
        def shown() -> bool:
            guest.page.reload()
            return guest.page.get_by_role("link", name=re.compile("INV-|Invoice")).count() > 0

        running_shop.wait_for("the invoice", shown)
        with guest.page.expect_download() as download:
            guest.page.get_by_role("link", name=re.compile("INV-|Invoice")).first.click()
        assert download.value.path().read_bytes().startswith(b"%PDF")


class TestTheArtist:
    def test_she_makes_a_code(self, artist):
        artist.open("/my/discounts")
        artist.page.get_by_label("Code", exact=True).fill("STORY")
        artist.page.get_by_label("Share off each price, in %").fill("10")
        artist.press("Make the code")
        artist.sees("STORY can be used from now on.")

    def test_the_portal_shows_her_payments(self, artist, running_shop):
        artist.open("/credits")
        artist.press("Open the payment page")
        artist.page.wait_for_url(lambda url: url.startswith(running_shop.stripe_url))

    def test_invoices_earnings_and_the_chart(self, artist):
        artist.open("/invoices")
        artist.sees(re.compile("INV-"))
        artist.open("/earnings")
        artist.sees("Payouts so far")
        artist.open("/earnings/statement")
        assert artist.page.locator("svg").count() >= 1


class TestTheBooks:
    def test_the_ledger_is_compared_with_stripes(self, keeper, running_shop):
        keeper.open("/admin/billing/reconciliation/")
        keeper.press(re.compile("Compare", re.I))

        def compared() -> bool:
            keeper.open("/admin/billing/reconciliation/")
            return keeper.page.get_by_text("Not compared yet").count() == 0

        running_shop.wait_for("the comparison", compared)
        assert keeper.page.locator("#differences-open").inner_text() == "0"
