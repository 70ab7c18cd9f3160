"""Which licences an artist sells a work under, and for how much."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.catalog.models import Work
from marketplace.core.money import CREDITS, EXPONENTS, LOWEST_CHARGE, Money
from marketplace.licensing.errors import OfferInvalid, SoldExclusively
from marketplace.licensing.models import LicenceOffer, LicenceTerms
from marketplace.licensing.services.rights import lock_rights

# In major units of the currency: Stripe refuses more than 999,999.99.
LOWEST_MAJOR = 1
HIGHEST_MAJOR = 100_000


def lowest_price(currency: str) -> Money:
    """The least that a licence is sold for: one unit of the currency, or what a card can pay where that is more."""
    return Money(max(LOWEST_MAJOR * int(10 ** EXPONENTS[currency]), LOWEST_CHARGE[currency]), currency)


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """One licence of `personal`, `commercial`, `exclusive` and its price.

    ``suggested``: buyers may pay more; the price is the least, and this is what they are asked for.
    """

    terms_code: str
    price: Money
    suggested: Money | None = None


def _checked(offer: OfferTerms) -> LicenceTerms:
    terms = LicenceTerms.objects.filter(code=offer.terms_code, is_current=True).first()
    if terms is None:
        raise OfferInvalid(
            _("There is no licence “%(code)s”.") % {"code": offer.terms_code},
            way_out=_("Choose among personal, commercial and exclusive."),
        )
    if offer.price.currency == CREDITS:
        raise OfferInvalid(_("Licences are sold for money, not for credits."), way_out=_("Give a price in money."))
    lowest = lowest_price(offer.price.currency)
    highest = Money(HIGHEST_MAJOR * 10 ** EXPONENTS[offer.price.currency], offer.price.currency)
    if not lowest.amount_minor <= offer.price.amount_minor <= highest.amount_minor:
        raise OfferInvalid(
            _("%(price)s is not a possible price.") % {"price": offer.price},
            way_out=_("Give a price from %(lowest)s to %(highest)s.") % {"lowest": lowest, "highest": highest},
        )
    if offer.suggested is not None:
        _check_suggested(offer.suggested, price=offer.price, highest=highest)
    return terms


def _check_suggested(suggested: Money, *, price: Money, highest: Money) -> None:
    if suggested.currency != price.currency:
        raise OfferInvalid(_("All prices of a work are in one currency."), way_out=_("Choose one of them."))
    if not price.amount_minor <= suggested.amount_minor <= highest.amount_minor:
        raise OfferInvalid(
            _("%(suggested)s cannot be suggested for a price of at least %(price)s.")
            % {"suggested": suggested, "price": price},
            way_out=_("Suggest from %(price)s to %(highest)s.") % {"price": price, "highest": highest},
        )


@transaction.atomic
def set_offers(*, work: Work, offers: Sequence[OfferTerms]) -> list[LicenceOffer]:
    """Sell ``work`` under exactly ``offers``. An offer that stays the same keeps its id; others end.

    Open checkouts keep the offer that they began with. Raises OfferInvalid (unknown licence, a price or
    a suggestion out of range, a licence twice, two currencies) and SoldExclusively.
    """
    if len({offer.terms_code for offer in offers}) != len(offers):
        raise OfferInvalid(_("A licence can be offered once per work."), way_out=_("Remove the repetition."))
    if len({offer.price.currency for offer in offers}) > 1:
        raise OfferInvalid(_("All prices of a work are in one currency."), way_out=_("Choose one of them."))
    wanted = [(_checked(offer), offer) for offer in offers]
    rights = lock_rights(work_id=work.pk)
    if rights.sold_exclusively_at is not None:
        raise SoldExclusively
    kept: list[LicenceOffer] = []
    active = {one.terms_id: one for one in LicenceOffer.objects.filter(work=work, is_active=True)}
    for terms, offer in wanted:
        present = active.get(terms.pk)
        if present is not None and (present.price, present.suggested) == (offer.price, offer.suggested):
            kept.append(active.pop(terms.pk))
    LicenceOffer.objects.filter(pk__in=[one.pk for one in active.values()]).update(is_active=False)
    kept_terms = {one.terms_id for one in kept}
    kept += [
        LicenceOffer.objects.create(
            work=work,
            terms=terms,
            price_minor=offer.price.amount_minor,
            currency=offer.price.currency,
            suggested_minor=offer.suggested.amount_minor if offer.suggested else None,
        )
        for terms, offer in wanted
        if terms.pk not in kept_terms
    ]
    return kept
