"""What an artist gets of others' sales, by the work that was sold."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Sum

from billing.models import Sale
from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.core.money import Money


@dataclass(frozen=True, slots=True)
class RoyaltyIncome:
    """What one work of another's has brought in one currency, less what went back. ``sales``: how many times."""

    work: Work
    sales: int
    earned: Money


def royalties_by_work(artist: Artist) -> list[RoyaltyIncome]:
    """``artist``'s royalties, those of the work that brought most first; two rows for a work in two currencies."""
    rows = (
        Sale.objects.filter(artist=artist, kind=Sale.Kind.ROYALTY, work__isnull=False)
        .order_by()
        .values_list("work_id", "currency")
        .annotate(sales=Count("order_ref", distinct=True), remaining=Sum(F("gross_minor") - F("refunded_minor")))
    )
    found: dict[UUID, list[tuple[str, int, int]]] = defaultdict(list)
    for work_id, currency, sales, left in rows:
        found[work_id].append((currency, sales, int(left)))
    works = Work.objects.filter(pk__in=found).select_related("artist").prefetch_related("texts")
    income = [
        RoyaltyIncome(work, sales, Money(left, currency)) for work in works for currency, sales, left in found[work.pk]
    ]
    return sorted(income, key=lambda one: (-one.earned.amount_minor, str(one.work.pk)))
