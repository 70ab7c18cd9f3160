"""The tax of an order, from checkout to refund: on top of its prices or in them, by Stripe's word line by line."""

from dataclasses import replace
from datetime import timedelta

import pytest

from billing.checks import ledger_figures
from billing.gateway import CheckoutTaxes, Refund, Taxed
from billing.gateway import Dispute as DisputeFacts
from billing.models import AccountKind, Entry, Sale, TaxedPart
from billing.selectors import statement_of
from billing.services import mature_sales, note_dispute
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.licensing.models import LicenceEnding
from marketplace.orders.basket import WantedTip
from marketplace.orders.models import DiscountCode, LineReturn, Order
from marketplace.orders.services import ask_refund, decide_refund, note_returned
from marketplace.orders.services.payment import settle_payment
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.licensing import licence_in, work_on_sale
from tests.orders.baskets import basket_of, claimed, usd
from tests.orders.test_holding import decided, suspicious

pytestmark = pytest.mark.django_db
DE, REVERSED = ("DE", 1900, "standard_rated"), ("FR", 0, "reverse_charge")


def moved(kind: AccountKind) -> int:
    return sum(Entry.objects.filter(account__kind=kind).values_list("amount_minor", flat=True))


def faults() -> list[str]:
    return [figure.name for figure in ledger_figures() if figure.is_fault and figure.value]


