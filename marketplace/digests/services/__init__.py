"""Writes on letters that people asked for."""

from marketplace.digests.services.composing import compose_due
from marketplace.digests.services.pruning import remove_old_digests
from marketplace.digests.services.sending import send_digest
from marketplace.digests.services.wishes import choose_letters, unsubscribe

__all__ = ["choose_letters", "compose_due", "remove_old_digests", "send_digest", "unsubscribe"]
