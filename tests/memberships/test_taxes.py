"""Memberships with Stripe Tax: each payment is a sale with its tax, which is neither the artist's nor the shop's."""

from datetime import timedelta

import pytest

from billing.checks import ledger_figures
from billing.models import AccountKind, Document, Entry, Sale, TaxedPart
from billing.selectors import artist_balance
from billing.services import save_billing_details
from marketplace.core.clock import now
from marketplace.memberships.models import MembershipChange, MembershipPayment, TaxedTierPrice
from marketplace.memberships.services import change_membership, make_change, offer_change
from tests.billing.subscribers import GOOD_CARD, advance_clock, stripe_api, utc
from tests.demo.localstripe.server import card_form, visit
from tests.factories.memberships import price_of
from tests.memberships.members import begin

pytestmark = pytest.mark.django_db(transaction=True)
HOME = {"line1": "1 Example Street", "city": "Berlin", "country": "DE"}


@pytest.fixture
def with_tax(shop, settings):
    """Stripe Tax is on, and visitors are in Germany."""
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"stripe_tax": True, "default_country": "DE"})


@pytest.fixture
def taxed_member(with_tax, user, clock, low, wait_for_event, run_jobs):
    """A member at 5.00, in which there are 0.80 of tax (19 %)."""
    started = begin(user, low)
    assert visit(started.checkout_url, card_form(GOOD_CARD, **HOME)).status == 303
    wait_for_event("invoice.paid")
    run_jobs()
    started.membership.refresh_from_db()
    return started.membership


def moved(kind):
    return sum(Entry.objects.filter(account__kind=kind).values_list("amount_minor", flat=True))


def sales():
    return list(Sale.objects.order_by("created_at").values_list("gross_minor", "tax_minor", "deducted_minor"))


def faults():
    return [figure.name for figure in ledger_figures() if figure.is_fault and figure.value]


def test_each_payment_is_a_sale_with_its_tax_and_says_so(taxed_member, artist, clock, wait_for_event, run_jobs):
    assert taxed_member.price_tax == "inclusive"
    advance_clock(clock, utc(2027, 3, 1))
    wait_for_event("invoice.paid", count=2)
    run_jobs()
    # Of 4.20 without tax the platform has a tenth.
    assert sales() == [(500, 80, 122)] * 2
    assert moved(AccountKind.TAX_COLLECTED) == 160
    assert artist_balance(artist).pending.amount_minor == 2 * 378
    assert list(TaxedPart.objects.values_list("place", "basis_points", "tax_minor")) == [("DE", 1900, 80)] * 2
    for invoice in Document.objects.all():
        assert (invoice.total.amount_minor, invoice.tax.amount_minor) == (500, 80)
        assert invoice.facts.lines[0].name.startswith("Membership of Aoi, Friend, ")
    assert faults() == []


def test_a_refund_gives_the_tax_back(taxed_member, artist, wait_for_event, run_jobs):
    payment = MembershipPayment.objects.get()
    stripe_api().v1.refunds.create({"payment_intent": payment.payment_ref})
    wait_for_event("refund.created")
    run_jobs()
    assert moved(AccountKind.TAX_COLLECTED) == 0
    assert artist_balance(artist).pending.amount_minor == 0
    note = Document.objects.get(kind="credit_note")
    assert (note.total.amount_minor, note.tax.amount_minor) == (500, 80)
    assert faults() == []


def test_another_tier_is_taxed_alike(taxed_member, user, high, wait_for_event, run_jobs):
    price = price_of(high, "month")
    offer = offer_change(user=user, membership_id=taxed_member.pk, price_id=price.pk)
    change_membership(user=user, membership_id=taxed_member.pk, price_id=price.pk, at=offer.at, expected=offer.due)
    wait_for_event("invoice.paid", count=2)
    run_jobs()
    taxed_member.refresh_from_db()
    assert taxed_member.price == price
    sale = Sale.objects.order_by("created_at").last()
    assert sale.gross == offer.due
    assert sale.tax_minor == moved(AccountKind.TAX_COLLECTED) - 80
    assert 0 < sale.tax_minor < sale.gross_minor // 5
    assert faults() == []


def test_where_tax_is_added_at_the_till_she_pays_it_on_top(with_tax, user, clock, low, wait_for_event, run_jobs):
    save_billing_details(user=user, name="Ann", street="1 Road", postcode="10001", city="New York", country="US")
    started = begin(user, low)
    assert started.membership.price_tax == "exclusive"
    assert visit(started.checkout_url, card_form(GOOD_CARD, **HOME)).status == 303
    wait_for_event("invoice.paid")
    run_jobs()
    assert sales() == [(595, 95, 145)]
    assert Document.objects.get().tax.amount_minor == 95


def test_a_price_is_made_once_of_each_kind_and_without_tax_nothing_is_said(with_tax, user, low, settings):
    begin(user, low)
    begin(user, low)
    assert TaxedTierPrice.objects.count() == 1
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"stripe_tax": False})
    again = begin(user, low)
    assert again.membership.price_tax == ""
    assert TaxedTierPrice.objects.count() == 1


def test_a_change_that_failed_is_not_made_once_its_offer_is_over(member, high):
    change = MembershipChange.objects.create(
        membership=member,
        from_price=member.price,
        to_price=price_of(high, "month"),
        is_at_once=True,
        effective_at=now(),
    )
    for minutes, state in ((31, "asked"), (36, "withdrawn")):
        MembershipChange.objects.update(created_at=now() - timedelta(minutes=minutes))
        assert make_change(change_id=change.pk).state == state
    assert stripe_api().v1.invoices.list({"subscription": member.stripe_subscription_id}).data[0].amount_paid == 500
