"""What other rooms may wait for. Sent inside the transaction of the change."""

from django.dispatch import Signal

# Receivers get `work`.
work_published = Signal()
