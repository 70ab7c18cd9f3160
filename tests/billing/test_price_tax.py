"""Whether prices are said with tax or without it, by the buyer's country and VAT id."""

import pytest

from billing.services import save_billing_details
from billing.tax import EU, TaxPlace, price_tax, tax_place_of
from tests.factories.accounts import UserFactory


@pytest.mark.parametrize(
    ("country", "vat_id", "seller", "said"),
    [
        ("DE", "", "DE", "inclusive"),
        ("FR", "", "DE", "inclusive"),
        ("FR", "FR40303265045", "DE", "exclusive"),
        ("DE", "DE136695976", "DE", "inclusive"),  # at home the seller owes it
        ("FR", "FR40303265045", "US", "inclusive"),
        ("GB", "GB980780684", "DE", "inclusive"),
        ("NO", "", "DE", "inclusive"),
        ("CH", "", "DE", "inclusive"),
        ("CN", "", "DE", "inclusive"),
        ("JP", "", "DE", "inclusive"),
        ("AU", "", "US", "inclusive"),
        ("NZ", "", "US", "inclusive"),
        ("KR", "", "US", "inclusive"),
        ("US", "", "DE", "exclusive"),
        ("CA", "", "DE", "exclusive"),
    ],
)
def test_how_a_price_is_said(country, vat_id, seller, said):
    assert price_tax(country=country, vat_id=vat_id, seller_country=seller) == said


def test_the_union_has_27_members():
    assert len(EU) == 27


@pytest.fixture
def with_tax(settings):
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(
        update={"stripe_tax": True, "default_country": "US", "seller_country": "DE"}
    )


@pytest.mark.django_db
def test_off_there_is_no_place():
    assert tax_place_of(UserFactory(), chosen="DE") is None


@pytest.mark.django_db
def test_billing_details_go_before_a_choice_and_a_choice_before_the_default(with_tax):
    person = UserFactory()
    assert tax_place_of(None) == TaxPlace("US")
    assert tax_place_of(person, chosen="JP") == TaxPlace("JP")
    save_billing_details(user=person, name="Studio Berg", country="FR", vat_id="FR40303265045")
    found = tax_place_of(person, chosen="JP")
    assert found == TaxPlace("FR", "FR40303265045", is_kept=True)
    assert (found.is_reversed, found.prices) == (True, "exclusive")
