"""Tips of a paid order."""

from billing.services import record_sale
from marketplace.orders.models import Order


def record_tips(order: Order) -> None:
    """Book each tip as the artist's, once, with the platform's fee of any sale."""
    for tip in order.tips.select_related("artist").order_by("artist_id"):
        record_sale(
            order_ref=order.reference,
            line_ref=tip.reference,
            artist=tip.artist,
            gross=tip.paid,
            tax=tip.tax,
            payment_ref=order.payment_intent_id,
        )
