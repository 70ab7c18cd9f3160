"""Chapter eight, second part: the holding time has ended while she painted, and she asks for her money."""

import pytest

pytestmark = pytest.mark.browser


class TestTheHoldingTimeHasEnded:
    def test_she_asks_for_her_payout(self, artist, running_shop):
        def available() -> bool:
            artist.open("/earnings")
            return artist.page.get_by_role("button", name="Pay out $8.37 now").count() > 0

        running_shop.wait_for("the end of the holding time", available, timeout_s=240)
        artist.sees("It goes out with your next payout.")
        artist.press("Pay out $8.37 now")
