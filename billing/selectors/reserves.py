"""Who is a new artist, of whose sales something is kept back."""

from datetime import timedelta

from django.conf import settings

from billing.models import Sale
from marketplace.accounts.models import Artist
from marketplace.core.clock import now


def reserve_share(artist: Artist) -> int:
    """What is kept back of ``artist``'s next share that matures, in basis points; 0 once she is not new."""
    configuration = settings.CONFIGURATION
    if not configuration.reserve_basis_points:
        return 0
    paid = Sale.objects.filter(artist=artist, kind=Sale.Kind.SALE, gross_minor__gt=0)
    long_ago = now() - timedelta(days=configuration.reserve_until_days)
    if paid.filter(created_at__lte=long_ago).exists():
        return 0
    enough = configuration.reserve_until_sales
    # The sale that is maturing has been claimed: it counts, as it does for everybody who counts along.
    matured = paid.filter(state=Sale.State.AVAILABLE)[: enough + 1].count()
    return 0 if matured > enough else configuration.reserve_basis_points
