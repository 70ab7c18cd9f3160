"""What artists owe after refunds, and how it is repaid."""

from django.db.models import Sum

from billing.models import Account, AccountKind
from marketplace.accounts.models import Artist


def debt_of(artist: Artist, currency: str) -> int:
    """What ``artist`` owes after refunds, in minor units. Exact while her available balance is locked."""
    owed: int | None = Account.objects.filter(kind=AccountKind.ARTIST_DEBT, currency=currency, artist=artist).aggregate(
        owed=Sum("entries__amount_minor")
    )["owed"]
    return -(owed or 0)
