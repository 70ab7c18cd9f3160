"""What other rooms may wait for. Senders are classes, receivers get the saved object."""

from django.dispatch import Signal

# Sent inside the transaction that opened the storefront; receivers get `artist`. billing's welcome credits wait here.
storefront_opened = Signal()
