"""What other rooms may wait for. Senders are classes, receivers get the saved object."""

from django.dispatch import Signal

# Sent inside the transaction that opened the storefront; receivers get `artist`. billing's welcome credits wait here.
storefront_opened = Signal()

# Sent inside the transaction of the change; receivers get `follow`, a row that is no longer there after an unfollow.
artist_followed = Signal()
artist_unfollowed = Signal()
