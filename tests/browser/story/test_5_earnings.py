"""Chapter five: the artist is paid."""

import pytest

pytestmark = pytest.mark.browser


class TestTheArtistIsPaid:
    def test_she_sees_the_sale_the_fee_and_the_payout(self, artist, running_shop, story):
        artist.open("/earnings")
        artist.sees("Last light, east harbour")
        for amount in ("$9.00", "−$0.63", "$8.37"):
            artist.sees(amount)

        def available() -> bool:
            artist.open("/earnings")
            return artist.page.get_by_role("button", name="Pay out $8.37 now").count() > 0

        running_shop.wait_for("the end of the holding time", available, timeout_s=240)
        artist.sees("It goes out with your next payout.")
        artist.press("Pay out $8.37 now")

        def paid_out() -> bool:
            artist.open("/earnings")
            return artist.page.locator("section", has_text="Payouts so far").get_by_text("$8.37").count() > 0

        running_shop.wait_for("the payout that she asked for", paid_out, timeout_s=240)
        running_shop.manage("check_ledger")
