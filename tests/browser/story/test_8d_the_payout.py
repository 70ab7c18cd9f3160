"""Chapter eight, fourth part: the payout for which she asked has gone out meanwhile."""

import pytest

pytestmark = pytest.mark.browser


class TestTheArtistIsPaid:
    def test_she_sees_the_payout(self, artist, running_shop):
        def paid_out() -> bool:
            artist.open("/earnings")
            return artist.page.locator("section", has_text="Payouts so far").get_by_text("$8.37").count() > 0

        running_shop.wait_for("the payout that she asked for", paid_out, timeout_s=240)
        running_shop.manage("check_ledger")
