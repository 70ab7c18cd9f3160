"""Payouts to artists: the least, the reserve, debts, and DAC7's rates."""

import re
from decimal import Decimal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from marketplace.configuration.parsing import by_currency
from marketplace.core.money import EXPONENTS

MINIMUMS_FORM = "must read USD=500,EUR=500: whole minor units of currencies that the shop trades in"
RATES_FORM = "must read USD=0.92,JPY=0.0061: euros for one unit of currencies that the shop trades in"


class PayoutSettings(BaseSettings):
    """What is paid out to an artist, and what is kept back."""

    payout_minimum_minor: str = Field(
        default="USD=500,EUR=500,CNY=3500,JPY=700",
        description="The least that is paid out, in minor units of each currency; a currency without one has none.",
    )
    reserve_basis_points: int = Field(
        default=1000,
        ge=0,
        le=10_000,
        description="What is kept back of a new artist's share when a sale's holding time is over, in 1/100 of a "
        "percent; 0: nothing.",
    )
    reserve_days: int = Field(default=30, ge=1, le=365, description="Days until what was kept back is released.")
    reserve_until_days: int = Field(
        default=90, ge=0, le=3650, description="Days after the first sale from which an artist is not new any more."
    )
    reserve_until_sales: int = Field(
        default=20,
        ge=0,
        le=100_000,
        description="Sales past their holding time from which an artist is not new any more, however short ago she "
        "began.",
    )
    debt_review_days: int = Field(
        default=30,
        ge=0,
        le=365,
        description="Days after which an artist who still owes the shop stands in the administrators' list.",
    )
    dac7_eur_rates: str = Field(
        default="",
        description="Euros for one unit of other currencies, by which DAC7's threshold of EUR 2000 is judged: "
        "`USD=0.92,JPY=0.0061`. Empty: judged on euros alone, and the report says so.",
    )

    @field_validator("payout_minimum_minor")
    @classmethod
    def _are_minimums(cls, value: str) -> str:
        for currency, amount in by_currency(value, form=MINIMUMS_FORM).items():
            if currency not in EXPONENTS or not re.fullmatch(r"\d{1,9}", amount):
                raise ValueError(MINIMUMS_FORM)
        return value

    @field_validator("dac7_eur_rates")
    @classmethod
    def _are_rates(cls, value: str) -> str:
        for currency, rate in by_currency(value, form=RATES_FORM).items():
            known = currency in EXPONENTS and currency != "EUR"
            if not known or not re.fullmatch(r"\d{1,6}(\.\d{1,10})?", rate) or not Decimal(rate):
                raise ValueError(RATES_FORM)
        return value

    @property
    def payout_minimums(self) -> dict[str, int]:
        """The least that is paid out, by currency, in minor units."""
        found = by_currency(self.payout_minimum_minor, form="")
        return {currency: int(amount) for currency, amount in found.items()}

    @property
    def eur_rates(self) -> dict[str, Decimal]:
        """Euros for one (major) unit of a currency; exact."""
        return {currency: Decimal(rate) for currency, rate in by_currency(self.dac7_eur_rates, form="").items()}
