"""Chapter one: an artist arrives."""

import pytest

pytestmark = pytest.mark.browser


class TestAnArtistArrives:
    def test_she_signs_up_and_confirms_by_a_real_message(self, artist, running_shop):
        artist.sign_up()
        artist.open("/account")
        artist.sees(artist.email)
        row = running_shop.one("select verified from account_emailaddress where email = %s", artist.email)
        assert row["verified"]

    def test_she_opens_a_storefront(self, artist, running_shop):
        artist.open("/storefront/open")
        artist.page.get_by_label("Name of the storefront").fill("Mei of the Sea")
        artist.page.get_by_label("Address of the storefront").fill("mei-of-the-sea")
        artist.page.get_by_label("About you").fill("Seas and skies.")
        artist.press("Open the storefront")
        artist.sees("Your storefront is open.")
        artist.open("/@mei-of-the-sea")
        artist.sees("Mei of the Sea")
        assert (
            running_shop.one("select name from accounts_artist where handle = 'mei-of-the-sea'")["name"]
            == "Mei of the Sea"
        )

    def test_she_is_onboarded_for_payouts_on_stripes_hosted_page(self, artist, running_shop):
        artist.open("/earnings")
        artist.press("Set up payouts")
        assert artist.page.url.startswith(running_shop.stripe_url)
        for label, value in {
            "First name": "Mei",
            "Last name": "Lin",
            "Date of birth": "1990-05-17",
            "Street and number": "12 Sea Road",
            "Postal code": "97201",
            "City": "Portland",
            "Tax number": "000000000",
            "Routing number": "110000000",
            "Account number": "000123456789",
        }.items():
            artist.page.get_by_label(label).fill(value)
        artist.page.get_by_role("checkbox").check()
        artist.press("Agree and submit")
        artist.back_in_the_shop()

        def ready() -> bool:
            artist.open("/earnings")
            return artist.page.get_by_text("Set up", exact=True).count() > 0

        running_shop.wait_for("payouts to be set up", ready)
        row = running_shop.one(
            "select p.payouts_enabled from billing_payoutaccount p"
            " join accounts_artist a on a.id = p.artist_id where a.handle = 'mei-of-the-sea'"
        )
        assert row["payouts_enabled"]

    def test_she_declares_how_she_sells(self, artist, running_shop):
        artist.open("/earnings/seller")
        artist.page.get_by_label("as a private person").check()
        artist.page.get_by_label("I offer here only works").check()
        artist.press("Declare")
        artist.sees("Your declaration is recorded with today's date.")
        row = running_shop.one(
            "select d.is_trader from billing_sellerdeclaration d"
            " join accounts_artist a on a.id = d.artist_id where a.handle = 'mei-of-the-sea'"
        )
        assert not row["is_trader"]
