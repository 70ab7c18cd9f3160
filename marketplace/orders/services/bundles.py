"""An artist puts works of hers together, and takes a bundle out of the shop."""

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.licensing.models import LicenceOffer, LicenceTerms
from marketplace.licensing.services.offers import lowest_price
from marketplace.orders.errors import BundleInvalid, BundleNotFound
from marketplace.orders.models import Bundle, BundleItem

FEWEST_WORKS, MOST_WORKS = 2, 20


@transaction.atomic
def create_bundle(
    *,
    artist: Artist,
    title: str,
    licence: str,
    works: Sequence[UUID],
    price: Money,
    description: str = "",
    language: str = "en",
) -> Bundle:
    """Sell ``works`` together under ``licence`` for ``price``.

    All are the artist's, in the shop, and sold under this licence in the price's currency. Raises BundleInvalid.
    """
    title, description = title.strip(), description.strip()
    if not title or len(title) > 140 or len(description) > 2000 or language not in dict(settings.LANGUAGES):
        raise BundleInvalid(_("A bundle needs a title of at most 140 letters."), way_out=_("Give it a title."))
    if licence not in Bundle.LICENCES:
        raise BundleInvalid(
            _("A bundle is sold under the personal or the commercial licence."),
            way_out=_("Sell exclusive licences one by one."),
        )
    chosen = list(dict.fromkeys(works))
    if not FEWEST_WORKS <= len(chosen) <= MOST_WORKS:
        raise BundleInvalid(
            _("A bundle has %(fewest)d to %(most)d works.") % {"fewest": FEWEST_WORKS, "most": MOST_WORKS},
            way_out=_("Choose among your works."),
        )
    _check_price(price, singly=_singly(artist, chosen, licence, price.currency))
    bundle = Bundle.objects.create(
        artist=artist,
        title=title,
        description=description,
        language=language,
        licence=licence,
        price_minor=price.amount_minor,
        currency=price.currency,
    )
    BundleItem.objects.bulk_create(
        BundleItem(bundle=bundle, work_id=work_id, position=n) for n, work_id in enumerate(chosen)
    )
    return bundle


def _singly(artist: Artist, works: list[UUID], licence: str, currency: str) -> Money:
    """What the works cost one by one."""
    offers = list(
        LicenceOffer.objects.filter(
            work_id__in=works,
            work__artist=artist,
            work__status=Work.Status.LISTED,
            work__sold_exclusively=False,
            terms__code=licence,
            is_active=True,
        )
    )
    if len(offers) < len(works):
        name = LicenceTerms.objects.get(code=licence, is_current=True).name
        raise BundleInvalid(
            _("Not all of these works are yours, in the shop, and sold under the licence “%(name)s”.") % {"name": name},
            way_out=_("Choose others, or offer this licence in them first."),
        )
    if {offer.currency for offer in offers} != {currency}:
        raise BundleInvalid(
            _("All prices of a bundle are in one currency."), way_out=_("Choose works that are sold in the same one.")
        )
    return Money(sum(offer.price_minor for offer in offers), currency)


def _check_price(price: Money, *, singly: Money) -> None:
    lowest = lowest_price(price.currency)
    if not lowest.amount_minor <= price.amount_minor < singly.amount_minor:
        raise BundleInvalid(
            _("One by one these works cost %(singly)s; a bundle costs less.") % {"singly": singly},
            way_out=_("Give a price from %(lowest)s to below %(singly)s.") % {"lowest": lowest, "singly": singly},
        )


def withdraw_bundle(*, artist: Artist, bundle_id: UUID) -> Bundle:
    """Out of the shop for good; open orders keep what they were promised. Pressed again, nothing happens.

    Raises BundleNotFound, also for another artist's.
    """
    Bundle.objects.filter(pk=bundle_id, artist=artist, withdrawn_at=None).update(withdrawn_at=now())
    bundle = Bundle.objects.filter(pk=bundle_id, artist=artist).first()
    if bundle is None:
        raise BundleNotFound(way_out=_("Look at your bundles."))
    return bundle
