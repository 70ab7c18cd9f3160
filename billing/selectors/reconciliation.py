"""How the ledger and Stripe's books stand to each other."""

from dataclasses import dataclass

from django.db.models import F, Sum

from billing.models import Account, AccountKind, LedgerDifference, Reconciliation, StripeMovement
from billing.selectors.balances import balance_of
from billing.selectors.refunded_credits import SpentThoughRefunded, credits_spent_though_refunded
from marketplace.core.money import EXPONENTS, Money

MOST_RUNS, MOST_DIFFERENCES = 14, 100


@dataclass(frozen=True, slots=True)
class CurrencyTotals:
    """What both sides say that Stripe holds for the shop. Other currencies than ours are differences, one by one."""

    in_ledger: Money
    at_stripe: Money

    @property
    def difference(self) -> Money:
        """What the ledger has too little (or, below zero, too much)."""
        return self.at_stripe - self.in_ledger


@dataclass(frozen=True, slots=True)
class ReconciliationOverview:
    """The totals by currency, the newest comparisons, and the oldest of the differences that are open; and what
    refunds of credits cost the shop.
    """

    totals: list[CurrencyTotals]
    runs: list[Reconciliation]
    differences: list[LedgerDifference]
    differences_open: int
    losses: list[SpentThoughRefunded]


def reconciliation_overview() -> ReconciliationOverview:
    """For the administrators' page."""
    books = dict(
        StripeMovement.objects.filter(currency__in=EXPONENTS)
        .order_by()
        .values_list("currency")
        .annotate(total=Sum(F("amount_minor") - F("fee_minor")))
    )
    accounts = Account.objects.filter(kind=AccountKind.CASH_AT_STRIPE)
    ledger = {account.currency: -balance_of(account) for account in accounts}
    totals = [
        CurrencyTotals(ledger.get(currency, Money(0, currency)), Money(int(books.get(currency, 0)), currency))
        for currency in sorted({*books, *ledger})
    ]
    still_open = LedgerDifference.objects.filter(agreed_at=None)
    return ReconciliationOverview(
        totals=totals,
        runs=list(Reconciliation.objects.order_by("-id")[:MOST_RUNS]),
        differences=list(still_open.order_by("found_at", "id")[:MOST_DIFFERENCES]),
        differences_open=still_open.count(),
        losses=credits_spent_though_refunded(),
    )
