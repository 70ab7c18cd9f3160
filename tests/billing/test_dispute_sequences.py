"""Disputes, refunds, wins and losses of one sale of a few cents, in any sequence: nothing breaks, no unit is lost."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import event, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from billing.checks import ledger_figures
from billing.gateway import Dispute as DisputeFacts
from billing.models import AccountKind, DisputedSale, Entry, Sale
from billing.services import mature_sales, note_dispute, record_refund, record_royalties
from billing.services.shares import gone_of
from marketplace.core.clock import now
from marketplace.core.money import Money
from tests.factories.accounts import ArtistFactory
from tests.factories.billing import sell

pytestmark = pytest.mark.django_db
# What an artist's money is in: nothing else may change by a sale that is gone or kept.
_HERS = ("artist_pending", "artist_available", "artist_reserve", "artist_debt")

OTHER_SALE = 1000


def usd(amount: int) -> Money:
    return Money(amount, "USD")


def on(*kinds: str, artist=None) -> int:
    entries = Entry.objects.filter(account__kind__in=kinds)
    if artist is not None:
        entries = entries.filter(account__artist=artist)
    return sum(entries.values_list("amount_minor", flat=True))


def faults() -> dict[str, int]:
    return {figure.name: figure.value for figure in ledger_figures() if figure.is_fault and figure.value}


@dataclass
class Told:
    """What Stripe has said of the sale: ``disputes`` that are open, by number; ``lost`` and ``refunded`` in cents."""

    sale: Sale
    disputes: dict[int, int] = field(default_factory=dict)
    begun: int = 0
    lost: int = 0
    refunded: int = 0

    def dispute(self, amount: int) -> None:
        amount = min(amount, self.sale.gross_minor - self.lost - sum(self.disputes.values()))
        if amount:
            self.begun += 1
            self.disputes[self.begun] = amount
            self._say(self.begun, amount)

    def refund(self, amount: int) -> None:
        amount = min(amount, self.sale.gross_minor - self.refunded)
        if amount:
            self.refunded += amount
            record_refund(line_ref=self.sale.line_ref, amount=usd(amount), refund_ref=f"re_{self.refunded}")

    def close(self, which: int, *, is_won: bool) -> None:
        if not self.disputes:
            return
        number = sorted(self.disputes)[which % len(self.disputes)]
        amount = self.disputes.pop(number)
        self.lost += 0 if is_won else amount
        self._say(number, amount, "won" if is_won else "lost")

    def _say(self, number: int, amount: int, status: str = "needs_response") -> None:
        note_dispute(
            DisputeFacts(
                id=f"du_{number}",
                payment_intent_id="pi_1",
                amount=usd(amount),
                reason="fraudulent",
                status=status,
                created=now(),
                evidence_due_by=now() + timedelta(days=9),
                is_withdrawn=True,
                is_reinstated=status == "won",
            )
        )


def test_a_second_dispute_after_a_refund_and_a_win_takes_what_is_left():
    """The parts of the first two were rounded together: what is left of the fee must not fall below nothing."""
    told = Told(sell(ArtistFactory(), 13, fee=usd(2), payment_ref="pi_1"))
    told.dispute(3)
    told.refund(8)
    told.close(0, is_won=True)
    told.dispute(1)
    assert DisputedSale.objects.get(dispute="du_2").amount_minor == 1
    assert not faults()
    told.close(0, is_won=False)
    sale = Sale.objects.get()
    assert (sale.refunded_minor, sale.deducted_refunded_minor) == (9, gone_of(2, sale))
    assert not faults()


def test_a_dispute_gives_up_cents_of_which_none_are_the_artists():
    """Then nothing moves in the ledger, and a transaction without entries is refused by the database."""
    told = Told(sell(ArtistFactory(), 1, fee=usd(1), payment_ref="pi_1"))
    told.dispute(1)
    told.refund(1)
    told.close(0, is_won=False)
    sale = Sale.objects.get()
    assert (sale.refunded_minor, sale.disputed_minor, on(AccountKind.DISPUTE_LOSSES)) == (1, 0, -1)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert not faults()


@pytest.mark.parametrize("is_refund_first", [False, True])
@pytest.mark.parametrize("won", [0, 1, 2])
def test_three_disputes_of_what_a_refund_has_left_cost_the_artist_the_price_once(won, is_refund_first):
    """Three claims of a cent where two are left: whichever the bank decides for the shop, the other two are hers."""
    told = Told(sell(ArtistFactory(), 16, fee=usd(0), payment_ref="pi_1"))
    if is_refund_first:
        told.refund(14)
    for _ in range(3):
        told.dispute(1)
    if not is_refund_first:
        told.refund(14)
    for number in range(3):
        told.close(0, is_won=number == won)
    sale = Sale.objects.get()
    assert (sale.refunded_minor, sale.state, sale.held_minor) == (16, Sale.State.REFUNDED, 0)
    assert on(AccountKind.DISPUTE_LOSSES) == 0
    assert on(AccountKind.DISPUTES_OPEN) == 0
    assert not faults()


_AMOUNTS = st.integers(1, 40)
_STEPS = st.one_of(
    st.tuples(st.just("dispute"), _AMOUNTS),
    st.tuples(st.just("refund"), _AMOUNTS),
    st.tuples(st.just("win"), st.integers(0, 3)),
    st.tuples(st.just("lose"), st.integers(0, 3)),
)


class TestAnySequence(TestCase):
    @settings(deadline=None, max_examples=60)
    @given(
        price=st.integers(1, 40),
        parts=st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 6), st.integers(0, 6)),
        is_mature=st.booleans(),
        steps=st.lists(_STEPS, min_size=1, max_size=9),
        ends=st.lists(st.booleans(), min_size=9, max_size=9),
    )
    def test_nothing_breaks_and_every_unit_is_somewhere(self, price, parts, is_mature, steps, ends):
        tax = min(parts[0], price)
        fee = min(parts[1], price - tax)
        royalties = [min(parts[2], price - tax - fee)]
        royalties.append(min(parts[3], price - tax - fee - royalties[0]))
        # The platform's fee is what rounding leaves of a part: of a sale without a fee it can be a unit below nothing.
        sell(ArtistFactory(), OTHER_SALE, payment_ref="pi_other")
        artist, parents = ArtistFactory(), [ArtistFactory(), ArtistFactory()]
        sale = sell(
            artist,
            price,
            tax=usd(tax),
            fee=usd(fee),
            royalties=usd(sum(royalties)),
            payment_ref="pi_1",
            days_until_available=-1 if is_mature else 7,
        )
        record_royalties(sale=sale, shares={p: usd(r) for p, r in zip(parents, royalties, strict=True)})
        if is_mature:
            mature_sales()
        told = Told(sale)
        for step, number in steps:
            if step == "dispute":
                told.dispute(number)
            elif step == "refund":
                told.refund(number)
            else:
                told.close(number, is_won=step == "win")
        for is_won in ends:
            told.close(0, is_won=is_won)
        assert not faults()

        sale.refresh_from_db()
        gone = min(price, told.refunded + told.lost)
        event(f"gone: {'all' if gone == price else 'a part' if gone else 'nothing'}; disputes: {min(told.begun, 3)}")
        assert (sale.refunded_minor, sale.disputed_minor, sale.held_minor) == (gone, 0, 0)
        assert on(AccountKind.DISPUTES_OPEN) == 0
        assert on(*_HERS, artist=artist) == sale.net_left.amount_minor
        assert (sale.deducted_refunded_minor, sale.tax_refunded_minor) == (
            gone_of(sale.deducted_minor, sale),
            gone_of(sale.tax_minor, sale),
        )
        assert on(AccountKind.TAX_COLLECTED) == sale.tax_minor - sale.tax_refunded_minor
        assert sum(on(*_HERS, artist=each) for each in parents) == sum(royalties) - gone_of(sum(royalties), sale)
        # What went out twice, to the buyer and to her bank, is the shop's loss and nobody else's.
        assert -on(AccountKind.DISPUTE_LOSSES) == told.refunded + told.lost - gone
        assert -on(AccountKind.CASH_AT_STRIPE) == OTHER_SALE + price - told.refunded - told.lost
