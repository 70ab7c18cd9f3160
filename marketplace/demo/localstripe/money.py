"""Amounts in minor units: how they are shown, and the fee for a card payment."""

from __future__ import annotations

import re

ZERO_DECIMAL = frozenset(
    ["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf"]
)
"""Currencies without minor units (https://docs.stripe.com/currencies#zero-decimal)."""

SYMBOLS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥", "cny": "CN¥", "cad": "CA$", "aud": "A$", "hkd": "HK$"}

MINIMUM_CHARGE_MINOR = {"usd": 50, "eur": 50, "gbp": 30, "jpy": 50, "cny": 400, "hkd": 400}
"""Smallest card charge per currency (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts)."""

CARD_FEE_PER_MILLE = 29
CARD_FEE_FIXED_MINOR = 30
DISPUTE_FEE_MINOR = 1500


def shown(amount_minor: int, currency: str) -> str:
    """``1234, "usd"`` -> ``$12.34``; a currency without a symbol of its own is named after the amount."""
    sign = "-" if amount_minor < 0 else ""
    magnitude = abs(amount_minor)
    number = f"{magnitude:,}" if currency in ZERO_DECIMAL else f"{magnitude // 100:,}.{magnitude % 100:02d}"
    symbol = SYMBOLS.get(currency)
    return f"{sign}{symbol}{number}" if symbol else f"{sign}{number} {currency.upper()}"


def typed_amount(text: str, currency: str) -> int | None:
    """``12.5, "usd"`` -> 1250; None where it is no amount of the currency."""
    decimals = 0 if currency in ZERO_DECIMAL else 2
    match = re.fullmatch(r"(\d{1,8})(?:[.,](\d{1,2}))?", text.replace(" ", ""))
    if match is None or (match[2] and not decimals):
        return None
    return int(match[1] + (match[2] or "").ljust(decimals, "0"))


def minimum_charge(currency: str) -> int:
    return MINIMUM_CHARGE_MINOR.get(currency, 50)


def card_fee(amount_minor: int) -> int:
    """2.9 % rounded half up, plus 30 minor units, never above the amount itself."""
    return min(amount_minor, (amount_minor * CARD_FEE_PER_MILLE + 500) // 1000 + CARD_FEE_FIXED_MINOR)
