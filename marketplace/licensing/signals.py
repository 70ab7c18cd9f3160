"""What other rooms may wait for. Sent inside the transaction of the change."""

from django.dispatch import Signal

# Receivers get `grant`.
licence_granted = Signal()
# Receivers get `ending`.
licence_ended = Signal()
