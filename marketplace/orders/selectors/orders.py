"""Reads on orders."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Case, Prefetch, QuerySet, When
from django.utils.translation import gettext as _

from marketplace.accounts.models import Artist, User
from marketplace.catalog.models import Work
from marketplace.core.clock import now
from marketplace.licensing.models import LicenceGrant
from marketplace.licensing.selectors import ORDER
from marketplace.orders.errors import OrderNotFound
from marketplace.orders.models import Order, OrderLine, RefundRequest
from marketplace.risk.selectors import verdict_on

REFERENCE_PREFIX = "order:"


def _with_lines() -> QuerySet[Order]:
    return Order.objects.select_related("buyer", "gift", "discount_code").prefetch_related(
        Prefetch("lines", queryset=OrderLine.objects.order_by("pk")),
        "lines__offer__terms",
        "lines__bundle",
        "lines__work__artist",
        "lines__work__remix_terms",
        "lines__work__texts",
        "lines__version__files",
        "lines__grant__ending",
        "lines__money_back",
        "tips__artist",
    )


def order_of(buyer: User, order_id: UUID) -> Order:
    """The order, for its buyer alone: to others it does not exist. Raises OrderNotFound."""
    order = _with_lines().filter(pk=order_id, buyer=buyer).first()
    if order is None:
        raise OrderNotFound(_("There is no such order."), way_out=_("Look at your collection."))
    return order


def gift_for(recipient: User, order_id: UUID) -> Order:
    """The order that was given to ``recipient``. Raises OrderNotFound."""
    order = _with_lines().filter(pk=order_id, gift__recipient=recipient).first()
    if order is None:
        raise OrderNotFound(_("There is no such gift."), way_out=_("Look at your collection."))
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


def refund_requests_in(order: Order) -> QuerySet[RefundRequest]:
    """The requests of an order, newest first."""
    requests = RefundRequest.objects.filter(line__order=order).select_related("line__work__artist")
    return requests.order_by("-created_at")


def may_ask_refund(order: Order) -> bool:
    """Whether the time in which a refund can be asked for is not over."""
    if order.state != Order.State.PAID or order.paid_at is None:
        return False
    return order.paid_at >= now() - timedelta(days=settings.CONFIGURATION.refund_asking_days)


def refund_requests_to(artist: Artist) -> QuerySet[RefundRequest]:
    """The requests about an artist's works, those that wait for her first, then the newest."""
    return (
        RefundRequest.objects.filter(line__work__artist=artist)
        .select_related("line__order", "line__offer__terms", "line__work__artist")
        .prefetch_related("line__work__texts")
        .order_by(Case(When(state=RefundRequest.State.WITH_ARTIST, then=0), default=1), "-created_at")
    )


def refund_requests_waiting(artist: Artist) -> int:
    """How many requests wait for an artist's decision."""
    return RefundRequest.objects.filter(line__work__artist=artist, state=RefundRequest.State.WITH_ARTIST).count()


def decided_by(order: Order) -> datetime | None:
    """Until when a person decides on an order's payment; None for one that does not wait for that."""
    if order.state != Order.State.HELD:
        return None
    verdict = verdict_on(order.reference)
    return verdict.decide_by if verdict else None
