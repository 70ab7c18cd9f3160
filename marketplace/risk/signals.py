"""What other rooms may wait for, sent in the transaction in which it happened."""

from django.dispatch import Signal

# decision: marketplace.risk.models.Decision. Whoever asked for the verdict acts on it, by a job of its own.
verdict_decided = Signal()
