"""Stripe's hosted page for an order."""

from collections.abc import Iterator

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from billing import gateway
from billing.models import BillingDetails
from billing.services.customers import customer_of
from billing.services.taxes import tell_stripe_where
from billing.tax import codes
from marketplace.catalog.selectors import title_in
from marketplace.core.errors import Final
from marketplace.orders.errors import OrderClosed
from marketplace.orders.models import Order
from marketplace.orders.services.closing import close_order


def open_session(order: Order, *, is_known: bool) -> Order:
    """Ask Stripe for the hosted page. The key is the order's, so a second try answers the same session.

    ``is_known``: the buyer has signed in, so what Stripe knows of her (for the tax) may be shown on that page.
    Raises OrderClosed where the order ended in the meantime, and the gateway's errors: a final one ends the order.
    """
    page = f"{settings.BASE_URL}{order.get_absolute_url()}"
    key = f"checkout:{order.pk}"
    try:
        customer_id = _customer_for_tax(order) if is_known else ""
        session = gateway.create_checkout(
            lines=list(_lines(order)),
            success_url=f"{page}?returned=paid",
            cancel_url=f"{page}?returned=left",
            reference=order.reference,
            metadata={"order": str(order.pk)},
            customer_email=order.buyer.email,
            expires_at=order.pay_until,
            locale=order.buyer.language,
            # Another request than without the customer, so under another key.
            idempotency_key=f"{key}:{customer_id}" if customer_id else key,
            customer_id=customer_id,
            methods=ways_to_pay(order),
            computes_tax=bool(order.price_tax),
        )
    except Final:
        # It will not work for this order: give the licence free at once instead of when the hold ends.
        close_order(order_id=order.pk, to=Order.State.CANCELLED)
        raise
    Order.objects.filter(pk=order.pk, state=Order.State.OPEN, checkout_session_id="").update(
        checkout_session_id=session.id, checkout_url=session.url
    )
    order.refresh_from_db()
    if order.state != Order.State.OPEN:
        # It was closed between our writing it and Stripe's answer.
        if session.status == "open":
            gateway.expire_checkout(session.id)
        raise OrderClosed(_("This order was closed in the meantime."), way_out=_("Press Buy again."), state=order.state)
    return order


# Money that comes at once or not at all.
_IMMEDIATE = ("card", "link")


def ways_to_pay(order: Order) -> list[str]:
    """How ``order`` may be paid. An exclusive licence is not kept from others for money that may come in a day."""
    return [way for way in settings.CONFIGURATION.ways_to_pay if order.held_until is None or way in _IMMEDIATE]


def _customer_for_tax(order: Order) -> str:
    """The customer at Stripe with the address and VAT id of the buyer's billing details; empty where she gave none."""
    if not order.price_tax or not BillingDetails.objects.filter(user=order.buyer_id).exists():
        return ""
    customer = customer_of(order.buyer)
    tell_stripe_where(order.buyer_id)
    return customer.stripe_customer_id


def _lines(order: Order) -> Iterator[gateway.CheckoutLine]:
    language = order.buyer.language
    with translation.override(language):
        for line in order.lines.select_related("offer__terms", "work").prefetch_related("work__texts"):
            name = f"{title_in(line.work, language)} · {line.offer.terms.name}"
            yield gateway.CheckoutLine(name=name, amount=line.price, tax=_tax(order, codes.LICENCE, line.reference))
        for tip in order.tips.select_related("artist"):
            name = _("A tip for %(artist)s") % {"artist": tip.artist.name}
            yield gateway.CheckoutLine(name=name, amount=tip.amount, tax=_tax(order, codes.SERVICE, tip.reference))


def _tax(order: Order, code: str, reference: str) -> gateway.LineTax | None:
    return gateway.LineTax(code, order.price_tax, reference) if order.price_tax else None
