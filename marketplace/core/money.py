"""Money is integer minor units plus a currency. Credits are a currency of the same ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

CREDITS = "CREDIT"

# ISO 4217 exponents of the currencies that we trade in; credits are whole.
EXPONENTS: dict[str, int] = {"USD": 2, "EUR": 2, "CNY": 2, "JPY": 0, CREDITS: 0}
SYMBOLS: dict[str, str] = {"USD": "$", "EUR": "€", "CNY": "CN¥", "JPY": "¥"}
# Stripe charges no less, in minor units: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
# (CNY and JPY: their worth of the account's 0.50).
LOWEST_CHARGE: dict[str, int] = {"USD": 50, "EUR": 50, "CNY": 400, "JPY": 80}
# How much of a currency is about a dollar; rough, for limits alone.
PER_DOLLAR: dict[str, int] = {"USD": 1, "EUR": 1, "CNY": 7, "JPY": 150}


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units (cents for USD, yen for JPY, whole credits) of one currency."""

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in EXPONENTS:
            raise ValueError(f"unknown currency {self.currency!r}; known: {', '.join(EXPONENTS)}")
        if isinstance(self.amount_minor, bool) or not isinstance(self.amount_minor, int):
            raise TypeError(f"amount_minor is an int of minor units, not {self.amount_minor!r}")

    def _same(self, other: "Money") -> None:
        if other.currency != self.currency:
            raise ValueError(f"cannot mix {self.currency} and {other.currency}")

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount_minor - other.amount_minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount_minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount_minor < other.amount_minor

    @property
    def major(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.amount_minor).scaleb(-EXPONENTS[self.currency])

    def __str__(self) -> str:
        if self.currency == CREDITS:
            return f"{self.amount_minor:,} credits"
        sign = "−" if self.amount_minor < 0 else ""
        return f"{sign}{SYMBOLS[self.currency]}{abs(self.major):,.{EXPONENTS[self.currency]}f}"


def split_by_largest_remainder(total_minor: int, weights: Sequence[int]) -> list[int]:
    """Shares of ``total_minor`` in proportion to ``weights`` that add up to it exactly.

    Hamilton's method: round every share towards zero, then give the units that are left over to the largest
    remainders, the earlier share first among equals. Raises ValueError on negative or all-zero weights.
    """
    if not weights or any(w < 0 for w in weights) or sum(weights) == 0:
        raise ValueError("weights must be non-negative and not all zero")
    if total_minor < 0:
        return [-share for share in split_by_largest_remainder(-total_minor, weights)]
    exact = [Fraction(total_minor * w, sum(weights)) for w in weights]
    shares = [int(e) for e in exact]
    by_remainder = sorted(range(len(weights)), key=lambda i: (shares[i] - exact[i], i))
    for i in by_remainder[: total_minor - sum(shares)]:
        shares[i] += 1
    return shares


def split_steadily(total_minor: int, whole: Sequence[int]) -> list[int]:
    """Parts of the first ``total_minor`` units of ``whole``'s sum, in proportion to its parts: none shrinks when the
    total grows, and all units together are ``whole``.

    Webster's method (Sainte-Laguë): the next unit goes to the part with the largest ``part / (2 * given + 1)``, the
    earlier part first among equals. `split_by_largest_remainder` can take a unit back when there is one more to give
    (the Alabama paradox), so it does not suit what leaves in several steps. Raises ValueError on a negative part or
    a total that is negative or more than the whole.
    """
    together = sum(whole)
    if any(part < 0 for part in whole) or not 0 <= total_minor <= together:
        raise ValueError("parts must be non-negative, and the total within their sum")
    # All units above a quotient that at most ``total_minor`` of them reach; what is missing is less than the parts.
    certain = max(0, 2 * total_minor - len(whole))
    given = [(part * certain + together) // (2 * together) if together else 0 for part in whole]
    for _unit in range(total_minor - sum(given)):
        following = max(range(len(whole)), key=lambda i: (Fraction(whole[i], 2 * given[i] + 1), -i))
        given[following] += 1
    return given


def share_of_basis_points(amount_minor: int, basis_points: int) -> int:
    """``basis_points``/10,000 of an amount, by the largest-remainder method against the rest."""
    return split_by_largest_remainder(amount_minor, [basis_points, 10_000 - basis_points])[0]
