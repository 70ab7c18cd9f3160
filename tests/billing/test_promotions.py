"""Discounts that the platform pays for: her share is that of the full price, and goes back as the sale does."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from billing.checks import ledger_figures
from billing.gateway import Dispute as DisputeFacts
from billing.models import AccountKind, Sale, Transaction
from billing.periods import month
from billing.selectors import artist_balance, balance_of, statement_of, totals_by_year
from billing.services import (
    mature_sales,
    note_dispute,
    platform_fee,
    record_promotion,
    record_referral,
    record_refund,
    record_refund_failed,
)
from billing.services.ledger import account_of
from marketplace.core.clock import now
from marketplace.core.money import Money
from tests.factories.accounts import ArtistFactory
from tests.factories.billing import sell


def usd(amount: int) -> Money:
    return Money(amount, "USD")


def amounts(artist) -> tuple[int, int, int]:
    found = artist_balance(artist)
    return (found.pending.amount_minor, found.available.amount_minor, found.debt.amount_minor)


def of_shop(kind: AccountKind) -> int:
    return balance_of(account_of(kind, "USD")).amount_minor


def faults() -> list[str]:
    return [figure.name for figure in ledger_figures() if figure.is_fault and figure.value]


def promoted(artist, price: int = 1500, discount: int = 500, **more) -> tuple[Sale, Sale]:
    sale = sell(artist, price, **more)
    part = record_promotion(sale=sale, discount=usd(discount))
    assert part is not None
    return sale, part


def dispute(sale: Sale, status: str, **more) -> DisputeFacts:
    known = {
        "id": "du_1",
        "payment_intent_id": "pi_1",
        "amount": sale.gross,
        "reason": "fraudulent",
        "status": status,
        "created": now(),
        "evidence_due_by": None,
        "is_withdrawn": True,
        "is_reinstated": False,
    }
    return DisputeFacts(**{**known, **more})


@pytest.mark.django_db
class TestPromotion:
    def test_she_gets_her_share_of_the_full_price_and_the_platform_bears_the_discount(self):
        artist = ArtistFactory()
        sale, part = promoted(artist)
        assert amounts(artist) == (1800, 0, 0)
        assert of_shop(AccountKind.PROMOTIONAL_COST) == -500
        assert of_shop(AccountKind.PLATFORM_FEES) == 200
        assert of_shop(AccountKind.CASH_AT_STRIPE) == -1500
        assert (part.order_ref, part.available_at, part.part_of) == (sale.order_ref, sale.available_at, sale)
        assert Transaction.objects.get(object_ref=part.line_ref).stripe_ref == ""
        assert record_promotion(sale=sale, discount=usd(500)) == part
        assert record_promotion(sale=sell(artist), discount=usd(0)) is None
        assert not faults()

    def test_what_cost_the_buyer_nothing_is_hers_all_the_same(self):
        artist = ArtistFactory()
        promoted(artist, 0, 2000, days_until_available=-1)
        mature_sales()
        assert amounts(artist) == (0, 1800, 0)
        assert not faults()

    def test_a_part_of_the_price_takes_the_same_part_of_it_back_once(self):
        artist = ArtistFactory()
        sale, part = promoted(artist)
        for _ in range(2):
            record_refund(line_ref=sale.line_ref, amount=usd(300), refund_ref="re_1")
        part.refresh_from_db()
        assert (part.state, part.refunded, part.deducted_refunded_minor) == ("pending", usd(100), 10)
        assert amounts(artist) == (1800 - 360, 0, 0)
        assert of_shop(AccountKind.PROMOTIONAL_COST) == -400
        record_refund_failed(line_ref=sale.line_ref, refund_ref="re_1")
        record_refund(line_ref=sale.line_ref, refund_ref="re_2")
        part.refresh_from_db()
        assert (part.state, of_shop(AccountKind.PROMOTIONAL_COST), amounts(artist)) == ("refunded", 0, (0, 0, 0))
        assert of_shop(AccountKind.PLATFORM_FEES) == 0
        assert not faults()

    def test_what_was_paid_out_is_owed(self):
        artist = ArtistFactory()
        sale, _part = promoted(artist, days_until_available=-1)
        mature_sales()
        assert amounts(artist) == (0, 1800, 0)
        record_refund(line_ref=sale.line_ref)
        assert amounts(artist) == (0, 0, 0)
        assert not faults()

    def test_a_lost_dispute_takes_it_back_and_a_won_one_leaves_it(self):
        for end, left in (({"status": "lost"}, 0), ({"status": "won", "is_reinstated": True}, 1800)):
            artist = ArtistFactory()
            payment = f"pi_{end['status']}"
            sale, part = promoted(artist, payment_ref=payment)
            facts = {"id": f"du_{end['status']}", "payment_intent_id": payment}
            note_dispute(dispute(sale, "needs_response", **facts))
            assert amounts(artist) == (0, 0, 0)
            for _ in range(2):
                note_dispute(dispute(sale, **{**facts, **end}))
            part.refresh_from_db()
            assert amounts(artist) == (left, 0, 0)
            assert part.refunded == (usd(500) if not left else usd(0))
            assert not faults()
        assert of_shop(AccountKind.PROMOTIONAL_COST) == -500

    def test_half_lost_after_a_refund_takes_its_part(self):
        artist = ArtistFactory()
        sale, part = promoted(artist, 1000, 999, payment_ref="pi_1")
        record_refund(line_ref=sale.line_ref, amount=usd(500), refund_ref="re_1")
        note_dispute(dispute(sale, "lost", amount=usd(250)))
        part.refresh_from_db()
        assert part.refunded == usd(749)
        record_refund(line_ref=sale.line_ref, refund_ref="re_2")
        part.refresh_from_db()
        assert (part.refunded, amounts(artist)) == (usd(999), (0, 0, 0))
        assert not faults()

    def test_the_statement_tells_it(self):
        artist = ArtistFactory()
        sale, _part = promoted(artist)
        record_refund(line_ref=sale.line_ref, amount=usd(300), refund_ref="re_1")
        period = month(now().date())
        lines = statement_of(artist, currency="USD", since=period.since, until=period.until).lines
        assert [(str(line.reason.label), line.gross, line.amount) for line in lines] == [
            ("Sale of a licence", usd(1500), usd(1350)),
            ("Discount paid by Atelier", usd(500), usd(450)),
            ("Refund of a sale", usd(-300), usd(-270)),
            ("Refund of a sale", usd(-100), usd(-90)),
        ]
        (year,) = totals_by_year(artist, "USD")
        assert (year.gross, year.fees, year.refunds, year.earned) == (usd(2000), usd(200), usd(360), usd(1440))


class TestEveryPrice(TestCase):
    @settings(deadline=None, max_examples=40)
    @given(st.integers(0, 9999), st.integers(1, 9999), st.lists(st.integers(1, 5000), max_size=3))
    def test_to_the_last_cent(self, price, discount, parts):
        artist = ArtistFactory()
        sale, part = promoted(artist, price, discount)
        full = usd(price + discount)
        assert amounts(artist)[0] == (full - platform_fee(full, artist)).amount_minor
        left = price
        for n, amount in enumerate(parts):
            if amount <= left:
                record_refund(line_ref=sale.line_ref, amount=usd(amount), refund_ref=f"re_{n}")
                left -= amount
        record_refund(line_ref=sale.line_ref, refund_ref="re_last")
        part.refresh_from_db()
        assert (part.refunded_minor, amounts(artist)) == (discount, (0, 0, 0))
        assert not faults()


@pytest.mark.django_db
def test_a_referral_is_no_more_than_the_fee():
    sale = sell(ArtistFactory(), 2000)
    with pytest.raises(ValueError, match=r"\$2.01 of a fee of \$2.00"):
        record_referral(sale=sale, affiliate=ArtistFactory(), share=usd(201))
    assert record_referral(sale=sale, affiliate=ArtistFactory(), share=usd(0)) is None


@pytest.mark.django_db(transaction=True)
def test_refunds_across_each_other_never_wait_in_a_circle():
    one, other = ArtistFactory(), ArtistFactory()
    sales = []
    for n in range(8):
        seller, affiliate = (one, other) if n % 2 else (other, one)
        sale, _part = promoted(seller, days_until_available=-1)
        record_referral(sale=sale, affiliate=affiliate, share=usd(30))
        sales.append(sale)

    def run(call):
        try:
            call()
        finally:
            connection.close()

    refunds = [partial(record_refund, line_ref=sale.line_ref, refund_ref="re_1") for sale in sales * 2]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(run, [mature_sales, *refunds, mature_sales]))
    for artist in (one, other):
        pending, available, debt = amounts(artist)
        assert (pending, available + debt) == (0, 0)
    assert of_shop(AccountKind.PLATFORM_FEES) == of_shop(AccountKind.PROMOTIONAL_COST) == 0
    assert not faults()
