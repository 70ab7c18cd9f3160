"""What a month cost and brought, by artist and by model; read from its figures, so in as many queries at any size."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from marketplace.core.money import SYMBOLS
from marketplace.metering.models import Month, MonthlyFigure, UnitCost

Item = MonthlyFigure.Item
MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class MicroAmount:
    """An amount in millionths of the currency's major unit; shown to four decimals, rounded half to even."""

    amount_micro: int
    currency: str

    def __str__(self) -> str:
        major = (Decimal(abs(self.amount_micro)) / MICRO).quantize(Decimal("0.0001"))
        sign = "−" if self.amount_micro < 0 and major else ""
        return f"{sign}{SYMBOLS[self.currency]}{major:,}"


@dataclass(frozen=True, slots=True)
class Margin:
    """Cost and revenue in one currency."""

    currency: str
    cost_micro: int
    credits_micro: int
    fees_micro: int

    @property
    def cost(self) -> MicroAmount:
        """What was used, at its unit costs."""
        return MicroAmount(self.cost_micro, self.currency)

    @property
    def credits(self) -> MicroAmount:
        """What was paid for the credits that were spent."""
        return MicroAmount(self.credits_micro, self.currency)

    @property
    def fees(self) -> MicroAmount:
        """Platform fees, less what went back."""
        return MicroAmount(self.fees_micro, self.currency)

    @property
    def margin(self) -> MicroAmount:
        """What is left."""
        return MicroAmount(self.credits_micro + self.fees_micro - self.cost_micro, self.currency)


def months() -> QuerySet[Month]:
    """The months that were added up, newest first."""
    return Month.objects.order_by("-begins")


def totals_of(month: date) -> list[Margin]:
    """The whole month, by currency."""
    rows = _sums(MonthlyFigure.objects.filter(month=month).order_by().values("currency"))
    return [margin_in(row) for row in rows.order_by("currency")]


def margins_by_artist(month: date) -> QuerySet[Any, dict[str, Any]]:
    """One row for each person and currency, the smallest margin first; ``owner`` is None for the shop's own cost."""
    named = {"name": F("owner__artist__name"), "email": F("owner__email")}
    figures = MonthlyFigure.objects.filter(month=month).order_by()
    rows = _sums(figures.values("owner", "currency", **named))
    return rows.annotate(
        gpu_ms=_quantity(Item.GPU),
        cpu_ms=_quantity(Item.CPU),
        byte_days=_quantity(Item.STORAGE),
        emails=_quantity(Item.EMAIL),
    ).order_by("margin", "owner", "currency")


def margins_by_model(month: date) -> QuerySet[Any, dict[str, Any]]:
    """One row for each model and currency, the smallest margin first. Storage, mail and fees are no model's."""
    named = {"name": F("model__name"), "version": F("model__version")}
    figures = MonthlyFigure.objects.filter(month=month, model__isnull=False).order_by()
    rows = _sums(figures.values("model", "currency", **named))
    return rows.annotate(gpu_ms=_quantity(Item.GPU), cpu_ms=_quantity(Item.CPU)).order_by("margin", "model", "currency")


def margin_in(row: dict[str, Any]) -> Margin:
    """The amounts of a row of the above."""
    return Margin(row["currency"], int(row["cost"]), int(row["credits"]), int(row["fees"]))


def unit_costs() -> QuerySet[UnitCost]:
    """Every cost with its first day, the newest of each resource first."""
    return UnitCost.objects.order_by("resource", "-valid_from")


def _sums(rows: Any) -> Any:
    summed = rows.annotate(
        cost=_amount(Q(item__in=MonthlyFigure.COSTS)),
        credits=_amount(Q(item=Item.CREDITS)),
        fees=_amount(Q(item=Item.FEES)),
    )
    return summed.annotate(margin=F("credits") + F("fees") - F("cost"))


def _amount(which: Q) -> Coalesce:
    return Coalesce(Sum("amount_micro", filter=which), 0)


def _quantity(item: str) -> Coalesce:
    return Coalesce(Sum("quantity", filter=Q(item=item)), 0)
