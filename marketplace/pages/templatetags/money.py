"""Sums of money on pages."""

from collections.abc import Sequence

from django import template

from marketplace.core.money import Money
from marketplace.pages.orders.presenting import ShownBundle, ShownItem

register = template.Library()


@register.filter
def sum_of_prices(items: Sequence[ShownItem | ShownBundle]) -> Money | None:
    """What the items that can be bought cost together; None where there are none. All are in one currency."""
    prices = [item.line.price for item in items if not item.line.problem]
    return sum(prices[1:], start=prices[0]) if prices else None
