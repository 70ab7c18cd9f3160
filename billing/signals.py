"""What billing tells the rooms above, in the transaction in which it happened."""

from django.dispatch import Signal

# dispute: billing.models.Dispute. The bank has taken a payment back; evidence can be handed in.
dispute_opened = Signal()
# sale: billing.models.Sale, dispute. All or a part of a sale is lost for good.
sale_lost = Signal()
