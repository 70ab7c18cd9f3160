"""What came with a sale (a discount of the shop's, a referral, royalties) is held, freed and lost as the sale is."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from billing.checks import ledger_figures
from billing.gateway import Dispute as DisputeFacts
from billing.models import AccountKind, Entry, Reason, Sale
from billing.selectors import artist_balance, payout_holds
from billing.services import (
    mature_sales,
    note_dispute,
    record_promotion,
    record_referral,
    record_refund,
    record_royalties,
)
from billing.services.ledger import account_of, post
from marketplace.core.clock import now
from marketplace.core.money import Money
from tests.factories.accounts import ArtistFactory
from tests.factories.billing import sell

pytestmark = pytest.mark.django_db


def usd(cents: int) -> Money:
    return Money(cents, "USD")


def on(kind: AccountKind, artist=None) -> int:
    entries = Entry.objects.filter(account__kind=kind)
    if artist is not None:
        entries = entries.filter(account__artist=artist)
    return sum(entries.values_list("amount_minor", flat=True))


def reserve(artist) -> int:
    return on(AccountKind.ARTIST_RESERVE, artist)


def amounts(artist) -> tuple[int, int, int]:
    found = artist_balance(artist)
    return (found.pending.amount_minor, found.available.amount_minor, found.debt.amount_minor)


def faults() -> list[str]:
    return [figure.name for figure in ledger_figures() if figure.is_fault and figure.value]


class People:
    """A sale of $15 with $5 of the shop's, royalties of a tenth of both, and a referral of 50 cents."""

    def __init__(self, price: int = 1500, discount: int = 500, days: float = 7) -> None:
        self.artist, self.parent, self.affiliate = ArtistFactory(), ArtistFactory(), ArtistFactory()
        self.all = (self.artist, self.parent, self.affiliate)
        of_sale, of_discount = usd(price // 10), usd(discount // 10)
        self.payment = f"pi_{self.artist.pk}"
        self.sale = sell(self.artist, price, payment_ref=self.payment, days_until_available=days, royalties=of_sale)
        promotion = record_promotion(sale=self.sale, discount=usd(discount), royalties=of_discount)
        record_royalties(sale=self.sale, shares={self.parent: of_sale})
        if promotion is not None:
            record_royalties(sale=promotion, shares={self.parent: of_discount})
        record_referral(sale=self.sale, affiliate=self.affiliate, share=usd(min(50, self.sale.fee.amount_minor)))

    def dispute(self, amount: int, status: str = "needs_response") -> None:
        """Say how the dispute of the payment stands at Stripe."""
        note_dispute(
            DisputeFacts(
                id=f"du_{self.artist.pk}",
                payment_intent_id=self.payment,
                amount=usd(amount),
                reason="fraudulent",
                status=status,
                created=now(),
                evidence_due_by=now() + timedelta(days=9),
                is_withdrawn=True,
                is_reinstated=status == "won",
            )
        )

    def refund(self, amount: int) -> None:
        record_refund(line_ref=self.sale.line_ref, amount=usd(amount), refund_ref=f"re_{self.artist.pk}")

    def amounts(self) -> list[tuple[int, int, int]]:
        return [amounts(one) for one in self.all]

    def reserves(self) -> list[int]:
        return [reserve(one) for one in self.all]


def test_all_that_came_with_a_sale_is_held_and_says_why():
    people = People()
    assert people.amounts() == [(1600, 0, 0), (200, 0, 0), (50, 0, 0)]
    for _ in range(2):
        people.dispute(1500)
    assert people.reserves() == [1600, 200, 50]
    assert people.amounts() == [(0, 0, 0)] * 3
    assert not faults()
    (hold,) = [one for one in payout_holds(people.affiliate) if one.amount == usd(50)]
    assert hold.reason == "Referral: the buyer's bank disputes the payment that it came from."
    assert None not in (hold.since, hold.until)
    of_parent = [one for one in payout_holds(people.parent) if one.reason.startswith("Royalty")]
    assert sorted(one.amount.amount_minor for one in of_parent) == [50, 150]
    mature_sales()
    assert people.amounts() == [(0, 0, 0)] * 3


@pytest.mark.parametrize("is_mature", [False, True])
@pytest.mark.parametrize("status", ["won", "lost"])
def test_won_gives_it_back_and_lost_takes_it_for_good(status, is_mature):
    people = People(days=-1 if is_mature else 7)
    if is_mature:
        mature_sales()
    before = people.amounts()
    for stands in ("needs_response", status, status):
        people.dispute(1500, stands)
    assert people.reserves() == [0, 0, 0]
    assert people.amounts() == (before if status == "won" else [(0, 0, 0)] * 3)
    assert on(AccountKind.PROMOTIONAL_COST) == (-500 if status == "won" else 0)
    states = set(Sale.objects.values_list("state", flat=True))
    assert (states == {"refunded"}) == (status == "lost")
    assert not faults()


def test_a_part_of_the_price_holds_the_same_part():
    people = People()
    people.dispute(500)
    assert people.reserves() == [534, 67, 17]
    people.dispute(500, "lost")
    assert people.reserves() == [0, 0, 0]
    assert people.amounts() == [(1600 - 534, 0, 0), (200 - 67, 0, 0), (50 - 17, 0, 0)]
    assert not faults()


def test_what_was_paid_out_already_is_owed_until_the_bank_decides():
    people = People(days=-1)
    mature_sales()
    available = account_of(AccountKind.ARTIST_AVAILABLE, "USD", artist=people.affiliate)
    away = account_of(AccountKind.CASH_AT_STRIPE, "USD")
    post(object_ref="payout:1", effect="sent", reason=Reason.PAYOUT, entries=[(available, -50), (away, 50)])
    people.dispute(1500)
    assert (amounts(people.affiliate), reserve(people.affiliate)) == ((0, 0, 50), 50)
    people.dispute(1500, "won")
    assert (amounts(people.affiliate), reserve(people.affiliate)) == ((0, 0, 0), 0)
    assert not faults()


def test_a_refund_heard_of_during_the_dispute_frees_what_it_takes():
    """Part of the price had gone back before the bank took all of it; we hear of the two in either order."""
    ends = []
    for first, second in (("refund", "dispute"), ("dispute", "refund")):
        people = People()
        steps = {"refund": lambda p=people: p.refund(400), "dispute": lambda p=people: p.dispute(1500)}
        steps[first]()
        steps[second]()
        ends.append((people.reserves(), people.amounts()))
        people.dispute(1500, "lost")
        ends[-1] += (people.reserves(), people.amounts())
        assert not faults()
    assert ends[0] == ends[1]
    assert ends[0][2:] == ([0, 0, 0], [(0, 0, 0)] * 3)


def test_a_referral_goes_back_with_the_fee_that_it_came_from():
    """A part of a small sale takes all of its fee back: the referral paid out of it must not stay."""
    people = People(10, 0)
    people.dispute(1)
    people.refund(2)
    assert (on(AccountKind.PLATFORM_FEES), amounts(people.affiliate)) == (0, (0, 0, 0))
    assert not faults()
    people.dispute(1, "won")
    assert not faults()


class AnyDispute(TestCase):
    """Whatever is refunded and disputed, won or lost: the books are whole, and nothing stays in reserve."""

    @settings(deadline=None, max_examples=60)
    @given(
        price=st.integers(10, 10**5),
        discount=st.integers(0, 10**4),
        refunded=st.integers(0, 100),
        disputed=st.integers(1, 100),
        status=st.sampled_from(["won", "lost"]),
        is_mature=st.booleans(),
        is_late=st.booleans(),
    )
    def test_it_adds_up(
        self, price: int, discount: int, refunded: int, disputed: int, status: str, is_mature: bool, is_late: bool
    ) -> None:
        people = People(price, discount, days=-1 if is_mature else 7)
        if is_mature:
            mature_sales()
        amount = max(1, price * disputed // 100)
        people.dispute(amount)
        assert not faults()
        if is_late:
            people.refund(price * refunded // 100)
            assert not faults()
        people.dispute(amount, status)
        assert people.reserves() == [0, 0, 0]
        if status == "won":
            people.refund(0 if is_late else price)
            if not is_late:
                assert people.amounts() == [(0, 0, 0)] * 3
        assert not faults()
