"""What billing tells the rooms above, in the transaction in which it happened."""

from django.dispatch import Signal

# sale: billing.models.Sale, dispute: billing.models.Dispute. All or a part of a sale is lost for good.
sale_lost = Signal()
# sale: billing.models.Sale. Recorded for the first time.
sale_recorded = Signal()
# sale: billing.models.Sale, amount: Money (what the buyer got back now), refund_ref: Stripe's id of the refund.
sale_refunded = Signal()
# dispute: billing.models.Dispute. Its money is with the bank; then won or lost.
dispute_opened = Signal()
dispute_closed = Signal()
# dispute: billing.models.Dispute, whose row is locked. It opened, or something about it changed.
dispute_changed = Signal()
# payout: billing.models.Payout, sent or failed.
payout_ended = Signal()
