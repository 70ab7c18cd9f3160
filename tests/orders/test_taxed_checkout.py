"""Orders with Stripe Tax at the local Stripe: from the hosted page to the papers; and nothing of it where it is off."""

import pytest

from billing.checks import ledger_figures
from billing.models import AccountKind, Document, Entry, StripeCustomer, TaxedPart
from billing.services import save_billing_details
from marketplace.core.money import Money
from marketplace.licensing.services import OfferTerms, set_offers
from marketplace.orders.models import Order
from marketplace.orders.services import ask_refund, decide_refund, open_order
from tests.billing.subscribers import stripe_api
from tests.demo.localstripe.server import Page, card_form, visit
from tests.factories.accounts import UserFactory
from tests.factories.licensing import work_on_sale
from tests.factories.orders import CONSENT, begun_order
from tests.orders.baskets import basket_of, usd

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shop")]
HOME = {"line1": "1 Example Street", "city": "Berlin", "country": "DE"}


@pytest.fixture
def with_tax(settings):
    """Stripe Tax is on, and visitors are in Germany."""
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(
        update={"stripe_tax": True, "default_country": "DE", "seller_country": "IE", "seller_vat_id": "IE6433435F"}
    )


def pay(order: Order, **typed: str) -> Page:
    return visit(order.checkout_url, card_form(**{**HOME, **typed}))


def moved(kind: AccountKind) -> int:
    return sum(Entry.objects.filter(account__kind=kind).values_list("amount_minor", flat=True))


def faults() -> list[str]:
    return [figure.name for figure in ledger_figures() if figure.is_fault and figure.value]


def session_of(order: Order):
    return stripe_api().v1.checkout.sessions.retrieve(order.checkout_session_id)


def begun(work=None, *, buyer=None, country="", **more) -> Order:
    basket = basket_of(work or work_on_sale(), **more)
    return open_order(buyer=buyer or UserFactory(), basket=basket, consent=CONSENT, country=country)


@pytest.mark.usefixtures("with_tax")
def test_a_price_with_tax_is_what_is_paid_and_its_invoice_says_the_tax(wait_for_event, run_jobs):
    order = begun()
    assert order.price_tax == "inclusive"
    assert pay(order, country="").status == 402
    assert pay(order).status == 303
    wait_for_event("checkout.session.completed")
    run_jobs()
    order.refresh_from_db()
    assert (order.state, order.paid, order.tax) == ("paid", usd(1200), usd(192))
    invoice = Document.objects.get()
    assert (invoice.net, invoice.tax, invoice.total) == (usd(1008), usd(192), usd(1200))
    (total,) = invoice.facts.tax_totals
    assert (total.jurisdiction, total.percent, total.net_minor, total.tax_minor) == ("DE", "19", 1008, 192)
    assert faults() == []


@pytest.mark.usefixtures("with_tax")
def test_where_prices_are_without_tax_it_comes_on_top_and_goes_back_in_proportion(wait_for_event, run_jobs):
    order = begun(country="US")
    assert order.price_tax == "exclusive"
    assert pay(order).status == 303
    wait_for_event("checkout.session.completed")
    run_jobs()
    order.refresh_from_db()
    assert (order.state, order.total, order.paid, order.tax) == ("paid", usd(1200), usd(1428), usd(228))
    line = order.lines.get()
    for part, left in ((usd(428), 160), (None, 0)):
        asked = ask_refund(buyer=order.buyer, line_id=line.pk, reason="other", amount=part)
        decide_refund(decider=line.work.artist.user, request_id=asked.pk, grants=True)
        run_jobs()
        assert moved(AccountKind.TAX_COLLECTED) == left
    notes = Document.objects.filter(kind="credit_note").order_by("number")
    assert [(note.net, note.tax) for note in notes] == [(usd(360), usd(68)), (usd(840), usd(160))]
    assert moved(AccountKind.CASH_AT_STRIPE) == 0
    assert faults() == []


@pytest.mark.usefixtures("with_tax")
@pytest.mark.parametrize(("currency", "price", "tax"), [("EUR", 1990, 318), ("JPY", 1500, 136)])
def test_euros_and_yen(currency, price, tax, wait_for_event, run_jobs):
    work = work_on_sale(terms=("personal",))
    set_offers(work=work, offers=[OfferTerms("personal", Money(price, currency))])
    order = begun(work)
    assert pay(order, country="JP" if currency == "JPY" else "DE").status == 303
    wait_for_event("checkout.session.completed")
    run_jobs()
    order.refresh_from_db()
    assert (order.paid, order.tax) == (Money(price, currency), Money(tax, currency))
    assert Document.objects.get().tax == Money(tax, currency)
    assert faults() == []


