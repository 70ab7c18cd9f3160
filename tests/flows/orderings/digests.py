"""What is left of a purchase, in a form in which two purchases can be compared."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from billing.models import Dispute, Entry, Sale
from marketplace.orders.models import Order, OrderLine

Digest = tuple[Any, ...]


def digests_of(orders: list[Order]) -> dict[Any, Digest]:
    """By order: its state, licence, sale and dispute, and what its transactions moved on each kind of account."""
    ids = [order.pk for order in orders]
    lines = {line.order_id: line for line in OrderLine.objects.filter(order__in=ids).select_related("grant__ending")}
    sales = {sale.order_ref: sale for sale in Sale.objects.filter(part_of=None)}
    disputes = {dispute.payment_ref: dispute for dispute in Dispute.objects.all()}
    moved: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for ref, kind, amount in Entry.objects.values_list("transaction__object_ref", "account__kind", "amount_minor"):
        moved[ref][kind] += amount
    return {
        order.pk: _digest(
            order, lines[order.pk], sales.get(order.reference), disputes.get(order.payment_intent_id), moved
        )
        for order in Order.objects.filter(pk__in=ids)
    }


def _digest(
    order: Order, line: OrderLine, sale: Sale | None, dispute: Dispute | None, moved: dict[str, dict[str, int]]
) -> Digest:
    balances: dict[str, int] = defaultdict(int)
    for ref in (order.reference, line.reference, f"dispute:{dispute.pk if dispute else ''}"):
        for kind, amount in moved.get(ref, {}).items():
            balances[kind] += amount
    of_sale = (
        "gross_minor",
        "deducted_minor",
        "refunded_minor",
        "deducted_refunded_minor",
        "disputed_minor",
        "held_minor",
    )
    ending = getattr(line.grant, "ending", None) if line.grant is not None else None
    return (
        order.state,
        order.refusal,
        line.grant is not None,
        ending.reason if ending is not None else "",
        tuple(getattr(sale, name) for name in of_sale) if sale else None,
        sale.state if sale else "",
        (dispute.status, dispute.outcome, dispute.amount_minor) if dispute else None,
        tuple(sorted((kind, total) for kind, total in balances.items() if total)),
    )
