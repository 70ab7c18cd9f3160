"""An artist's discount codes with what came of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from marketplace.accounts.models import Artist
from marketplace.core.money import Money
from marketplace.orders.models import DiscountCode, DiscountUse, Order, OrderLine


@dataclass(frozen=True, slots=True)
class CodeTotals:
    """In one currency: what a code took off, and what buyers paid for the same licences; refunds are not taken off."""

    taken_off: Money
    sold: Money


@dataclass(frozen=True, slots=True)
class CodeUse:
    """A code, how often it was used in paid orders and is kept for open ones, and its totals by currency."""

    code: DiscountCode
    used: int
    kept: int
    totals: tuple[CodeTotals, ...]


def codes_of(artist: Artist) -> list[CodeUse]:
    """``artist``'s codes, the newest first. Four queries, however many codes."""
    return uses_of(discount_codes_of(artist))


def discount_codes_of(artist: Artist) -> QuerySet[DiscountCode]:
    """``artist``'s codes, the newest first, each with how often it is ``used`` and ``kept``, for `uses_of`."""
    return (
        DiscountCode.objects.filter(artist=artist)
        .prefetch_related("works__texts")
        .annotate(
            used=Count("uses", filter=Q(uses__state=DiscountUse.State.USED)),
            kept=Count("uses", filter=Q(uses__state=DiscountUse.State.KEPT)),
        )
        .order_by("-created_at")
    )


def uses_of(codes: Iterable[DiscountCode]) -> list[CodeUse]:
    """What came of those of `discount_codes_of` (all of them, or a page)."""
    counted: list[Any] = list(codes)  # with their annotations, which the model does not know
    sold = (
        OrderLine.objects.filter(
            order__discount_code__in=[code.pk for code in counted],
            order__state=Order.State.PAID,
            refusal="",
            discount_minor__gt=0,
        )
        .order_by("currency")
        .values_list("order__discount_code", "currency")
        .annotate(off=Sum("discount_minor"), sold_for=Sum("price_minor"))
    )
    totals: dict[object, list[CodeTotals]] = {}
    for code_id, currency, off, paid in sold:
        totals.setdefault(code_id, []).append(CodeTotals(Money(off, currency), Money(paid, currency)))
    return [CodeUse(code, code.used, code.kept, tuple(totals.get(code.pk, ()))) for code in counted]
