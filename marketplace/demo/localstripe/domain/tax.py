"""Automatic tax by a small table of example rates: where tax is collected, and who owes it.

The table stands for the places where a business is registered. It is an example for tests and the demo, not advice:
the real service knows products, regions and dates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..transaction import Json

EU_RATES_BP = {
    "AT": 2000,
    "BE": 2100,
    "BG": 2000,
    "CY": 1900,
    "CZ": 2100,
    "DE": 1900,
    "DK": 2500,
    "EE": 2400,
    "ES": 2100,
    "FI": 2550,
    "FR": 2000,
    "GR": 2400,
    "HR": 2500,
    "HU": 2700,
    "IE": 2300,
    "IT": 2200,
    "LT": 2100,
    "LU": 1700,
    "LV": 2100,
    "MT": 1800,
    "NL": 2100,
    "PL": 2300,
    "PT": 2300,
    "RO": 2100,
    "SE": 2500,
    "SI": 2200,
    "SK": 2300,
}
RATES_BP = {**EU_RATES_BP, "GB": 2000, "CH": 810, "NO": 2500, "AU": 1000, "JP": 1000}
"""Example rates of digital goods in hundredths of a percent. In other countries (US, CN) nothing is collected."""
TAX_TYPE = {"AU": "gst", "JP": "jct"}
REVERSES_CHARGE = {
    **dict.fromkeys(EU_RATES_BP, "eu_vat"),
    "GB": "gb_vat",
    "NO": "no_vat",
    "AU": "au_abn",
    "CH": "ch_vat",
}
"""The tax id by which a business shows that it owes the tax itself."""
EXCLUSIVE_CURRENCIES = ("usd", "cad")
"""Prices that say nothing about tax: without it in these currencies, with it in all others."""


@dataclass(frozen=True)
class Taxation:
    """What applies to a buyer. ``rate_bp`` is in hundredths of a percent."""

    country: str | None
    rate_bp: int
    reason: str
    type: str


def taxation(*, country: str | None, tax_ids: Sequence[Json], exempt: str, home: str) -> Taxation:
    """``exempt``: the customer's ``tax_exempt``; ``home``: the platform's country, inside which nothing reverses."""
    type = TAX_TYPE.get(country or "", "vat")
    if exempt == "exempt":
        return Taxation(country, 0, "customer_exempt", type)
    if country not in RATES_BP:
        return Taxation(country, 0, "not_collecting", type)
    wanted = REVERSES_CHARGE.get(country)
    has_id = any(tax_id["type"] == wanted for tax_id in tax_ids)
    if exempt == "reverse" or (has_id and country != home):
        return Taxation(country, 0, "reverse_charge", type)
    return Taxation(country, RATES_BP[country], "standard_rated", type)


def behaviour_of(price_behaviour: str | None, currency: str) -> str:
    """``inclusive`` or ``exclusive``, for a price that may leave it open."""
    if price_behaviour in ("inclusive", "exclusive"):
        return price_behaviour
    return "exclusive" if currency in EXCLUSIVE_CURRENCIES else "inclusive"


def tax_on(amount: int, *, rate_bp: int, is_inclusive: bool) -> int:
    """Tax in minor units, rounded half up: on top of the amount, or contained in it; what gives back as what takes."""
    if amount < 0:
        return -tax_on(-amount, rate_bp=rate_bp, is_inclusive=is_inclusive)
    base = 10_000 + rate_bp if is_inclusive else 10_000
    return (2 * amount * rate_bp + base) // (2 * base)
