"""What billing tells the rooms above, in the transaction in which it happened."""

from django.dispatch import Signal

# sale: billing.models.Sale, dispute: billing.models.Dispute. All or a part of a sale is lost for good.
sale_lost = Signal()

# dispute: billing.models.Dispute, whose row is locked. It opened, or something about it changed.
dispute_changed = Signal()
