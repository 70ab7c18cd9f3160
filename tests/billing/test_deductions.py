"""What of a sale is not its artist's: tax for the authorities, royalties for others, the fee; all go back with it."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from billing.checks import ledger_figures
from billing.gateway import Dispute as DisputeFacts
from billing.models import AccountKind, Entry, Sale
from billing.selectors import artist_balance
from billing.services import mature_sales, note_dispute, record_promotion, record_refund, record_royalties
from marketplace.accounts.models import Artist
from marketplace.core.clock import now
from marketplace.core.money import Money
from tests.factories.accounts import ArtistFactory
from tests.factories.billing import sell

pytestmark = pytest.mark.django_db


def usd(cents: int) -> Money:
    return Money(cents, "USD")


def on(kind: AccountKind) -> int:
    """What all accounts of a kind have moved."""
    return sum(Entry.objects.filter(account__kind=kind).values_list("amount_minor", flat=True))


def hers(artist: Artist) -> int:
    found = artist_balance(artist)
    return found.pending.amount_minor + found.available.amount_minor - found.debt.amount_minor


def faults() -> list[str]:
    return [figure.name for figure in ledger_figures() if figure.is_fault and figure.value]


def dispute(sale: Sale, **more: object) -> DisputeFacts:
    known = {
        "id": "du_1",
        "payment_intent_id": "pi_1",
        "amount": sale.gross,
        "reason": "fraudulent",
        "status": "needs_response",
        "created": now(),
        "evidence_due_by": now() + timedelta(days=9),
        "is_withdrawn": True,
        "is_reinstated": False,
    }
    return DisputeFacts(**{**known, **more})


def test_the_fee_is_taken_from_the_price_without_tax_and_the_tax_is_owed_to_the_authorities():
    artist = ArtistFactory()
    sale = sell(artist, 2380, tax=usd(380))
    assert (sale.fee, sale.tax, sale.net, sale.taxable) == (usd(200), usd(380), usd(1800), usd(2000))
    assert (on(AccountKind.TAX_COLLECTED), on(AccountKind.PLATFORM_FEES), hers(artist)) == (380, 200, 1800)


def test_royalties_are_handed_on_at_once_and_go_back_with_the_sale():
    seller, parent, friend = ArtistFactory(), ArtistFactory(), ArtistFactory()
    sale = sell(seller, 2380, tax=usd(380), royalties=usd(500))
    record_royalties(sale=sale, shares={parent: usd(301), friend: usd(199)})
    assert (sale.fee, sale.royalties, sale.net) == (usd(200), usd(500), usd(1300))
    assert [hers(each) for each in (seller, parent, friend)] == [1300, 301, 199]
    record_refund(line_ref=sale.line_ref, amount=usd(1190), refund_ref="re_half")
    assert [hers(each) for each in (seller, parent, friend)] == [650, 151, 100]
    assert (on(AccountKind.TAX_COLLECTED), on(AccountKind.ROYALTIES_DUE)) == (190, 0)
    record_refund(line_ref=sale.line_ref, refund_ref="re_rest")
    assert [hers(each) for each in (seller, parent, friend)] == [0, 0, 0]
    kinds = (AccountKind.TAX_COLLECTED, AccountKind.ROYALTIES_DUE, AccountKind.PLATFORM_FEES)
    assert [on(kind) for kind in kinds] == [0, 0, 0]
    assert faults() == []


def test_a_lost_dispute_takes_tax_and_royalties_back_and_one_that_is_won_nothing():
    seller, parent = ArtistFactory(), ArtistFactory()
    sale = sell(seller, 2380, tax=usd(380), royalties=usd(500), payment_ref="pi_1")
    record_royalties(sale=sale, shares={parent: usd(500)})
    note_dispute(dispute(sale))
    note_dispute(dispute(sale, status="won", is_reinstated=True))
    assert (hers(seller), hers(parent), on(AccountKind.TAX_COLLECTED)) == (1300, 500, 380)
    note_dispute(dispute(sale, id="du_2"))
    note_dispute(dispute(sale, id="du_2", status="lost"))
    assert (hers(seller), hers(parent), on(AccountKind.TAX_COLLECTED)) == (0, 0, 0)
    assert (on(AccountKind.ROYALTIES_DUE), on(AccountKind.PLATFORM_FEES)) == (0, 0)
    assert faults() == []


def test_what_was_paid_out_of_a_royalty_is_owed_when_the_sale_goes_back():
    seller, parent = ArtistFactory(), ArtistFactory()
    sale = sell(seller, 2000, royalties=usd(500), days_until_available=-1)
    record_royalties(sale=sale, shares={parent: usd(500)})
    assert mature_sales() == 2
    record_refund(line_ref=sale.line_ref)
    assert (hers(seller), hers(parent)) == (0, 0)
    assert faults() == []


def test_a_promotions_royalties_go_back_with_the_sale_that_it_belongs_to():
    seller, parent = ArtistFactory(), ArtistFactory()
    sale = sell(seller, 1000, royalties=usd(90))
    record_royalties(sale=sale, shares={parent: usd(90)})
    promotion = record_promotion(sale=sale, discount=usd(1000), royalties=usd(90))
    assert promotion is not None
    record_royalties(sale=promotion, shares={parent: usd(90)})
    assert (hers(seller), hers(parent), on(AccountKind.PLATFORM_FEES)) == (1620, 180, 200)
    record_refund(line_ref=sale.line_ref, amount=usd(500), refund_ref="re_half")
    assert (hers(seller), hers(parent), on(AccountKind.PLATFORM_FEES)) == (810, 90, 100)
    record_refund(line_ref=sale.line_ref, refund_ref="re_rest")
    assert (hers(seller), hers(parent), on(AccountKind.PLATFORM_FEES)) == (0, 0, 0)
    assert faults() == []


def test_royalties_that_are_not_all_of_it_or_the_sellers_own_are_refused():
    seller, parent = ArtistFactory(), ArtistFactory()
    sale = sell(seller, 2000, royalties=usd(500))
    for wrong in ({parent: usd(499)}, {seller: usd(500)}, {}):
        with pytest.raises(ValueError, match="royalt"):
            record_royalties(sale=sale, shares=wrong)
    with pytest.raises(ValueError, match="do not fit"):
        sell(seller, 2000, tax=usd(1000), royalties=usd(901))
    assert hers(parent) == 0


class AnyParts(TestCase):
    """Whatever tax, royalties and parts: when all is gone nobody has kept or lost a unit."""

    @settings(deadline=None, max_examples=30)
    @given(
        price=st.integers(1, 10**6),
        tax=st.integers(0, 10**5),
        percent=st.integers(0, 90),
        first=st.integers(0, 100),
        parts=st.lists(st.integers(1, 10**6), max_size=5),
    )
    def test_parts_add_up_to_the_whole(self, price: int, tax: int, percent: int, first: int, parts: list[int]) -> None:
        before = {kind: on(kind) for kind in (AccountKind.PLATFORM_FEES, AccountKind.TAX_COLLECTED)}
        seller, others = ArtistFactory(), [ArtistFactory(), ArtistFactory()]
        royalties = price * 9 // 10 * percent // 100
        sale = sell(seller, price + tax, tax=usd(tax), royalties=usd(royalties))
        shares = [royalties * first // 100, royalties - royalties * first // 100]
        record_royalties(sale=sale, shares=dict(zip(others, map(usd, shares), strict=True)))
        for number, part in enumerate(parts):
            asked = usd(min(part, sale.left.amount_minor))
            sale = record_refund(line_ref=sale.line_ref, amount=asked, refund_ref=f"re_{sale.pk}_{number}")
            assert on(AccountKind.ROYALTIES_DUE) == 0
            assert hers(seller) == sale.net_left.amount_minor >= 0
            assert abs(sale.tax_refunded_minor - tax * sale.refunded_minor / sale.gross_minor) <= 0.5
        record_refund(line_ref=sale.line_ref, refund_ref=f"re_{sale.pk}_rest")
        assert [hers(each) for each in (seller, *others)] == [0, 0, 0]
        assert {kind: on(kind) for kind in before} == before
