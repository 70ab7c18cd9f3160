"""Credits whose price went back to the buyer though she had spent them: what the shop loses by it."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from billing.models import AccountKind, CreditHold, CreditHoldPart, CreditLot, Entry, RefundedCredits
from marketplace.core.money import Money, split_by_largest_remainder

MOST_LOSSES = 100


@dataclass(frozen=True, slots=True)
class SpentThoughRefunded:
    """``due`` credits were to be taken back, ``spent`` of them were gone; ``loss`` is their part of what was refunded.
    Credits that expired unused, or that a running job has reserved, are no loss.
    """

    refunded: RefundedCredits
    spent: int
    loss: Money


def credits_spent_though_refunded() -> list[SpentThoughRefunded]:
    """The newest of them, at most ``MOST_LOSSES``."""
    lots = CreditLot.objects.filter(granted_by__object_ref=OuterRef("object_ref")).order_by()
    taken = lots.values("granted_by__object_ref").annotate(total=Sum("taken_back")).values("total")
    rows = (
        RefundedCredits.objects.annotate(taken=Coalesce(Subquery(taken), 0))
        .filter(due__gt=F("taken"))
        .select_related("user")
        .order_by("-changed_at", "object_ref")[:MOST_LOSSES]
    )
    unspent = _expired_or_reserved([row.object_ref for row in rows])
    found = []
    for row in rows:
        spent = row.due - row.taken - unspent[row.object_ref]
        if spent > 0:
            loss = split_by_largest_remainder(row.refunded_minor, [row.due - spent, spent])[1]
            found.append(SpentThoughRefunded(row, spent, Money(loss, row.currency)))
    return found


def _expired_or_reserved(object_refs: Collection[str]) -> Counter[str]:
    """Credits that are neither there nor spent, by what brought them."""
    refs = dict(
        CreditLot.objects.filter(granted_by__object_ref__in=object_refs).values_list("pk", "granted_by__object_ref")
    )
    expired = Entry.objects.filter(
        account__kind=AccountKind.CREDITS_EXPIRED, transaction__object_ref__in=[f"lot:{lot}" for lot in refs]
    ).values_list("transaction__object_ref", "amount_minor")
    reserved = CreditHoldPart.objects.filter(lot__in=refs, hold__state=CreditHold.State.OPEN)
    found: defaultdict[str, int] = defaultdict(int)
    for reference, amount in expired:
        found[reference] += amount
    for lot, amount in reserved.values_list("lot_id", "amount"):
        found[f"lot:{lot}"] += amount
    counted = Counter[str]()
    for lot, object_ref in refs.items():
        counted[object_ref] += found[f"lot:{lot}"]
    return counted
