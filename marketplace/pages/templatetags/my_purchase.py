"""`{% my_purchase work %}` on a work's page: the licence that the visitor holds, or the order that she has begun."""

from collections.abc import Sequence
from typing import Any

from django import template

from billing.selectors import club_takes_up_to, licences_left
from marketplace.accounts.models import User
from marketplace.catalog.models import Work
from marketplace.licensing.models import LicenceOffer
from marketplace.orders.consent import WORDS
from marketplace.orders.selectors import licence_held_by, open_order_for
from marketplace.orders.services import club_gives

register = template.Library()


@register.inclusion_tag("orders/_my_purchase.html", takes_context=True)
def my_purchase(context: dict[str, Any], work: Work) -> dict[str, Any]:
    """Nothing for a stranger and for somebody who has bought nothing of this work."""
    viewer = context["request"].user
    if not isinstance(viewer, User):
        return {"licence": None, "order": None}
    licence = licence_held_by(viewer, work)
    left = licences_left(viewer) if licence is None and work.artist.user_id != viewer.pk else 0
    return {
        "licence": licence,
        "order": open_order_for(viewer, work),
        "club_left": left,
        "club_offer": _by_club(viewer, context.get("offers", [])) if left else None,
        "consent": WORDS,
        "csrf_token": context.get("csrf_token"),
    }


def _by_club(viewer: User, offers: Sequence[LicenceOffer]) -> LicenceOffer | None:
    most = club_takes_up_to(viewer)
    return next((offer for offer in offers if club_gives(offer, most=most)), None)
