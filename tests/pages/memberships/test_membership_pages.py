"""An artist's tiers, joining on the page, a member's own page; by owner, member, other member and stranger."""

import re
from datetime import timedelta

import pytest

from marketplace.core.clock import now
from marketplace.memberships.models import Membership, Tier
from tests.billing.conftest import run_jobs, shop, wait_for_event  # noqa: F401
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.billing import sell
from tests.factories.memberships import member_in, offered_tier, pay_month, price_of
from tests.memberships.members import join_and_pay, pay

pytestmark = pytest.mark.django_db


@pytest.fixture
def artist(db):
    return ArtistFactory(name="Aoi", handle="aoi")


@pytest.fixture
def tier(artist):
    return offered_tier(artist, 1, 500, 5000, name_en="Friend", name_zh_hans="朋友", description_en="All sketches")


def signed_in(client, user=None):
    user = user or UserFactory()
    client.force_login(user)
    return user


class TestTheArtistsPage:
    def test_visitors_see_the_tiers(self, client, tier):
        page = client.get("/artists/aoi/membership").text
        assert "Friend" in page
        assert "All sketches" in page
        assert "$5.00" in page
        assert "Sign up and join" in page
        page = client.get("/artists/aoi/membership?interval=year").text
        assert "$50.00" in page
        assert "you save $10.00" in page
        assert "朋友" in client.get("/artists/aoi/membership", headers={"accept-language": "zh-hans"}).text
        assert 'href="/artists/aoi/membership"' in client.get("/@aoi").text

    def test_a_blocked_artist_has_none(self, client, tier, artist):
        artist.user.is_active = False
        artist.user.save()
        assert client.get("/artists/aoi/membership").status_code == 404
        assert client.get("/artists/nobody/membership").status_code == 404

    def test_without_tiers_there_is_no_button(self, client, artist):
        assert "Become a member" not in client.get("/@aoi").text
        assert "No tiers are offered at the moment." in client.get("/artists/aoi/membership").text

    def test_the_artist_cannot_join_herself(self, client, tier, artist):
        signed_in(client, artist.user)
        page = client.get("/artists/aoi/membership").text
        assert "Join for" not in page
        assert "/account/memberships" in page
        answer = client.post(f"/memberships/join/{price_of(tier).pk}", {"consent": "1"})
        assert answer.status_code == 403
        assert not Membership.objects.exists()

    def test_consent_is_needed(self, client, tier):
        signed_in(client)
        answer = client.post(f"/memberships/join/{price_of(tier).pk}")
        assert answer.status_code == 400
        assert "Tick the box above the button" in answer.text
        assert not Membership.objects.exists()

    def test_a_stranger_signs_in_first(self, client, tier):
        answer = client.post(f"/memberships/join/{price_of(tier).pk}", {"consent": "1"})
        assert (answer.status_code, "/accounts/login" in answer.url) == (302, True)

    def test_a_member_sees_how_hers_stands(self, client, tier, artist):
        offered_tier(artist, 2, 1500, name_en="Patron")
        member_in(tier, signed_in(client))
        page = client.get("/artists/aoi/membership").text
        assert "You are a member: Friend." in page
        assert "Your tier" in page
        assert "Change to Patron" in page
        assert "Join for" not in page


