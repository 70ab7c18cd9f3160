"""What other rooms may wait for. Sent inside the transaction of the change; receivers get `order`."""

from django.dispatch import Signal

order_paid = Signal()
order_refunded = Signal()
# Receivers get `request` (RefundRequest).
refund_requested = Signal()