def taxed(ref: str, asked: Money, *, rate=DE, inclusive=False) -> Taxed:
    """A line as Stripe taxes it, rounded half up."""
    base = 10_000 + rate[1] if inclusive else 10_000
    tax = Money((2 * asked.amount_minor * rate[1] + base) // (2 * base), asked.currency)
    return Taxed(ref, asked, asked if inclusive else asked + tax, tax, *rate)


def taxes_of(order: Order, *, tax_id: str = "", **how) -> CheckoutTaxes:
    parts = [(line.reference, line.price) for line in order.lines.all()]
    parts += [(tip.reference, tip.amount) for tip in order.tips.all()]
    return CheckoutTaxes(tuple(taxed(ref, asked, **how) for ref, asked in parts), tax_id)


def settled(order: Order, taxes: CheckoutTaxes, paid: Money | None = None) -> Order:
    total = sum(line.paid.amount_minor for line in taxes.lines)
    return settle_payment(
        order_id=order.pk,
        session_id=f"cs_{order.pk}",
        payment_intent_id=f"pi_{order.pk}",
        paid=paid or Money(total, order.currency),
        taxes=taxes,
    )


def ended(order: Order) -> bool:
    return LicenceEnding.objects.filter(grant=order.lines.get().grant).exists()


def refund(order: Order, amount: Money, number: int = 1) -> None:
    """Ask for it, grant it, and let Stripe say that it arrived."""
    line = order.lines.get()
    asked = ask_refund(buyer=order.buyer, line_id=line.pk, reason="other", amount=amount)
    decide_refund(decider=line.work.artist.user, request_id=asked.pk, grants=True)
    note_returned(
        request_id=asked.pk,
        refund=Refund(f"re_{number}", "succeeded", amount, order.payment_intent_id, f"refund_request:{asked.pk}"),
    )


def test_tax_on_top_is_paid_beside_the_price_and_owed_to_the_authorities():
    order = claimed(basket_of(work_on_sale(), price_tax="exclusive"))
    order = settled(order, taxes_of(order))
    assert (order.state, order.total, order.tax, order.paid) == ("paid", usd(1200), usd(228), usd(1428))
    line = order.lines.get()
    assert (line.price, line.tax, line.paid) == (usd(1200), usd(228), usd(1428))
    sale = Sale.objects.get()
    assert (sale.gross, sale.tax, sale.fee, sale.net) == (usd(1428), usd(228), usd(120), usd(1080))
    assert (moved(AccountKind.TAX_COLLECTED), moved(AccountKind.CASH_AT_STRIPE)) == (228, -1428)
    part = TaxedPart.objects.get()
    assert (part.object_ref, part.place, part.basis_points, part.paid_minor) == (line.reference, "DE", 1900, 1428)
    assert faults() == []


def test_tax_in_the_price_is_taken_from_what_is_shared():
    order = claimed(basket_of(work_on_sale(), price_tax="inclusive"))
    order = settled(order, taxes_of(order, inclusive=True))
    assert (order.state, order.paid, order.tax, order.tax_added) == ("paid", usd(1200), usd(192), usd(0))
    sale = Sale.objects.get()
    assert (sale.gross, sale.tax, sale.fee, sale.net) == (usd(1200), usd(192), usd(101), usd(907))
    assert faults() == []


@pytest.mark.parametrize(("inclusive", "paid", "tax"), [(False, 1428, 228), (True, 1200, 192)])
def test_refunds_in_parts_take_the_tax_back_in_proportion_and_all_of_it_with_the_last(inclusive, paid, tax):
    how = "inclusive" if inclusive else "exclusive"
    order = claimed(basket_of(work_on_sale(), price_tax=how))
    order = settled(order, taxes_of(order, inclusive=inclusive))
    refund(order, usd(paid // 4), 1)
    assert moved(AccountKind.TAX_COLLECTED) == tax - tax // 4
    assert not ended(order)
    refund(order, usd(paid - paid // 4), 2)
    assert moved(AccountKind.TAX_COLLECTED) == moved(AccountKind.CASH_AT_STRIPE) == 0
    assert ended(order)
    assert faults() == []


@pytest.mark.parametrize("end", ["won", "lost"])
def test_a_dispute_takes_the_tax_only_where_it_is_lost(end):
    order = claimed(basket_of(work_on_sale(), price_tax="exclusive"))
    order = settled(order, taxes_of(order))
    opened = DisputeFacts(
        id="du_1",
        payment_intent_id=order.payment_intent_id,
        amount=order.paid,
        reason="fraudulent",
        status="needs_response",
        created=now(),
        evidence_due_by=now() + timedelta(days=9),
        is_withdrawn=True,
        is_reinstated=False,
    )
    note_dispute(opened)
    assert moved(AccountKind.TAX_COLLECTED) == 228
    note_dispute(replace(opened, status=end, is_reinstated=end == "won"))
    assert moved(AccountKind.TAX_COLLECTED) == (228 if end == "won" else 0)
    assert faults() == []


def test_her_statement_speaks_of_the_price_without_tax():
    order = claimed(basket_of(work_on_sale(), price_tax="inclusive"))
    order = settled(order, taxes_of(order, inclusive=True))
    refund(order, usd(600))
    artist = order.lines.get().work.artist
    day = timedelta(days=1)
    found = statement_of(artist, currency="USD", since=now() - day, until=now() + day)
    sold, back = found.lines
    assert (sold.gross, sold.fee, sold.amount) == (usd(1008), usd(101), usd(907))
    assert (back.gross, back.fee) == (usd(-504), usd(-50))
    assert back.amount == back.gross - back.fee


def test_the_artists_share_without_tax_can_be_paid_out():
    order = claimed(basket_of(work_on_sale(), price_tax="exclusive"))
    order = settled(order, taxes_of(order))
    Sale.objects.update(available_at=now() - timedelta(days=1))
    assert mature_sales() == 1
    kept = moved(AccountKind.ARTIST_AVAILABLE) + moved(AccountKind.ARTIST_ROLLING_RESERVE)
    assert kept == 1080
    assert faults() == []


def test_tips_are_taxed_like_licences():
    artist = ArtistFactory()
    tips = (WantedTip(artist, usd(500)),)
    order = claimed(basket_of(work_on_sale(artist=artist), tips=tips, price_tax="exclusive"))
    order = settled(order, taxes_of(order))
    assert order.paid == usd(1428 + 595)
    tip = order.tips.get()
    assert (tip.tax, tip.paid) == (usd(95), usd(595))
    assert Sale.objects.get(line_ref=tip.reference).tax == usd(95)
    assert faults() == []


def test_a_line_that_cannot_be_given_goes_back_with_its_tax():
    buyer, one, other = UserFactory(), work_on_sale(), work_on_sale()
    order = claimed(basket_of(one, other, price_tax="exclusive"), buyer=buyer)
    licence_in(one, holder=buyer)
    order = settled(order, taxes_of(order))
    assert order.state == "paid"
    assert LineReturn.objects.get().amount == usd(1428)
    assert (moved(AccountKind.REFUNDS_DUE), moved(AccountKind.TAX_COLLECTED)) == (1428, 228)
    assert faults() == []


def test_a_reversed_charge_is_paid_without_tax_and_noted():
    order = claimed(basket_of(work_on_sale(), price_tax="exclusive"))
    order = settled(order, taxes_of(order, rate=REVERSED, tax_id="FR40303265045"))
    assert (order.state, order.paid, order.tax) == ("paid", usd(1200), usd(0))
    part = TaxedPart.objects.get()
    assert (part.reason, part.buyer_tax_id, part.tax_minor) == ("reverse_charge", "FR40303265045", 0)
    assert moved(AccountKind.TAX_COLLECTED) == 0


def _another_price(taxes: CheckoutTaxes) -> CheckoutTaxes:
    (line,) = taxes.lines
    return replace(taxes, lines=(replace(line, asked=line.asked - usd(100), paid=line.paid - usd(100)),))


def _another_line(taxes: CheckoutTaxes) -> CheckoutTaxes:
    return replace(taxes, lines=(replace(taxes.lines[0], reference="order_line:another"),))


def _half_a_tax_on_top(taxes: CheckoutTaxes) -> CheckoutTaxes:
    return replace(taxes, lines=(replace(taxes.lines[0], paid=taxes.lines[0].paid - usd(100)),))


def _none(taxes: CheckoutTaxes) -> CheckoutTaxes:
    return replace(taxes, lines=())


@pytest.mark.parametrize("changed", [_another_price, _another_line, _half_a_tax_on_top, _none])
@pytest.mark.parametrize("paid", [1200, 1428])
def test_what_was_not_asked_for_is_refused_and_goes_back_whole(changed, paid):
    order = claimed(basket_of(work_on_sale(), price_tax="exclusive"))
    order = settled(order, changed(taxes_of(order)), usd(paid))
    assert (order.state, order.refusal) == ("refund_due", "amount_differs")
    assert not Sale.objects.exists()
    assert not TaxedPart.objects.exists()
    assert (moved(AccountKind.REFUNDS_DUE), moved(AccountKind.TAX_COLLECTED)) == (paid, 0)


def test_less_than_price_and_tax_is_refused():
    order = claimed(basket_of(work_on_sale(), price_tax="exclusive"))
    order = settled(order, taxes_of(order), usd(1427))
    assert (order.state, order.refusal) == ("refund_due", "amount_differs")


def test_a_payment_told_twice_is_booked_once():
    order = claimed(basket_of(work_on_sale(), price_tax="exclusive"))
    taxes = taxes_of(order)
    settled(order, taxes)
    settled(order, taxes)
    assert (moved(AccountKind.TAX_COLLECTED), TaxedPart.objects.count(), Sale.objects.count()) == (228, 1, 1)


def test_the_platform_pays_the_artist_its_discount_without_the_tax_in_it():
    DiscountCode.objects.create(code="HALF", share_basis_points=5000)
    order = claimed(replace(basket_of(work_on_sale(), price_tax="inclusive"), code="HALF"))
    order = settled(order, taxes_of(order, inclusive=True))
    sale, promotion = Sale.objects.get(kind="sale"), Sale.objects.get(kind="promotion")
    assert (sale.gross, sale.tax) == (usd(600), usd(96))
    # Of the full 12.00 the tax would be 1.92, and her share 9.07 of 10.08.
    assert promotion.gross == usd(504)
    assert sale.net + promotion.net == usd(907)
    assert faults() == []


@pytest.mark.parametrize(("approves", "state", "tax"), [(True, "paid", 228), (False, "refund_due", 0)])
def test_a_held_payment_waits_with_its_tax(approves, state, tax):
    order = claimed(basket_of(work_on_sale(), price_tax="exclusive"), buyer=suspicious())
    order = settled(order, taxes_of(order))
    assert (order.state, order.paid, moved(AccountKind.PAYMENTS_HELD)) == ("held", usd(1428), 1428)
    assert moved(AccountKind.TAX_COLLECTED) == 0
    order = decided(order, approves=approves)
    assert (order.state, order.tax) == (state, usd(228))
    assert (moved(AccountKind.PAYMENTS_HELD), moved(AccountKind.TAX_COLLECTED)) == (0, tax)
    assert moved(AccountKind.REFUNDS_DUE) == (0 if approves else 1428)
    assert faults() == []
