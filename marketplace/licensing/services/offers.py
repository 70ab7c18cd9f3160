"""Which licences an artist sells a work under, and for how much."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.catalog.models import Work
from marketplace.core.money import CREDITS, EXPONENTS, Money
from marketplace.licensing.errors import OfferInvalid, SoldExclusively
from marketplace.licensing.models import LicenceOffer, LicenceTerms
from marketplace.licensing.services.rights import lock_rights

# In major units of the currency: Stripe refuses less than about 0.50 and more than 999,999.99.
LOWEST_MAJOR = 1
HIGHEST_MAJOR = 100_000


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """One licence of `personal`, `commercial`, `exclusive` and its price."""

    terms_code: str
    price: Money


def _checked(offer: OfferTerms) -> LicenceTerms:
    terms = LicenceTerms.objects.filter(code=offer.terms_code, is_current=True).first()
    if terms is None:
        raise OfferInvalid(
            _("There is no licence “%(code)s”.") % {"code": offer.terms_code},
            way_out=_("Choose among personal, commercial and exclusive."),
        )
    if offer.price.currency == CREDITS:
        raise OfferInvalid(_("Licences are sold for money, not for credits."), way_out=_("Give a price in money."))
    unit = 10 ** EXPONENTS[offer.price.currency]
    lowest = Money(LOWEST_MAJOR * unit, offer.price.currency)
    highest = Money(HIGHEST_MAJOR * unit, offer.price.currency)
    if not lowest.amount_minor <= offer.price.amount_minor <= highest.amount_minor:
        raise OfferInvalid(
            _("%(price)s is not a possible price.") % {"price": offer.price},
            way_out=_("Give a price from %(lowest)s to %(highest)s.") % {"lowest": lowest, "highest": highest},
        )
    return terms


@transaction.atomic
def set_offers(*, work: Work, offers: Sequence[OfferTerms]) -> list[LicenceOffer]:
    """Sell ``work`` under exactly ``offers``. An offer that stays the same keeps its id; others end.

    Open checkouts keep the offer that they began with. Raises OfferInvalid (unknown licence, a price out of range,
    a licence twice, two currencies) and SoldExclusively.
    """
    if len({offer.terms_code for offer in offers}) != len(offers):
        raise OfferInvalid(_("A licence can be offered once per work."), way_out=_("Remove the repetition."))
    if len({offer.price.currency for offer in offers}) > 1:
        raise OfferInvalid(_("All prices of a work are in one currency."), way_out=_("Choose one of them."))
    wanted = [(_checked(offer), offer.price) for offer in offers]
    rights = lock_rights(work_id=work.pk)
    if rights.sold_exclusively_at is not None:
        raise SoldExclusively
    kept: list[LicenceOffer] = []
    active = {offer.terms_id: offer for offer in LicenceOffer.objects.filter(work=work, is_active=True)}
    for terms, price in wanted:
        present = active.get(terms.pk)
        if present is not None and present.price == price:
            kept.append(active.pop(terms.pk))
    LicenceOffer.objects.filter(pk__in=[offer.pk for offer in active.values()]).update(is_active=False)
    kept_terms = {offer.terms_id for offer in kept}
    kept += [
        LicenceOffer.objects.create(work=work, terms=terms, price_minor=price.amount_minor, currency=price.currency)
        for terms, price in wanted
        if terms.pk not in kept_terms
    ]
    return kept
