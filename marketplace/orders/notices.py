"""What the one who decides on a held order should know of its payment."""

from django.utils.translation import gettext as _

from billing.selectors import refunds_told_of
from marketplace.orders.models import Order


def notices_of_held(subject_ref: str) -> list[str]:
    """That some or all of its money went back at Stripe already."""
    prefix, _colon, order_id = subject_ref.partition(":")
    order = Order.objects.filter(pk=order_id, state=Order.State.HELD).first() if prefix == "order" else None
    if order is None or not order.payment_intent_id:
        return []
    gone = refunds_told_of(order.payment_intent_id)
    if not gone:
        return []
    facts = {"gone": gone, "paid": order.paid}
    if gone.amount_minor >= order.paid.amount_minor:
        return [
            _("All of the money (%(gone)s) went back at Stripe already: approved, its licences end at once.") % facts
        ]
    return [_("%(gone)s of %(paid)s went back at Stripe already.") % facts]