@pytest.mark.django_db(transaction=True)
def test_joining_changing_and_leaving_on_the_pages(client, shop, artist, tier, wait_for_event):  # noqa: F811
    high = offered_tier(artist, 2, 1500, name_en="Patron")
    user = signed_in(client)
    answer = client.post(f"/memberships/join/{price_of(tier).pk}", {"consent": "1"})
    row = Membership.objects.get()
    waiting = client.get(f"/memberships?paid={row.pk}").text
    assert f"/memberships/{row.pk}/state" in waiting
    assert client.get(f"/memberships/{row.pk}/state").status_code == 200
    pay(answer.url)
    wait_for_event("invoice.paid")
    assert client.get(f"/memberships/{row.pk}/state").headers["HX-Redirect"] == "/memberships"
    page = client.get("/memberships").text
    assert "You are a member of Aoi." in page
    assert "It renews on" in page

    address = f"/memberships/{row.pk}/change/{price_of(high).pk}"
    page = client.get(address).text
    assert "What is charged now" in page
    fields = dict(re.findall(r'<input type="hidden" name="(at|due|currency)" value="([^"]*)"', page))
    assert client.post(address, {**fields, "due": "1"}).status_code == 409
    assert client.post(address, {**fields, "at": "x"}).status_code == 409
    assert client.post(address, fields).url == "/memberships"
    assert "You have Patron now." in client.get("/memberships").text

    page = client.get(f"/memberships/{row.pk}/change/{price_of(tier).pk}").text
    assert "Nothing is charged now. You keep what you have until" in page
    fields = dict(re.findall(r'<input type="hidden" name="(at|due|currency)" value="([^"]*)"', page))
    client.post(f"/memberships/{row.pk}/change/{price_of(tier).pk}", fields)
    assert "it changes to Friend, Monthly" in client.get("/memberships").text
    client.post(f"/memberships/{row.pk}/stay")
    assert "it changes to" not in client.get("/memberships").text

    client.post(f"/memberships/{row.pk}/leave")
    page = client.get("/memberships").text
    assert "and is not charged again." in page
    assert "It ends on" in client.get("/artists/aoi/membership").text
    client.post(f"/memberships/{row.pk}/keep")
    assert "Your membership goes on." in client.get("/memberships").text
    assert client.get(f"/memberships/{row.pk}/card").status_code == 302
    assert user.memberships.get().price.tier == high


@pytest.mark.django_db(transaction=True)
def test_others_reach_nothing_of_it(client, shop, artist, tier, wait_for_event):  # noqa: F811
    row = join_and_pay(UserFactory(), tier).membership
    wait_for_event("invoice.paid")
    other = member_in(tier).user
    for who in (None, other, artist.user):
        client.logout()
        if who is not None:
            client.force_login(who)
        wanted = 302 if who is None else 404
        assert client.get(f"/memberships/{row.pk}/state").status_code == wanted
        assert client.get(f"/memberships/{row.pk}/card").status_code == wanted
        assert client.get(f"/memberships/{row.pk}/change/{price_of(tier).pk}").status_code == wanted
        for what in ("leave", "keep", "stay", f"change/{price_of(tier).pk}"):
            fields = {"at": "1", "due": "1", "currency": "USD"}
            answer = client.post(f"/memberships/{row.pk}/{what}", fields)
            assert answer.status_code in ({302} if who is None else {404, 409}), what
    row.refresh_from_db()
    assert (row.state, row.cancel_at_period_end) == ("active", False)


