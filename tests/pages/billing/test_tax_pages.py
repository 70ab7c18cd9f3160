"""What pages say of tax beside prices, the choice of a country, the papers, and the administrators' page."""

import csv
import io
from dataclasses import replace

import pypdf
import pytest
from django.contrib.auth.models import Permission

from billing.documents.facts import Draft, Party
from billing.documents.issuing import issue_credit_note, issue_invoice
from billing.documents.taxes import taxed_line, with_tax_words
from billing.models import TaxedPart
from billing.services import save_billing_details
from billing.services.revenue import record_revenue
from billing.services.taxes import note_taxes
from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.orders.models import CartItem, Order
from tests.billing.test_tax_quarters import line
from tests.factories.accounts import UserFactory
from tests.factories.billing import CreditPackFactory
from tests.factories.licensing import offer_of, work_on_sale
from tests.orders.conftest import shop

__all__ = ["shop"]
pytestmark = pytest.mark.django_db
TAXES = "/admin/billing/taxedpart/"
WORDS = ("incl. VAT", "incl. tax", "plus tax", "reverse charge")


@pytest.fixture
def with_tax(settings):
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(
        update={"stripe_tax": True, "default_country": "DE", "seller_country": "IE"}
    )


def pages_with_prices(client) -> list[str]:
    """Work, cart, checkout and pricing."""
    work = work_on_sale()
    CreditPackFactory()
    offer = offer_of(work, "personal")
    client.post("/orders/start", {"offer": offer.pk, "to": "cart"})
    assert CartItem.objects.exists()
    return [work.get_absolute_url(), "/cart", f"/checkout?offer={offer.pk}", "/pricing"]


def test_off_no_page_says_anything_of_tax_and_no_country_is_asked(client):
    for page in pages_with_prices(client):
        text = client.get(page).text
        assert "$" in text
        assert not any(words in text for words in (*WORDS, "/country", "tax-words"))
    assert client.get("/country").status_code == 404
    assert client.post("/country", {"country": "DE"}).status_code == 404
    assert "country" not in client.session


@pytest.mark.parametrize(
    ("country", "says"),
    [("", "incl. VAT"), ("CN", "incl. VAT"), ("JP", "incl. tax"), ("US", "plus tax, computed at payment")],
)
def test_pages_with_prices_say_what_is_in_them(client, with_tax, country, says):
    pages = pages_with_prices(client)
    if country:
        answer = client.post("/country", {"country": country, "next": "/pricing"})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/pricing")
    for page in pages:
        text = client.get(page).text
        assert says in text, page
        assert not any(words in text for words in WORDS if not says.startswith(words)), page


def test_billing_details_go_before_a_choice(client, with_tax):
    person = UserFactory()
    client.force_login(person)
    client.post("/country", {"country": "US"})
    save_billing_details(user=person, name="Studio Berg", country="FR", vat_id="FR40303265045")
    for page in pages_with_prices(client):
        assert "without VAT: reverse charge" in client.get(page).text
    assert "Your billing details say: France." in client.get("/country").text


@pytest.mark.parametrize("country", ["", "XX", "Germany", "DE'"])
def test_what_is_no_country_is_not_kept(client, with_tax, country):
    assert client.post("/country", {"country": country}).status_code == 422
    assert "country" not in client.session


def test_the_choice_leads_back_to_the_shop_alone(client, with_tax):
    for elsewhere in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        answer = client.post("/country", {"country": "JP", "next": elsewhere})
        assert answer.headers["Location"] == "/"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("shop")
def test_the_chosen_country_reaches_the_order(client, with_tax):
    client.force_login(UserFactory())
    client.post("/country", {"country": "US"})
    offer = offer_of(work_on_sale(), "personal")
    answer = client.post(f"/checkout?offer={offer.pk}", {"pay": "1", "consent": "on"})
    assert answer.status_code == 302
    order = Order.objects.get()
    assert order.price_tax == "exclusive"
    assert "plus tax, computed at payment" in client.get(f"/orders/{order.pk}").text


def test_a_paid_order_says_what_of_it_is_tax(client):
    buyer = UserFactory()
    client.force_login(buyer)
    version = work_on_sale().versions.get()
    tax = {"tax_minor": 228, "tax_added_minor": 228}
    order = Order.objects.create(
        buyer=buyer, total_minor=1200, currency="USD", state="paid", paid_at=now(), pay_until=now(), **tax
    )
    offer = offer_of(version.work, "personal")
    order.lines.create(offer=offer, work=version.work, version=version, price_minor=1200, currency="USD", **tax)
    page = client.get(f"/orders/{order.pk}").text
    assert "$14.28" in page
    assert "$2.28 of it tax" in page
    client.force_login(UserFactory())
    assert client.get(f"/orders/{order.pk}").status_code == 404


