"""The tax of an order's payment, line by line, as Stripe computed it."""

from billing.gateway import CheckoutTaxes
from billing.services.taxes import agreed_taxes, note_taxes, put_tax
from marketplace.orders.models import Order, OrderLine, OrderTip


def take_taxes(order: Order, taxes: CheckoutTaxes) -> bool:
    """Keep what of a payment is tax on each line and tip of a locked order; the caller saves the order.

    False, and nothing is kept, where Stripe's lines are not the order's at the prices that were asked.
    """
    parts: list[OrderLine | OrderTip] = [*order.lines.all(), *order.tips.all()]
    asked = {part.reference: part.price if isinstance(part, OrderLine) else part.amount for part in parts}
    found = agreed_taxes(taxes, asked=asked)
    if found is None:
        return False
    for part in parts:
        line = found[part.reference]
        put_tax(part, line)
        part.save(update_fields=["tax_minor", "tax_added_minor"])
        note_taxes(object_ref=part.reference, lines=[line], buyer_tax_id=taxes.buyer_tax_id)
    order.tax_minor = sum(part.tax_minor for part in parts)
    order.tax_added_minor = sum(part.tax_added_minor for part in parts)
    return True
