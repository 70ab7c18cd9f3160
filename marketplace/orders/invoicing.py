"""What an order's invoice says: each licence that was given, each tip, in the buyer's language."""

from collections.abc import Iterator
from datetime import UTC

from django.utils import translation
from django.utils.translation import gettext as _

from billing.documents.buyers import buyer_of
from billing.documents.facts import DocumentLine, Draft
from billing.documents.sources import register_source
from marketplace.catalog.selectors import title_in
from marketplace.orders.models import Order
from marketplace.orders.selectors import order_id_in


def draft_of_order(object_ref: str) -> Draft | None:
    """Of an order that is paid; None where it is not, or where nothing was paid.

    What could not be given is on its way back to the buyer and was never sold, so it does not stand there.
    """
    order_id = order_id_in(object_ref)
    if order_id is None:
        return None
    order = Order.objects.select_related("buyer").filter(pk=order_id, state=Order.State.PAID).first()
    if order is None or order.paid_at is None:
        return None
    with translation.override(order.buyer.language):
        lines = tuple(_lines_of(order))
    if not any(line.gross_minor for line in lines):
        return None
    return Draft(
        user_id=order.buyer_id,
        buyer=buyer_of(order.buyer),
        language=order.buyer.language,
        currency=order.currency,
        lines=lines,
        sold_on=order.paid_at.astimezone(UTC).date(),
        order=str(order.pk),
    )


def _lines_of(order: Order) -> Iterator[DocumentLine]:
    given = order.lines.exclude(grant=None).select_related("offer__terms", "work").prefetch_related("work__texts")
    for line in given.order_by("pk"):
        name = f"{title_in(line.work, order.buyer.language)} · {line.offer.terms.name}"
        yield DocumentLine(line.reference, name, line.price_minor)
    for tip in order.tips.select_related("artist").order_by("pk"):
        name = _("A tip for %(artist)s") % {"artist": tip.artist.name}
        yield DocumentLine(tip.reference, name, tip.amount_minor)


def register() -> None:
    """Called once, when the app is ready."""
    register_source("order", draft_of_order)