@pytest.mark.django_db(transaction=True)
class TestPapers:
    def text_of(self, client, document) -> str:
        answer = client.get(document.get_absolute_url())
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)

    def drafted(self, user, part: TaxedPart, *, paid: int, currency: str) -> Draft:
        draft = Draft(
            user_id=user.pk,
            buyer=Party("Studio Berg", (), "FR", "", "berg@example.org"),
            language="en",
            currency=currency,
            lines=(taxed_line("order_line:1", "Evening tide", paid_minor=paid, tax_minor=part.tax_minor, part=part),),
            sold_on=now().date(),
            order="1",
        )
        return with_tax_words(draft, {"order_line:1": part})

    @pytest.mark.parametrize(
        ("currency", "paid", "tax", "shown"),
        [
            ("EUR", 1190, 190, ("€10.00", "€1.90", "€11.90", "Tax DE 19 % on €10.00")),
            ("JPY", 1100, 100, ("¥1,000", "¥100", "¥1,100", "Tax JP 10 % on ¥1,000")),
        ],
    )
    def test_tax_by_place_and_rate_and_back_in_proportion(self, client, currency, paid, tax, shown):
        buyer = UserFactory()
        client.force_login(buyer)
        place, rate = ("DE", 1900) if currency == "EUR" else ("JP", 1000)
        part = TaxedPart(place=place, basis_points=rate, reason="standard_rated", tax_minor=tax, currency=currency)
        draft = self.drafted(buyer, part, paid=paid, currency=currency)
        invoice = issue_invoice(object_ref="order:1", draft=draft)
        text = self.text_of(client, invoice)
        assert all(words in text for words in shown)
        assert "Reverse charge" not in text
        half = taxed_line("order_line:1", "Evening tide", paid_minor=paid // 2, tax_minor=tax // 2, part=part)
        note = issue_credit_note(object_ref="refund:1", draft=replace(draft, lines=(half,)), about=invoice)
        assert (note.tax, note.total) == (Money(tax // 2, currency), Money(paid // 2, currency))
        assert f"Tax {place}" in self.text_of(client, note)

    def test_a_reversed_charge_is_said_with_both_ids(self, client, settings):
        settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"seller_vat_id": "IE6433435F"})
        buyer = UserFactory()
        client.force_login(buyer)
        part = TaxedPart(place="FR", basis_points=0, reason="reverse_charge", tax_minor=0, buyer_tax_id="FR40303265045")
        draft = self.drafted(buyer, part, paid=1000, currency="EUR")
        text = self.text_of(client, issue_invoice(object_ref="order:1", draft=draft)).replace("\n", " ")
        assert "Reverse charge: the buyer owes the tax (article 196 of Council Directive 2006/112/EC)." in text
        assert "VAT id: IE6433435F" in text
        assert "VAT id: FR40303265045" in text
        assert "€10.00" in text


class TestAdministrators:
    @pytest.fixture
    def collected(self):
        for number, (place, rate) in enumerate([("DE", 1900), ("FR", 2000), ("US-CA", 0)]):
            tax = rate // 10
            note_taxes(object_ref=f"purchase:{number}", lines=[line(1000 + tax, tax, place, rate)])
            paid = Money(1000 + tax, "USD")
            record_revenue(object_ref=f"purchase:{number}", paid=paid, tax=Money(tax, "USD"))

    def test_a_quarter_by_place_and_rate(self, client, collected, django_assert_max_num_queries):
        client.force_login(User.objects.create_superuser("head@example.org", "x"))
        with django_assert_max_num_queries(12):
            page = client.get(TAXES).text
        assert "Owed to the authorities: $3.90. The ledger says the same." in page
        assert all(words in page for words in ("DE", "19 %", "FR", "20 %", "US-CA", "$1.90", "$10.00"))
        empty = client.get(f"{TAXES}?quarter=2020-1").text
        assert "Nothing was sold with Stripe Tax in this quarter." in empty
        assert client.get(f"{TAXES}?quarter=nonsense").status_code == 200

    def test_as_csv(self, client, collected):
        client.force_login(User.objects.create_superuser("head@example.org", "x"))
        answer = client.get(f"{TAXES}?file=csv")
        assert answer.headers["Content-Type"] == "text/csv"
        rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
        assert [row[1:] for row in rows[1:]] == [
            ["DE", "19", "standard_rated", "USD", "10.00", "1.90"],
            ["FR", "20", "standard_rated", "USD", "10.00", "2.00"],
            ["US-CA", "0", "standard_rated", "USD", "10.00", "0.00"],
        ]

    def test_who_may_look(self, client, collected):
        clerk = UserFactory(is_staff=True)
        for nobody in (None, UserFactory(), clerk):
            if nobody is not None:
                client.force_login(nobody)
            for address in (TAXES, f"{TAXES}?file=csv"):
                answer = client.get(address)
                assert answer.status_code in {302, 403}
                assert "1.90" not in answer.text
        clerk.user_permissions.add(Permission.objects.get(codename="view_taxedpart"))
        assert "$1.90" in client.get(TAXES).text
