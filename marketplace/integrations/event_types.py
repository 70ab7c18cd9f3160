"""What can be told, and what stands in ``data``. A type's fields are only ever added to: receivers rely on them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventType(models.TextChoices):
    """Names in Standard Webhooks' form: full stops from the general to the particular."""

    SALE_COMPLETED = "sale.completed", _("You sold a licence, or got a tip")
    SALE_REFUNDED = "sale.refunded", _("Money of a sale of yours went back to the buyer")
    REFUND_REQUESTED = "refund.requested", _("A buyer asks you for money back")
    DISPUTE_OPENED = "dispute.opened", _("A buyer's bank took back a payment to you")
    DISPUTE_CLOSED = "dispute.closed", _("A dispute about a payment to you was decided")
    LICENCE_GRANTED = "licence.granted", _("A licence was granted: in a work of yours, or to you")
    LICENCE_ENDED = "licence.ended", _("A licence ended: in a work of yours, or one that you held")
    WORK_PUBLISHED = "work.published", _("A work of yours was published")
    PAYOUT_SENT = "payout.sent", _("A payout to you was sent")
    PAYOUT_FAILED = "payout.failed", _("A payout to you failed")
    GENERATION_FINISHED = "generation.finished", _("Pictures that you ordered are ready")
    GENERATION_FAILED = "generation.failed", _("Pictures that you ordered could not be made")


# Sent by a button to one endpoint, whatever types it has chosen.
TEST = "webhook.test"

# Fields of ``data``. Amounts are whole minor units (cents, yen) beside their currency.
FIELDS: dict[EventType, tuple[str, ...]] = {
    EventType.SALE_COMPLETED: (
        "id",
        "kind",
        "order_line",
        "work",
        "gross_minor",
        "tax_minor",
        "fee_minor",
        "royalty_minor",
        "currency",
    ),
    EventType.SALE_REFUNDED: ("id", "kind", "order_line", "work", "refunded_minor", "currency"),
    EventType.REFUND_REQUESTED: ("id", "order_line", "work", "reason", "asked_minor", "currency", "decide_by"),
    EventType.DISPUTE_OPENED: ("id", "sales", "reason", "evidence_due_by"),
    EventType.DISPUTE_CLOSED: ("id", "sales", "outcome"),
    EventType.LICENCE_GRANTED: ("number", "work", "terms", "you_are"),
    EventType.LICENCE_ENDED: ("number", "work", "reason", "you_are"),
    EventType.WORK_PUBLISHED: ("id",),
    EventType.PAYOUT_SENT: ("id", "amount_minor", "currency"),
    EventType.PAYOUT_FAILED: ("id", "amount_minor", "currency", "reason"),
    EventType.GENERATION_FINISHED: ("id", "kind", "count"),
    EventType.GENERATION_FAILED: ("id", "kind", "error"),
}
