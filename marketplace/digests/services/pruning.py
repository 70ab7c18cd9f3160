"""Old letters are removed; what they told of is older than any look goes back."""

from datetime import timedelta

from marketplace.core.clock import now
from marketplace.digests.models import Digest

KEPT = timedelta(days=180)


def remove_old_digests(*, most: int = 2000) -> int:
    """Remove up to ``most`` letters that are older than KEPT, with their works; returns how many."""
    old = Digest.objects.filter(day__lt=(now() - KEPT).date()).order_by("day").values_list("pk", flat=True)[:most]
    _rows, by_model = Digest.objects.filter(pk__in=list(old)).delete()
    return by_model.get("digests.Digest", 0)
