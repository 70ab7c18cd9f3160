"""Billing details: kept, checked, printed on the invoices that come after; nobody else sees them."""

import io

import pypdf
import pytest

from billing.documents.buyers import buyer_of
from billing.models import BillingDetails
from billing.services import save_billing_details
from billing.vat_ids import VatIdFormWrong
from marketplace.accounts.countries import countries, country_name
from tests.factories.accounts import UserFactory
from tests.factories.documents import invoice

ADDRESS = "/account/billing"
COMPANY = {
    "name": "Berg GmbH",
    "street": "Kunstweg 5",
    "more": "",
    "postcode": "04109",
    "city": "Leipzig",
    "country": "DE",
    "vat_id": "de 136 695 976",
}


@pytest.fixture
def person(db, client):
    made = UserFactory(display_name="Anna Berg")
    client.force_login(made)
    return made


def test_they_are_kept_and_shown_again(client, person):
    page = client.get(ADDRESS).text
    assert 'value="Anna Berg"' in page
    assert '<option value="DE">Germany</option>' in page
    answer = client.post(ADDRESS, COMPANY)
    assert (answer.status_code, answer.url) == (302, ADDRESS)
    kept = BillingDetails.objects.get()
    assert (kept.user, kept.vat_id, kept.address) == (person, "DE136695976", ("Kunstweg 5", "04109 Leipzig"))
    page = client.get(ADDRESS).text
    assert "The form of DE136695976 was found right on" in page
    assert '<option value="DE" selected>' in page
    assert ADDRESS in client.get("/account").text


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"vat_id": "DE136695975"}, "This is not a VAT id of the country that you chose. It looks like DE136695976."),
        ({"country": "US"}, "We know no form of VAT ids in this country."),
        ({"country": "XX"}, "Select a valid choice"),
        ({"name": ""}, "This field is required"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_kept(client, person, wrong, told):
    page = client.post(ADDRESS, {**COMPANY, **wrong}).text
    assert told in page
    assert not BillingDetails.objects.exists()


def test_what_was_wrong_leaves_what_stood_there(client, person):
    client.post(ADDRESS, COMPANY)
    client.post(ADDRESS, {**COMPANY, "name": "Other", "vat_id": "DE1"})
    assert BillingDetails.objects.get().name == "Berg GmbH"
    client.post(ADDRESS, {**COMPANY, "vat_id": ""})
    kept = BillingDetails.objects.get()
    assert (kept.vat_id, kept.vat_id_checked_at) == ("", None)


def test_the_day_of_the_check_is_the_vat_ids(person):
    first = save_billing_details(user=person, **COMPANY).vat_id_checked_at
    assert first is not None
    assert save_billing_details(user=person, **{**COMPANY, "city": "Berlin"}).vat_id_checked_at == first
    again = save_billing_details(user=person, **{**COMPANY, "vat_id": "DE129274202"})
    assert again.vat_id_checked_at > first
    with pytest.raises(VatIdFormWrong):
        save_billing_details(user=person, **{**COMPANY, "country": "FR"})


@pytest.mark.django_db(transaction=True)
def test_an_invoice_shows_them_and_an_older_one_stays(client, person):
    before = invoice(person, buyer=buyer_of(person))
    save_billing_details(user=person, **COMPANY)
    after = invoice(person, buyer=buyer_of(person))

    def text(document):
        data = client.get(document.get_absolute_url()).content
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)

    for told in ("Berg GmbH", "Kunstweg 5", "04109 Leipzig", "Germany", "VAT id: DE136695976"):
        assert told in text(after)
        assert told not in text(before).split("Buyer", 1)[1].split("What", 1)[0]
    assert "Anna Berg" in text(before)


def test_nobody_elses(client, person):
    save_billing_details(user=person, **COMPANY)
    client.force_login(UserFactory())
    page = client.get(ADDRESS).text
    assert "Berg GmbH" not in page
    client.post(ADDRESS, {**COMPANY, "name": "Mine"})
    assert BillingDetails.objects.get(user=person).name == "Berg GmbH"
    client.logout()
    assert client.get(ADDRESS).status_code == 302


def test_countries_have_names_in_both_languages():
    from django.utils import translation

    assert len(countries()) > 200
    assert country_name("CN") == "China"
    with translation.override("zh-hans"):
        assert country_name("CN") == "中国"
    assert country_name("QQ") == "QQ"
