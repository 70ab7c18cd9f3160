"""Credit packs, plans and top-ups with Stripe Tax: the price is the shop's, the tax is not; both go back together."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as django_settings

from billing.checks import ledger_figures
from billing.gateway import Dispute as DisputeFacts
from billing.gateway import Refund
from billing.models import AccountKind, CreditPurchase, Document, Entry, PlanPrice, TaxedPart, Transaction
from billing.selectors import credits_available, top_up_of
from billing.services import (
    buy_credits,
    change_plan,
    note_dispute,
    offer_change,
    save_billing_details,
    start_plan,
    sync_catalogue,
    top_up,
)
from billing.services.customers import customer_of
from billing.services.own_refunds import note_own_refund
from billing.services.revenue import record_revenue
from marketplace.core.clock import now
from marketplace.core.money import Money
from tests.billing.subscribers import GOOD_CARD, advance_clock, put_on_clock, stripe_api, use_card
from tests.billing.test_top_ups import agree
from tests.demo.localstripe.server import card_form, visit
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
HOME = {"line1": "1 Example Street", "city": "Berlin", "country": "DE"}
MONTH = timedelta(days=32)


@pytest.fixture
def with_tax(shop, settings):
    """Stripe Tax is on, and visitors are in Germany."""
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"stripe_tax": True, "default_country": "DE"})
    sync_catalogue()


def usd(cents: int) -> Money:
    return Money(cents, "USD")


def moved(kind: AccountKind) -> int:
    return sum(Entry.objects.filter(account__kind=kind).values_list("amount_minor", flat=True))


def faults() -> list[str]:
    return [figure.name for figure in ledger_figures() if figure.is_fault and figure.value]


def address(page: str) -> str:
    return f"{django_settings.BASE_URL}/{page}"


def bought(user, *, country="") -> CreditPurchase:
    started = buy_credits(
        user=user,
        pack_code="pack-500",
        success_url=address("credits"),
        cancel_url=address("credits"),
        country=country,
    )
    assert visit(started.checkout_url, card_form(**HOME)).status == 303
    return started.purchase


@pytest.mark.usefixtures("with_tax")
@pytest.mark.parametrize(("country", "paid", "tax"), [("", 2000, 319), ("US", 2380, 380)])
def test_a_pack_with_tax_in_its_price_or_on_top(country, paid, tax, wait_for_event, run_jobs):
    user = UserFactory()
    purchase = bought(user, country=country)
    wait_for_event("checkout.session.completed")
    run_jobs()
    purchase.refresh_from_db()
    assert (purchase.state, purchase.paid, purchase.tax) == ("paid", usd(paid), usd(tax))
    assert credits_available(user) == 500
    assert moved(AccountKind.TAX_COLLECTED) == purchase.tax_minor
    assert moved(AccountKind.CREDIT_SALES) == purchase.paid.amount_minor - purchase.tax_minor
    invoice = Document.objects.get()
    assert (invoice.total, invoice.tax, invoice.facts.tax_totals[0].percent) == (purchase.paid, purchase.tax, "19")
    assert faults() == []


@pytest.mark.usefixtures("with_tax")
def test_a_lost_dispute_of_a_pack_takes_its_tax_back(wait_for_event, run_jobs):
    purchase = bought(UserFactory())
    wait_for_event("checkout.session.completed")
    run_jobs()
    purchase.refresh_from_db()
    opened = DisputeFacts(
        id="du_1",
        payment_intent_id=purchase.payment_intent_id,
        amount=purchase.paid,
        reason="fraudulent",
        status="needs_response",
        created=now(),
        evidence_due_by=now() + timedelta(days=9),
        is_withdrawn=True,
        is_reinstated=False,
    )
    note_dispute(opened)
    assert moved(AccountKind.TAX_COLLECTED) == purchase.tax_minor
    note_dispute(replace(opened, status="lost"))
    assert moved(AccountKind.TAX_COLLECTED) == moved(AccountKind.CREDIT_SALES) == 0
    run_jobs()
    note = Document.objects.get(kind="credit_note")
    assert (note.total, note.tax) == (purchase.paid, purchase.tax)
    assert faults() == []


@pytest.fixture
def subscribed(with_tax, wait_for_event, run_jobs):
    """A person on a clock of her own with a plan whose price has no tax in it."""
    user = UserFactory()
    user.clock = put_on_clock(user, datetime.now(UTC))
    started = start_plan(
        user=user, plan_code="studio", success_url=address("credits"), cancel_url=address("pricing"), country="US"
    )
    assert visit(started.checkout_url, card_form(**HOME)).status == 303
    wait_for_event("invoice.paid")
    run_jobs()
    return user


def test_every_invoice_of_a_plan_is_taxed_and_refunds_take_the_tax_along(
    subscribed, wait_for_event, run_jobs, monkeypatch
):
    assert (moved(AccountKind.CREDIT_SALES), moved(AccountKind.TAX_COLLECTED)) == (1900, 361)
    invoice = Document.objects.get()
    assert (invoice.net, invoice.tax, invoice.total) == (usd(1900), usd(361), usd(2261))
    assert TaxedPart.objects.get().place == "DE"
    advance_clock(subscribed.clock, datetime.now(UTC) + MONTH)
    wait_for_event("invoice.paid", count=2)
    run_jobs()
    assert (moved(AccountKind.CREDIT_SALES), moved(AccountKind.TAX_COLLECTED)) == (3800, 722)
    booked = Transaction.objects.filter(effect="paid").earliest("created_at")
    amounts = [(1000, "succeeded", 160), (1, "failed", 160), (1261, "succeeded", 361)]
    for amount, status, gone in amounts:
        found = Refund(f"re_{amount}", status, usd(amount), booked.stripe_ref)
        monkeypatch.setattr("billing.gateway.retrieve_refund", lambda _id, found=found: found)
        for _twice in range(2):
            note_own_refund(refund_id=found.id, payment_ref=booked.stripe_ref)
        assert moved(AccountKind.TAX_COLLECTED) == 722 - gone
    run_jobs()
    notes = Document.objects.filter(kind="credit_note").order_by("number")
    assert sum(note.tax_minor for note in notes) == 361
    assert sum(note.net_minor for note in notes) == 1900
    assert faults() == []


def test_a_change_is_prorated_with_its_tax(subscribed, wait_for_event, run_jobs):
    offer = offer_change(user=subscribed, plan_code="pro", interval="month")
    assert offer.price.price_tax == "exclusive"
    assert sum(line.amount.amount_minor for line in offer.lines) == offer.due.amount_minor
    assert offer.lines[-1].description == "Tax"
    change_plan(user=subscribed, plan_code="pro", interval="month", at=offer.at, expected=offer.due)
    wait_for_event("invoice.paid", count=2)
    run_jobs()
    second = Document.objects.order_by("-number").first()
    assert second.total == offer.due
    assert second.tax_minor == offer.lines[-1].amount.amount_minor
    assert sum(line.gross_minor for line in second.facts.lines) == second.total.amount_minor
    assert faults() == []


@pytest.mark.usefixtures("with_tax")
def test_a_business_elsewhere_in_the_union_pays_a_plan_without_tax(wait_for_event, run_jobs):
    user = UserFactory()
    save_billing_details(user=user, name="Studio Berg", country="FR", city="Lyon", vat_id="FR40303265045")
    started = start_plan(user=user, plan_code="studio", success_url=address("credits"), cancel_url=address("pricing"))
    assert visit(started.checkout_url, card_form(**{**HOME, "country": "FR"})).status == 303
    wait_for_event("invoice.paid")
    run_jobs()
    assert (moved(AccountKind.CREDIT_SALES), moved(AccountKind.TAX_COLLECTED)) == (1900, 0)
    facts = Document.objects.get().facts
    assert "Reverse charge" in facts.notes[0]
    assert facts.buyer.vat_id == "FR40303265045"


@pytest.mark.usefixtures("with_tax")
def test_an_automatic_top_up_costs_what_was_agreed_with_the_tax_in_it(run_jobs):
    user = UserFactory()
    customer_of(user)
    use_card(user, GOOD_CARD)
    save_billing_details(user=user, name="Mei", country="DE")
    agree(user)
    purchase = top_up(user_id=user.pk)
    assert purchase.state == "paid"
    assert (purchase.paid, purchase.price_tax) == (purchase.price, "inclusive")
    base = 11_900
    assert purchase.tax_minor == (2 * purchase.price_minor * 1900 + base) // (2 * base)
    assert moved(AccountKind.TAX_COLLECTED) == purchase.tax_minor
    intent = stripe_api().v1.payment_intents.retrieve(purchase.payment_intent_id).to_dict()
    assert intent["hooks"]["inputs"]["tax"]["calculation"] == purchase.tax_calculation_id
    run_jobs()
    assert Document.objects.get().tax_minor == purchase.tax_minor
    assert faults() == []


@pytest.mark.usefixtures("with_tax")
def test_a_top_up_without_a_country_is_stopped_and_says_why():
    user = UserFactory()
    customer_of(user)
    use_card(user, GOOD_CARD)
    agree(user)
    assert top_up(user_id=user.pk).state == "failed"
    assert top_up_of(user).stopped_because == "no_address"
    assert moved(AccountKind.TAX_COLLECTED) == 0


def test_without_stripe_tax_a_plan_has_one_price_and_revenue_no_tax(shop):
    assert set(PlanPrice.objects.values_list("price_tax", flat=True)) == {""}
    record_revenue(object_ref="purchase:1", paid=usd(500))
    assert (moved(AccountKind.CREDIT_SALES), moved(AccountKind.TAX_COLLECTED)) == (500, 0)


def test_with_stripe_tax_a_plan_is_there_with_tax_and_without(with_tax):
    sync_catalogue()
    current = PlanPrice.objects.filter(plan__code="studio", interval="month", is_current=True)
    assert sorted(current.values_list("price_tax", flat=True)) == ["", "exclusive", "inclusive"]
    for price in current:
        told = stripe_api().v1.prices.retrieve(price.stripe_price_id).tax_behavior
        assert told == (price.price_tax or "unspecified")
