"""What an order's invoice says: each licence that was given, each tip, in the buyer's language."""

from collections.abc import Iterator
from datetime import UTC

from django.utils import translation
from django.utils.translation import gettext as _

from billing.documents.buyers import buyer_of
from billing.documents.facts import DocumentLine, Draft, Party
from billing.documents.sources import register_source
from billing.documents.taxes import taxed_line, taxed_parts_of, with_tax_words
from billing.models import TaxedPart
from marketplace.catalog.selectors import title_in
from marketplace.orders.models import Order, OrderLine, OrderTip
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
        sold = list(_sold_in(order))
        parts = taxed_parts_of(one.reference for one, _name in sold)
        lines = tuple(_line(one, name, parts) for one, name in sold)
        if not any(line.gross_minor for line in lines):
            return None
        draft = Draft(
            user_id=order.buyer_id,
            # Whoever typed an address is told nothing of whose it is.
            buyer=Party(name="", email=order.buyer.email) if order.made_as_guest else buyer_of(order.buyer),
            language=order.buyer.language,
            currency=order.currency,
            lines=lines,
            sold_on=order.paid_at.astimezone(UTC).date(),
            order=str(order.pk),
        )
        return with_tax_words(draft, parts)


def _sold_in(order: Order) -> Iterator[tuple[OrderLine | OrderTip, str]]:
    given = order.lines.exclude(grant=None).select_related("offer__terms", "work").prefetch_related("work__texts")
    for line in given.order_by("pk"):
        yield line, f"{title_in(line.work, order.buyer.language)} · {line.offer.terms.name}"
    for tip in order.tips.select_related("artist").order_by("pk"):
        yield tip, _("A tip for %(artist)s") % {"artist": tip.artist.name}


def _line(one: OrderLine | OrderTip, name: str, parts: dict[str, TaxedPart]) -> DocumentLine:
    return taxed_line(
        one.reference,
        name,
        paid_minor=one.paid.amount_minor,
        tax_minor=one.tax_minor,
        part=parts.get(one.reference),
    )


def register() -> None:
    """Called once, when the app is ready."""
    register_source("order", draft_of_order)
