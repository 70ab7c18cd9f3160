"""Chapter five: what the artist earned. Chapters 8b and 8d pay it out: the shop looks each minute."""

import pytest

pytestmark = pytest.mark.browser


class TestTheArtistEarns:
    def test_she_sees_the_sale_and_the_fee(self, artist):
        artist.open("/earnings")
        artist.sees("Last light, east harbour")
        for amount in ("$9.00", "−$0.63", "$8.37"):
            artist.sees(amount)
