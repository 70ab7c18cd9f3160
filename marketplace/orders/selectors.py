"""Reads on orders."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.catalog.models import Work
from marketplace.licensing.models import LicenceGrant
from marketplace.licensing.selectors import ORDER
from marketplace.orders.errors import OrderNotFound
from marketplace.orders.models import Order

REFERENCE_PREFIX = "order:"


def _with_lines() -> QuerySet[Order]:
    return Order.objects.select_related("buyer").prefetch_related(
        "lines__offer__terms", "lines__work__artist", "lines__work__texts", "lines__version__files", "lines__grant"
    )


def order_of(buyer: User, order_id: UUID) -> Order:
    """The order, for its buyer alone: to others it does not exist. Raises OrderNotFound."""
    order = _with_lines().filter(pk=order_id, buyer=buyer).first()
    if order is None:
        raise OrderNotFound(_("There is no such order."), way_out=_("Look at your collection."))
    return order


def orders_of(buyer: User) -> QuerySet[Order]:
    """All orders of ``buyer``, newest first."""
    return _with_lines().filter(buyer=buyer).order_by("-created_at")


def open_order_for(buyer: User, work: Work) -> Order | None:
    """The buyer's own open checkout of this work, to go on with."""
    return _with_lines().filter(buyer=buyer, state=Order.State.OPEN, lines__work=work).first()


def order_id_in(reference: str) -> UUID | None:
    """The order that a reference (``order:<id>``) names; None for what is not one of ours."""
    if not reference.startswith(REFERENCE_PREFIX):
        return None
    try:
        return UUID(reference.removeprefix(REFERENCE_PREFIX))
    except ValueError:
        return None


def licence_held_by(buyer: User, work: Work) -> LicenceGrant | None:
    """The widest licence in ``work`` that ``buyer`` has and that has not ended."""
    held = LicenceGrant.objects.filter(holder=buyer, work=work, ending=None).select_related("terms")
    return max(held, key=lambda grant: ORDER[grant.terms.code], default=None)
