"""Referrals: a share of the platform's fee, as money or credits; never for oneself; back with the sale."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from billing.checks import ledger_figures
from billing.gateway import Dispute as DisputeFacts
from billing.models import AccountKind, Sale
from billing.selectors import artist_balance, balance_of, credits_available, totals_by_year
from billing.services import mature_sales, note_dispute, record_refund, release_credits, reserve_credits
from billing.services.ledger import account_of
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.orders.basket import GiftWish, WantedTip
from marketplace.orders.errors import ReferralLinkNotFound
from marketplace.orders.models import Referral, ReferralLink, ReferralReward
from marketplace.orders.selectors import referral_totals
from marketplace.orders.services import note_click, referral_link_of, settle_reward
from marketplace.orders.services.checkout.claiming import claim_order
from marketplace.orders.services.referrals import rewards_due
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.licensing import work_on_sale
from tests.factories.orders import CONSENT
from tests.orders.baskets import basket_of, paid, usd


def bought_by_link(link, *works, buyer=None, **more):
    """A paid order of commercial licences ($49.00, a fee of $4.90) that came by ``link``."""
    basket = basket_of(*works, code="commercial", **more)
    buyer = buyer or UserFactory()
    return paid(claim_order(buyer=buyer, basket=basket, consent=CONSENT, is_known=True, referral_code=link.code))


def sale_of(order) -> Sale:
    return Sale.objects.get(line_ref=order.lines.get().reference)


def fees() -> int:
    return balance_of(account_of(AccountKind.PLATFORM_FEES, "USD")).amount_minor


def faults() -> list[str]:
    return [figure.name for figure in ledger_figures() if figure.is_fault and figure.value]


def time_passes():
    """All holding times are over."""
    Sale.objects.update(available_at=now() - timedelta(seconds=1))
    ReferralReward.objects.exclude(credits_due_at=None).update(credits_due_at=now() - timedelta(seconds=1))
    mature_sales()
    for line_id in rewards_due():
        settle_reward(line_id=line_id)


@pytest.mark.django_db
class TestAnArtist:
    def test_gets_her_share_of_the_fee_as_money(self):
        affiliate, work = ArtistFactory(), work_on_sale()
        link = referral_link_of(user=affiliate.user)
        order = bought_by_link(link, work)
        assert artist_balance(affiliate).pending == usd(98)
        assert artist_balance(work.artist).pending == usd(4410)
        assert fees() == 490 - 98
        reward = ReferralReward.objects.get()
        assert (reward.part.part_of, reward.part.deducted_minor) == (sale_of(order), 0)
        time_passes()
        assert artist_balance(affiliate).available == usd(98)
        (year,) = totals_by_year(affiliate, "USD")
        assert (year.gross, year.fees, year.earned) == (usd(98), usd(0), usd(98))
        assert not faults()

    def test_gives_it_back_with_the_sale_in_proportion(self):
        affiliate = ArtistFactory()
        order = bought_by_link(referral_link_of(user=affiliate.user), work_on_sale())
        record_refund(line_ref=sale_of(order).line_ref, amount=usd(2450), refund_ref="re_1")
        assert artist_balance(affiliate).pending == usd(49)
        time_passes()
        record_refund(line_ref=sale_of(order).line_ref, refund_ref="re_2")
        assert artist_balance(affiliate).available == usd(0)
        assert fees() == 0
        assert referral_totals(referral_link_of(user=affiliate.user)).money == (usd(0),)
        assert not faults()

    def test_loses_it_with_a_lost_dispute(self):
        affiliate = ArtistFactory()
        order = bought_by_link(referral_link_of(user=affiliate.user), work_on_sale())
        facts = DisputeFacts(
            id="du_1",
            payment_intent_id=order.payment_intent_id,
            amount=usd(4900),
            reason="fraudulent",
            status="lost",
            created=now(),
            evidence_due_by=None,
            is_withdrawn=True,
            is_reinstated=False,
        )
        for _ in range(2):
            note_dispute(facts)
        assert artist_balance(affiliate).pending == usd(0)
        assert fees() == 0
        assert not faults()


@pytest.mark.django_db
class TestWhoHasNoStorefront:
    def test_gets_credits_once_the_holding_time_is_over(self):
        user = UserFactory()
        order = bought_by_link(referral_link_of(user=user), work_on_sale())
        settle_reward(line_id=order.lines.get().pk)
        assert (credits_available(user), rewards_due()) == (0, [])
        for _ in range(2):
            time_passes()
        assert credits_available(user) == 98 // 5
        assert referral_totals(referral_link_of(user=user)).credits == 19
        assert fees() == 490
        assert not faults()

    def test_gets_fewer_or_none_for_what_was_refunded_before(self):
        user = UserFactory()
        link = referral_link_of(user=user)
        half, whole = (bought_by_link(link, work_on_sale()) for _n in range(2))
        record_refund(line_ref=sale_of(half).line_ref, amount=usd(2450), refund_ref="re_1")
        record_refund(line_ref=sale_of(whole).line_ref, refund_ref="re_2")
        time_passes()
        assert credits_available(user) == 49 // 5
        assert not faults()

    def test_gives_back_what_is_not_spent(self):
        user = UserFactory()
        order = bought_by_link(referral_link_of(user=user), work_on_sale())
        line_id = order.lines.get().pk
        time_passes()
        record_refund(line_ref=sale_of(order).line_ref, amount=usd(2450), refund_ref="re_1")
        for _ in range(2):
            settle_reward(line_id=line_id)
        assert credits_available(user) == 9
        reserve_credits(user=user, amount=4, object_ref="job:1")
        record_refund(line_ref=sale_of(order).line_ref, refund_ref="re_2")
        for _ in range(2):
            settle_reward(line_id=line_id)
        assert credits_available(user) == 0
        release_credits(object_ref="job:1")
        assert ReferralReward.objects.get().credits_left == 4
        assert not faults()


@pytest.mark.django_db
class TestWhoGetsNothing:
    def test_the_buyer_of_her_own_order(self):
        user = UserFactory()
        bought_by_link(referral_link_of(user=user), work_on_sale(), buyer=user)
        assert not Referral.objects.exists()
        assert not ReferralReward.objects.exists()

    def test_whoever_gets_it_as_a_gift(self):
        user = UserFactory()
        bought_by_link(referral_link_of(user=user), work_on_sale(), gift=GiftWish(user.email))
        assert not ReferralReward.objects.exists()

    def test_the_artist_of_her_own_works_but_for_others_in_the_same_order(self):
        mine, anothers = work_on_sale(), work_on_sale()
        bought_by_link(referral_link_of(user=mine.artist.user), mine, anothers)
        assert ReferralReward.objects.get().line.work == anothers
        assert artist_balance(mine.artist).pending == usd(4410 + 98)

    def test_for_a_tip(self):
        affiliate, work = ArtistFactory(), work_on_sale()
        bought_by_link(referral_link_of(user=affiliate.user), work, tips=(WantedTip(work.artist, usd(5000)),))
        assert artist_balance(affiliate).pending == usd(98)

    def test_who_is_blocked_and_where_there_is_no_such_link(self):
        user = UserFactory()
        link = referral_link_of(user=user)
        type(user).objects.filter(pk=user.pk).update(is_active=False)
        bought_by_link(link, work_on_sale())
        bought_by_link(ReferralLink(code="nobodys"), work_on_sale())
        assert not Referral.objects.exists()

    def test_where_the_platform_gives_no_share(self, settings):
        settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"referral_share_basis_points": 0})
        bought_by_link(referral_link_of(user=UserFactory()), work_on_sale())
        assert not Referral.objects.exists()


@pytest.mark.django_db
def test_a_share_is_that_of_the_day_of_the_order(settings):
    affiliate, buyer, basket = ArtistFactory(), UserFactory(), basket_of(work_on_sale(), code="commercial")
    code = referral_link_of(user=affiliate.user).code
    order = claim_order(buyer=buyer, basket=basket, consent=CONSENT, is_known=True, referral_code=code)
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"referral_share_basis_points": 9000})
    paid(order)
    paid(order)
    assert artist_balance(affiliate).pending == Money(98, "USD")


@pytest.mark.django_db
def test_clicks_are_counted_on_links_that_there_are():
    link = referral_link_of(user=UserFactory())
    note_click(code=link.code)
    assert note_click(code=link.code).clicks == 2
    with pytest.raises(ReferralLinkNotFound):
        note_click(code="nobodys")


@pytest.mark.django_db(transaction=True)
def test_at_once_there_is_one_link_and_one_grant():
    user = UserFactory()

    def at_once(call):
        def run(_n):
            try:
                return call()
            finally:
                connection.close()

        with ThreadPoolExecutor(6) as pool:
            return list(pool.map(run, range(6)))

    links = at_once(lambda: referral_link_of(user=user))
    assert len({link.code for link in links}) == ReferralLink.objects.count() == 1
    order = bought_by_link(links[0], work_on_sale())
    ReferralReward.objects.update(credits_due_at=now() - timedelta(seconds=1))
    line_id = order.lines.get().pk
    at_once(lambda: settle_reward(line_id=line_id))
    assert credits_available(user) == 19
    record_refund(line_ref=sale_of(order).line_ref, refund_ref="re_1")
    at_once(lambda: settle_reward(line_id=line_id))
    assert credits_available(user) == 0
    assert not faults()
