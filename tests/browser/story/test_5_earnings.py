"""Chapter five: the artist is paid."""

import pytest

pytestmark = pytest.mark.browser


class TestTheArtistIsPaid:
    def test_she_sees_the_sale_the_fee_and_the_payout(self, artist, running_shop, story):
        artist.open("/earnings")
        artist.sees("Last light, east harbour")
        for amount in ("$9.00", "−$0.90", "$8.10"):
            artist.sees(amount)

        def paid_out() -> bool:
            artist.open("/earnings")
            return artist.page.locator("section", has_text="Payouts so far").get_by_text("$8.10").count() > 0

        running_shop.wait_for("the payout after the holding time", paid_out, timeout_s=240)
        running_shop.manage("check_ledger")