class TestMyTiers:
    FIELDS = {"level": "2", "name_en": "Patron", "currency": "USD", "monthly": "15", "annual": "150.50"}

    def test_a_tier_is_offered_edited_closed_and_opened(self, client, artist):
        signed_in(client, artist.user)
        assert "You offer no tiers yet." in client.get("/account/memberships").text
        assert client.post("/account/memberships", self.FIELDS).url == "/account/memberships"
        tier = Tier.objects.get()
        page = client.get("/account/memberships").text
        assert "$15.00" in page
        assert "$150.50" in page
        answer = client.post(f"/account/memberships/{tier.pk}", {"name_en": "Saint", "monthly": "20"})
        assert answer.url == "/account/memberships"
        tier.refresh_from_db()
        assert (tier.name_en, str(price_of(tier).amount)) == ("Saint", "$20.00")
        client.post(f"/account/memberships/{tier.pk}/switch")
        assert "Level 2, closed" in client.get("/account/memberships").text
        client.post(f"/account/memberships/{tier.pk}/switch", {"to": "open"})
        tier.refresh_from_db()
        assert tier.is_open

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"name_en": ""}, "A tier needs a name"),
            ({"monthly": ""}, "A tier needs a price a month."),
            ({"currency": "JPY"}, "This currency has no smaller unit"),
            ({"monthly": "0.10"}, "A price lies between"),
            ({"level": "9"}, "Select a valid choice"),
        ],
    )
    def test_what_is_wrong_is_said(self, client, artist, change, said):
        signed_in(client, artist.user)
        answer = client.post("/account/memberships", {**self.FIELDS, **change})
        assert answer.status_code == 422
        assert said in answer.text
        assert not Tier.objects.exists()

    def test_a_level_twice_is_said(self, client, artist):
        signed_in(client, artist.user)
        offered_tier(artist, 2)
        answer = client.post("/account/memberships", self.FIELDS)
        assert answer.status_code == 422
        assert "another tier of level 2" in answer.text

    def test_another_artist_and_a_stranger_change_nothing(self, client, tier):
        signed_in(client, ArtistFactory().user)
        assert client.get(f"/account/memberships/{tier.pk}").status_code == 404
        assert client.post(f"/account/memberships/{tier.pk}", {"name_en": "X", "monthly": "9"}).status_code == 404
        assert client.post(f"/account/memberships/{tier.pk}/switch").status_code == 404
        client.logout()
        assert client.post(f"/account/memberships/{tier.pk}/switch").status_code == 302
        tier.refresh_from_db()
        assert (tier.is_open, tier.name_en) == (True, "Friend")

    def test_members_and_income_are_told_by_name_alone(self, client, artist, tier):
        signed_in(client, artist.user)
        member = member_in(tier, UserFactory(display_name="Mei"), paid=True)
        member_in(tier, UserFactory(display_name="Gone"), state="canceled", ended_because="left", ended_at=now())
        page = client.get("/account/memberships").text
        assert "Mei" in page
        assert "Gone" in page
        assert "Ended by the member" in page
        assert member.user.email not in page
        assert "$4.50" in page
        assert re.search(r'id="member-count">1<', page)


class TestBoundedQueries:
    def test_my_tiers(self, client, artist, tier, django_assert_max_num_queries):
        signed_in(client, artist.user)
        for level in (2, 3, 4):
            offered_tier(artist, level, 500, 5000)
        for _ in range(30):
            member_in(tier)
        with django_assert_max_num_queries(16):
            assert client.get("/account/memberships").text.count("<tr>") == 26

    def test_the_artists_page(self, client, artist, tier, django_assert_max_num_queries):
        for level in (2, 3, 4):
            offered_tier(artist, level, 500, 5000)
        member_in(tier, signed_in(client))
        with django_assert_max_num_queries(12):
            client.get("/artists/aoi/membership")

    def test_my_memberships(self, client, django_assert_max_num_queries):
        user = signed_in(client)
        for _ in range(12):
            member_in(offered_tier(), user)
        with django_assert_max_num_queries(10):
            assert client.get("/memberships").text.count("<article") == 12

    def test_earnings_and_statement_name_the_tier(self, client, artist, tier, django_assert_max_num_queries):
        signed_in(client, artist.user)
        for _ in range(3):
            member_in(tier, paid=True)
        client.get("/earnings")

        def queries_of(address):
            from django.db import connection
            from django.test.utils import CaptureQueriesContext

            with CaptureQueriesContext(connection) as seen:
                page = client.get(address)
            return len(seen), page.content.decode()

        period = f"{now():%Y-%m}"
        addresses = ["/earnings", f"/earnings/statement?period={period}", f"/earnings/statement.csv?period={period}"]
        few = {}
        for address in addresses:
            few[address], page = queries_of(address)
            assert page.count("Membership: Friend") == 3
        for _ in range(9):
            pay_month(member_in(tier))
        sell(artist)
        for address in addresses:
            many, page = queries_of(address)
            assert page.count("Membership: Friend") == 12
            assert many == few[address], address


def test_an_overdue_member_sees_until_when(client, tier):
    row = member_in(tier, signed_in(client), state="past_due", grace_ends_at=now() + timedelta(days=3))
    page = client.get("/memberships").text
    assert "The last payment did not go through." in page
    row.benefits_ended_at = now()
    row.save()
    assert "is closed to you" in client.get("/memberships").text
