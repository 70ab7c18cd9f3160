"""Offers: which licences a work is sold under, and for how much."""

import pytest

from marketplace.core.money import Money
from marketplace.licensing.errors import OfferInvalid, OfferNotFound, SoldExclusively
from marketplace.licensing.models import LicenceOffer, LicenceTerms, WorkRights
from marketplace.licensing.selectors import active_offer, current_terms, offers_of
from marketplace.licensing.services import OfferTerms, set_offers, write_missing_wordings
from tests.factories.catalog import WorkFactory
from tests.factories.licensing import licence_in, offer_of, work_on_sale
from tests.orders.baskets import basket_of, claimed, paid

pytestmark = pytest.mark.django_db


def usd(cents):
    return Money(cents, "USD")


def test_the_three_licences_can_be_read_in_both_languages():
    write_missing_wordings()
    assert [terms.code for terms in current_terms()] == ["personal", "commercial", "exclusive"]
    for terms in current_terms():
        assert terms.is_exclusive == (terms.code == "exclusive")
        for field in ("name", "summary", "text"):
            english, chinese = getattr(terms, f"{field}_en"), getattr(terms, f"{field}_zh")
            assert english.isascii() or "–" in english
            assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)
        assert len(terms.can_en) == len(terms.can_zh) >= 3
        assert len(terms.cannot_en) == len(terms.cannot_zh) >= 3


def test_wordings_are_written_once():
    write_missing_wordings()
    assert write_missing_wordings() == 0
    assert LicenceTerms.objects.filter(is_current=True).count() == 3


def test_terms_speak_the_readers_language():
    from django.utils import translation

    write_missing_wordings()
    terms = LicenceTerms.objects.get(code="personal", is_current=True)
    with translation.override("zh-hans"):
        assert terms.name == "个人授权"
    with translation.override("en"):
        assert terms.name == "Personal licence"


def test_a_changed_price_is_a_new_offer_and_an_unchanged_one_keeps_its_id():
    work = work_on_sale()
    personal, exclusive = offer_of(work, "personal"), offer_of(work, "exclusive")
    set_offers(work=work, offers=[OfferTerms("personal", usd(1500)), OfferTerms("exclusive", usd(25000))])
    assert offer_of(work, "exclusive").pk == exclusive.pk
    assert offer_of(work, "personal").pk != personal.pk
    assert [offer.terms.code for offer in offers_of(work)] == ["personal", "exclusive"]
    assert LicenceOffer.objects.get(pk=personal.pk).price_minor == 1200
    with pytest.raises(OfferNotFound):
        active_offer(personal.pk)


@pytest.mark.parametrize(
    "offers",
    [
        [OfferTerms("royal", usd(1000))],
        [OfferTerms("personal", usd(99))],
        [OfferTerms("personal", usd(0))],
        [OfferTerms("personal", usd(10_000_001))],
        [OfferTerms("personal", Money(50, "CREDIT"))],
        [OfferTerms("personal", usd(1000)), OfferTerms("personal", usd(2000))],
        [OfferTerms("personal", usd(1000)), OfferTerms("commercial", Money(2000, "EUR"))],
    ],
)
def test_an_impossible_offer_is_refused_with_the_way_out_and_changes_nothing(offers):
    work = work_on_sale()
    before = {offer.pk for offer in offers_of(work)}
    with pytest.raises(OfferInvalid) as refused:
        set_offers(work=work, offers=offers)
    assert refused.value.way_out
    assert {offer.pk for offer in offers_of(work)} == before


def test_prices_in_yen_have_no_cents():
    write_missing_wordings()
    work = WorkFactory()
    set_offers(work=work, offers=[OfferTerms("personal", Money(150, "JPY"))])
    assert str(offers_of(work)[0].price) == "¥150"


@pytest.mark.parametrize("suggested", [usd(999), usd(10_000_001), Money(1500, "EUR")])
def test_a_suggestion_is_the_price_or_more_in_its_currency(suggested):
    work = work_on_sale()
    with pytest.raises(OfferInvalid) as refused:
        set_offers(work=work, offers=[OfferTerms("personal", usd(1000), suggested)])
    assert refused.value.way_out
    assert offer_of(work, "personal").suggested is None


def test_another_suggestion_is_another_offer_and_the_same_one_keeps_its_id():
    work = work_on_sale()
    fixed = offer_of(work, "personal")
    set_offers(work=work, offers=[OfferTerms("personal", usd(1200), usd(1200))])
    opened = offer_of(work, "personal")
    assert (opened.pk == fixed.pk, opened.price, opened.suggested) == (False, usd(1200), usd(1200))
    set_offers(work=work, offers=[OfferTerms("personal", usd(1200), usd(1200))])
    assert offer_of(work, "personal").pk == opened.pk
    set_offers(work=work, offers=[OfferTerms("personal", usd(1200))])
    assert offer_of(work, "personal").suggested is None


def test_a_work_that_was_sold_exclusively_gets_no_new_offers():
    work = work_on_sale()
    licence_in(work, "exclusive")
    with pytest.raises(SoldExclusively):
        set_offers(work=work, offers=[OfferTerms("personal", usd(1000))])


def test_a_work_has_one_rights_row():
    work = work_on_sale()
    set_offers(work=work, offers=[])
    assert WorkRights.objects.filter(work=work).count() == 1
    assert offers_of(work) == []


@pytest.mark.parametrize(("currency", "least"), [("USD", 100), ("EUR", 100), ("CNY", 400), ("JPY", 80)])
def test_no_price_is_less_than_a_card_can_pay(currency, least):
    work = work_on_sale()
    with pytest.raises(OfferInvalid) as refused:
        set_offers(work=work, offers=[OfferTerms("personal", Money(least - 1, currency))])
    assert str(Money(least, currency)) in refused.value.way_out
    (offer,) = set_offers(work=work, offers=[OfferTerms("personal", Money(least, currency))])
    assert paid(claimed(basket_of(work))).total == offer.price
