"""Amounts of line items and their sum: quantity, discount, tax. Whole minor units throughout; shares by largest
remainder, so that parts always sum to the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .tax import tax_on


@dataclass(frozen=True)
class Priced:
    """One line. With inclusive tax the tax is inside ``subtotal``; ``total`` is what the buyer pays for it."""

    subtotal: int
    discount: int
    tax: int
    taxable: int
    is_inclusive: bool

    @property
    def total(self) -> int:
        return self.subtotal - self.discount + (0 if self.is_inclusive else self.tax)


def shares(amount: int, weights: Sequence[int]) -> list[int]:
    """``amount`` in parts proportional to the weights, none above its weight where the amount is not above the sum."""
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    parts = [amount * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: (-(amount * weights[index] % whole), index))
    for index in by_remainder[: amount - sum(parts)]:
        parts[index] += 1
    return parts


def discount_on(subtotal: int, *, amount_off: int | None, percent_off: str | None) -> int:
    """What a coupon takes off in minor units, never more than there is; a percentage is rounded half up."""
    if amount_off is not None:
        return min(amount_off, subtotal)
    off = Fraction(percent_off or "0") * subtotal / 100
    return (2 * off.numerator + off.denominator) // (2 * off.denominator)


def price_lines(subtotals: Sequence[int], *, discount: int, rate_bp: int, inclusive: Sequence[bool]) -> list[Priced]:
    """Each line after its share of the discount and with its tax."""
    lines = []
    for subtotal, off, is_inclusive in zip(subtotals, shares(discount, subtotals), inclusive, strict=True):
        left = subtotal - off
        tax = tax_on(left, rate_bp=rate_bp, is_inclusive=is_inclusive)
        lines.append(Priced(subtotal, off, tax, left - tax if is_inclusive else left, is_inclusive))
    return lines
