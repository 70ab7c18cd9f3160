"""A basket's bundles become licences with their shares of the bundles' prices."""

from dataclasses import replace
from uuid import UUID

from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.catalog.audiences import Access
from marketplace.orders.basket import Basket, Wanted
from marketplace.orders.errors import BundleNotOnSale, OwnWork
from marketplace.orders.models import BundleItem
from marketplace.orders.selectors.bundles import bundles_named, present_bundles


def unpacked(basket: Basket, *, buyer: User | None, access: Access | None = None) -> Basket:
    """``basket`` with the licences of its bundles among ``wanted``, and no bundles.

    What ``buyer`` holds already is left out, and the price with it. None: nobody who is known, or it is a gift.
    ``access``: of whoever pays, where that is not ``buyer``. Raises BundleNotOnSale and OwnWork.
    """
    if not basket.bundles:
        return basket
    wanted = list(basket.wanted)
    bundles = bundles_named(bundle.pk for bundle in basket.bundles)
    for present in present_bundles(bundles, buyer=buyer, access=access):
        if present.problem:
            error = OwnWork if buyer is not None and present.bundle.artist.user_id == buyer.pk else BundleNotOnSale
            raise error(present.problem, way_out=_("Look at the works one by one."))
        wanted += [Wanted(part.offer, part.price, present.bundle) for part in present.parts]
    return replace(basket, wanted=tuple(wanted), bundles=())


def works_in_bundles(basket: Basket) -> list[UUID]:
    """The ids of all works of the basket's bundles."""
    if not basket.bundles:
        return []
    return list(BundleItem.objects.filter(bundle__in=basket.bundles).values_list("work_id", flat=True))