@pytest.mark.usefixtures("with_tax")
def test_a_business_elsewhere_in_the_union_owes_the_tax_herself(wait_for_event, run_jobs):
    buyer = UserFactory()
    save_billing_details(user=buyer, name="Studio Berg", country="FR", city="Lyon", vat_id="FR40303265045")
    order = begun(buyer=buyer)
    assert order.price_tax == "exclusive"
    customer = StripeCustomer.objects.get(user=buyer).stripe_customer_id
    (known,) = stripe_api().v1.customers.tax_ids.list(customer).data
    assert (known.type, known.value) == ("eu_vat", "FR40303265045")
    assert pay(order, country="FR").status == 303
    wait_for_event("checkout.session.completed")
    run_jobs()
    order.refresh_from_db()
    assert (order.state, order.paid, order.tax) == ("paid", usd(1200), usd(0))
    invoice = Document.objects.get()
    assert (invoice.tax, invoice.total) == (usd(0), usd(1200))
    assert "Reverse charge: the buyer owes the tax (article 196" in invoice.facts.notes[0]
    assert (invoice.facts.seller.vat_id, invoice.facts.buyer.vat_id) == ("IE6433435F", "FR40303265045")
    assert TaxedPart.objects.get().reason == "reverse_charge"
    # The id is taken away: the next order is taxed.
    save_billing_details(user=buyer, name="Studio Berg", country="FR", city="Lyon")
    run_jobs()
    assert stripe_api().v1.customers.tax_ids.list(customer).data == []
    assert begun(buyer=buyer).price_tax == "inclusive"


@pytest.mark.usefixtures("with_tax")
def test_an_id_typed_at_stripe_stands_on_the_invoice(wait_for_event, run_jobs):
    order = begun()
    typed = {"tax_id_type": "eu_vat", "tax_id_value": "DE123456789", "business_name": "Example GmbH"}
    assert pay(order, **typed).status == 303
    wait_for_event("checkout.session.completed")
    run_jobs()
    assert Document.objects.get().facts.buyer.vat_id == "DE123456789"


@pytest.mark.usefixtures("with_tax")
def test_a_guest_with_a_known_address_is_not_shown_what_is_hers():
    owner = UserFactory()
    save_billing_details(user=owner, name="Studio Berg", country="FR", city="Lyon", vat_id="FR40303265045")
    order = open_order(buyer=owner, basket=basket_of(), consent=CONSENT, is_known=False)
    assert order.price_tax == "inclusive"
    assert session_of(order).customer is None


@pytest.mark.usefixtures("with_tax")
def test_another_country_is_another_order_as_its_prices_mean_something_else():
    buyer, work = UserFactory(), work_on_sale()
    first = begun(work, buyer=buyer)
    assert begun(work, buyer=buyer).pk == first.pk
    second = begun(work, buyer=buyer, country="US")
    assert (second.pk != first.pk, second.price_tax) == (True, "exclusive")
    first.refresh_from_db()
    assert first.state == "cancelled"


@pytest.mark.usefixtures("with_tax")
def test_a_delayed_payment_is_taxed_when_it_arrives(wait_for_event, run_jobs):
    order = begun()
    wallet = visit(order.checkout_url, {**HOME, "email": order.buyer.email, "method": "alipay"})
    assert wallet.location, wallet.text
    assert visit(wallet.location, {"answer": "pay_later", "after_s": "1"}).status == 303
    wait_for_event("checkout.session.async_payment_succeeded")
    run_jobs()
    order.refresh_from_db()
    assert (order.state, order.tax) == ("paid", usd(192))
    assert faults() == []


def test_with_stripe_tax_off_nothing_is_asked_and_nothing_kept(wait_for_event, run_jobs):
    order = begun_order()
    session = session_of(order)
    assert not session.automatic_tax.enabled
    assert (session.billing_address_collection, session.customer) == (None, None)
    assert getattr(session, "tax_id_collection", None) is None
    item = stripe_api().v1.checkout.sessions.line_items.list(session.id).data[0]
    assert item.price.tax_behavior == "unspecified"
    product = stripe_api().v1.products.retrieve(item.price.product)
    assert (product.tax_code, product.metadata.to_dict()) == (None, {})
    assert visit(order.checkout_url, card_form()).status == 303
    wait_for_event("checkout.session.completed")
    run_jobs()
    order.refresh_from_db()
    assert (order.state, order.price_tax, order.tax, order.paid) == ("paid", "", usd(0), usd(1200))
    assert not TaxedPart.objects.exists()
    assert not Entry.objects.filter(account__kind=AccountKind.TAX_COLLECTED).exists()


def test_what_a_line_is_taxed_as_is_told_to_stripe(with_tax):
    order = begun()
    (item,) = stripe_api().v1.checkout.sessions.line_items.list(order.checkout_session_id).data
    product = stripe_api().v1.products.retrieve(item.price.product)
    assert (item.price.tax_behavior, product.tax_code) == ("inclusive", "txcd_10501000")
    assert product.metadata.to_dict() == {"line": order.lines.get().reference}
