"""A person's referral link and what it brought, by program: her own, another's, a stranger's."""

import pytest
from rest_framework.test import APIClient

from marketplace.accounts.models import User
from marketplace.orders.models import ReferralLink
from marketplace.orders.services import note_click, referral_link_of
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.licensing import work_on_sale
from tests.orders.test_referrals import bought_by_link, time_passes

pytestmark = pytest.mark.django_db
REFERRALS, REWARDS = "/api/v1/referrals", "/api/v1/referrals/rewards"


def signed_in(person: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(person)
    return client


def test_the_link_is_made_once_and_leads_here(client):
    api = signed_in(UserFactory())
    told = api.get(REFERRALS).json()
    assert api.get(REFERRALS).json() == told
    link = ReferralLink.objects.get()
    assert (told["code"], told["share_basis_points"], told["window_days"]) == (link.code, 2000, 30)
    assert (told["clicks"], told["orders"], told["money"], told["credits"]) == (0, 0, [], 0)
    assert client.get(told["address"]).status_code == 302
    assert api.get(REFERRALS).json()["clicks"] == 1


def test_an_artist_earns_money():
    affiliate = ArtistFactory()
    link = referral_link_of(user=affiliate.user)
    note_click(code=link.code)
    work = work_on_sale()
    order = bought_by_link(link, work)
    api = signed_in(affiliate.user)
    told = api.get(REFERRALS).json()
    assert (told["clicks"], told["orders"]) == (1, 1)
    assert told["money"] == [{"amount_minor": 98, "currency": "USD"}]
    (reward,) = api.get(REWARDS).json()["results"]
    assert (reward["work"], reward["credits"], reward["credits_due_at"]) == (str(work.pk), 0, None)
    assert reward["earned"] == reward["share"] == {"amount_minor": 98, "currency": "USD"}
    assert order.buyer.email not in str(reward)
    assert str(order.buyer_id) not in str(reward)


def test_others_earn_credits_after_the_holding_time():
    person = UserFactory()
    bought_by_link(referral_link_of(user=person), work_on_sale())
    api = signed_in(person)
    assert api.get(REFERRALS).json()["credits_waiting"] == 1
    (waiting,) = api.get(REWARDS).json()["results"]
    assert (waiting["earned"], waiting["credits"]) == (None, 0)
    assert waiting["credits_due_at"] is not None
    time_passes()
    (granted,) = api.get(REWARDS).json()["results"]
    assert (granted["credits"], granted["credits_due_at"]) == (19, None)
    told = api.get(REFERRALS).json()
    assert (told["credits"], told["credits_waiting"], told["money"]) == (19, 0, [])


def test_nobody_else_sees_it():
    link = referral_link_of(user=ArtistFactory().user)
    bought_by_link(link, work_on_sale())
    other = signed_in(UserFactory())
    assert other.get(REWARDS).json()["results"] == []
    assert other.get(REFERRALS).json()["code"] != link.code
    for address in (REFERRALS, REWARDS):
        assert APIClient().get(address).status_code == 401
    assert ReferralLink.objects.count() == 2


def test_queries_do_not_grow_with_the_rewards(django_assert_max_num_queries):
    affiliate = ArtistFactory()
    link = referral_link_of(user=affiliate.user)
    for _n in range(4):
        bought_by_link(link, work_on_sale())
    api = signed_in(affiliate.user)
    with django_assert_max_num_queries(4):
        assert api.get(f"{REWARDS}?page_size=3").json()["count"] == 4
    with django_assert_max_num_queries(5):
        assert api.get(REFERRALS).json()["orders"] == 4
