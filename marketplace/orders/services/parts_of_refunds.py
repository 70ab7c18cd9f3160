"""Which part of a refund is of which sale, and which of what the buyer was owed already.

A refund that the bank did not take leaves its money due to the buyer; another one, made by hand, pays that first. What
a request was granted, or a refused line is owed, it pays last: those have refunds of their own on the way. The refund
of a request is its line's; what its line does not have any more, because somebody gave it back by hand meanwhile, is
taken from the rest of the order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Sum

from billing import gateway
from billing.errors import ObjectNotKnownYet
from billing.models import AccountKind, Entry, Sale, Transaction
from billing.services.disputes import lost_to_disputes
from marketplace.core.money import split_by_largest_remainder
from marketplace.orders.models import Order, OrderLine, RefundRequest


@dataclass(frozen=True, slots=True)
class Parts:
    """Minor units by the reference of a line or tip: taken from a sale; and of what was due."""

    of_sales: dict[str, int] = field(default_factory=dict)
    of_dues: dict[str, int] = field(default_factory=dict)


def parts_of(
    refund: gateway.Refund, *, order: Order, sales: Sequence[Sale], request: RefundRequest | None = None
) -> Parts:
    """As it was booked, or else in proportion to what there is of each, of the line of its ``request`` first. The
    caller has locked order and sales.

    Raises ObjectNotKnownYet where there is not so much: the failure of an earlier refund is still to be heard of.
    """
    booked = _as_booked(refund)
    if booked.of_sales or booked.of_dues:
        return booked
    promised = _promised(order)
    due = due_to_buyer([*(sale.line_ref for sale in sales), *promised])
    free = {sale.line_ref: max(0, due.get(sale.line_ref, 0) - promised.get(sale.line_ref, 0)) for sale in sales}
    parts = Parts()
    own = request.line.reference if request is not None else ""
    granted = _granted(order)
    left = {sale.line_ref: sale.left.amount_minor for sale in sales}
    unpromised = {ref: max(0, there - granted.get(ref, 0)) for ref, there in left.items() if ref != own}
    # A bank has kept some of it: what is beyond is the shop's loss, or is not held any longer.
    kept = {sale.line_ref: sale.disputed_minor + lost_to_disputes(sale) for sale in sales}
    rooms: tuple[tuple[dict[str, int], Mapping[str, int]], ...] = (
        (parts.of_sales, {ref: there for ref, there in left.items() if ref == own}),
        (parts.of_sales, {ref: there for ref, there in kept.items() if ref == own}),
        (parts.of_dues, free),
        (parts.of_sales, unpromised),
        (parts.of_sales, {ref: left[ref] - there for ref, there in unpromised.items()}),
        (parts.of_sales, {ref: there for ref, there in kept.items() if ref != own}),
        (parts.of_dues, {ref: amount - free.get(ref, 0) for ref, amount in due.items()}),
    )
    rest = refund.amount.amount_minor
    for taken, room in rooms:
        rest -= _take(rest, room, taken)
    if rest:
        raise ObjectNotKnownYet(refund=refund.id)
    return parts


def due_to_buyer(refs: Sequence[str]) -> dict[str, int]:
    """What of refunds that failed, and of lines that were refused, is still the buyer's; minor units, by reference."""
    moved = Entry.objects.filter(account__kind=AccountKind.REFUNDS_DUE, transaction__object_ref__in=refs)
    sums = moved.values_list("transaction__object_ref").annotate(total=Sum("amount_minor"))
    return {ref: int(total) for ref, total in sums if total > 0}


def is_booked(refund: gateway.Refund) -> bool:
    """Whether the ledger has it, in whatever way."""
    return Transaction.objects.filter(stripe_ref=refund.id).exists()


def _as_booked(refund: gateway.Refund) -> Parts:
    moved = Entry.objects.filter(account__kind=AccountKind.CASH_AT_STRIPE, transaction__stripe_ref=refund.id)

    def by(effect: str) -> dict[str, int]:
        found = moved.filter(transaction__effect=f"{effect}:{refund.id}")
        return dict(found.values_list("transaction__object_ref", "amount_minor"))

    return Parts(of_sales=by("refunded"), of_dues=by("returned"))


def _promised(order: Order) -> dict[str, int]:
    """What has a refund of its own on the way, or waits for one of exactly its amount."""
    refused = OrderLine.objects.filter(order=order, money_back__isnull=False).select_related("money_back")
    promised = {line.reference: line.money_back.amount_minor for line in refused}
    failed = RefundRequest.objects.filter(line__order=order, payback=RefundRequest.Payback.FAILED)
    for request in failed.select_related("line"):
        promised[request.line.reference] = promised.get(request.line.reference, 0) + (request.granted_minor or 0)
    return promised


def _granted(order: Order) -> dict[str, int]:
    """What was granted to requests and has not been seen to go, in minor units by the line's reference."""
    waiting = RefundRequest.objects.filter(line__order=order, payback__in=RefundRequest.WAITING_PAYBACKS, refund_id="")
    granted: dict[str, int] = {}
    for request in waiting.select_related("line"):
        granted[request.line.reference] = granted.get(request.line.reference, 0) + request.granted_minor
    return granted


def _take(most: int, room: Mapping[str, int], taken: dict[str, int]) -> int:
    """Take up to ``most`` of what there is in ``room``, in proportion; answers how much that was."""
    amount = min(most, sum(room.values()))
    if amount:
        for ref, share in zip(room, split_by_largest_remainder(amount, list(room.values())), strict=True):
            if share:
                taken[ref] = taken.get(ref, 0) + share
    return amount
