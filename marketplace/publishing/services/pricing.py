"""The artist changes what a published work is sold for."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.catalog.selectors import work_of_artist
from marketplace.licensing.services import OfferTerms, set_offers
from marketplace.publishing.errors import OffersMissing


def change_offers(*, artist: Artist | None, work_id: UUID, offers: Sequence[OfferTerms]) -> Work:
    """Sell a work under exactly ``offers`` from now on; open checkouts keep the price that they began with.

    Raises WorkNotFound, NotYourWork, OffersMissing, OfferInvalid and SoldExclusively; then nothing has changed.
    """
    work = work_of_artist(work_id=work_id, artist=artist)
    if not offers:
        raise OffersMissing(way_out=_("Choose a licence and give it a price, or take the work down."))
    set_offers(work=work, offers=offers)
    return work
